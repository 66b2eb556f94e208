package connectjwt_test

import (
	"fmt"
	"time"

	"connect-workbench/addon/connectjwt"
)

func ExampleRequest_Canonical() {
	r := connectjwt.Request{
		Method: "get",
		Target: "/addon/panel/?tag=b&tag=a&name=Jane+Doe&jwt=x.y.z",
		Base:   "https://addon.example.com/addon",
	}
	fmt.Println(r.Canonical())
	// Output: GET&/panel&name=Jane%20Doe&tag=a,b
}

func ExampleCheck_Verify() {
	now := time.Unix(1_800_000_000, 0)
	sent := connectjwt.Request{Method: "POST", Target: "/addon/hook"} // the sender forgot the base path
	token := connectjwt.SignHS256(connectjwt.Claims{
		Issuer: "jira:tenant", QSH: sent.QSH(), IssuedAt: now.Unix(), Expires: now.Add(connectjwt.HostTokenLife).Unix(),
	}, "shared-secret")

	received := connectjwt.Request{Method: "POST", Target: "/addon/hook", Base: "https://addon.example.com/addon"}
	_, verdict := connectjwt.Check{
		Algorithm: connectjwt.HS256, Secret: "shared-secret", Issuer: "jira:tenant", Request: received, Now: now,
	}.Verify(token)
	fmt.Println(verdict.Rule, "-", verdict.Cause)
	fmt.Println("expected", verdict.Expected)
	fmt.Println("received", verdict.Received)
	fmt.Println("offset  ", verdict.At.Offset)
	fmt.Println("to do   ", verdict.Fix)
	// Output:
	// jwt.qsh - the base path was left in
	// expected POST&/hook&
	// received POST&/addon/hook&
	// offset   6
	// to do    cut the path of the receiver's base URL off
}
