package site

import (
	"strings"
	"testing"
)

func TestSignIn(t *testing.T) {
	s := Site{Users: []User{
		{AccountID: "1", Email: ""},
		{AccountID: "2", Email: "member@acme.example"},
		{AccountID: "3", Email: "ada@acme.example", Admin: true},
	}}
	for _, tc := range []struct {
		name, password string
		want           string // account id; "" for nobody
	}{
		{"admin", "admin", "3"},
		{"ada@acme.example", "admin", "3"},
		{"Ada@Acme.example", "admin", "3"},
		{"member@acme.example", "admin", "2"},
		{"admin", "", ""},
		{"admin", "Admin", ""},
		{"Admin", "admin", ""},
		{"", "admin", ""},
		{"nobody@acme.example", "admin", ""},
	} {
		u, ok := s.SignIn(tc.name, tc.password)
		if ok != (tc.want != "") || ok && u.AccountID != tc.want {
			t.Errorf("%q with %q: %v, %+v", tc.name, tc.password, ok, u)
		}
	}
	if _, ok := (Site{}).SignIn(AdminName, Password); ok {
		t.Error("a site without an administrator lets one in")
	}
}

func TestSignInAdvice(t *testing.T) {
	if got := (Site{Users: []User{{AccountID: "1", Admin: true}}}).SignInAdvice(); !strings.Contains(got, "sign in as admin with the password admin") {
		t.Error(got)
	}
	if got := (Site{Users: []User{{AccountID: "1"}}}).SignInAdvice(); !strings.Contains(got, "make one of the site's users an administrator") {
		t.Errorf("a site without an administrator: %s", got)
	}
}
