package connectjwt

import (
	"strings"
	"testing"
)

// Each row is a canonical request as somebody's wrong code would write it. The verdict has to name
// the mistake and to point at the first byte that differs.
func TestMistakesAreNamed(t *testing.T) {
	page := Request{
		Method: "GET", Base: "https://addon.example.com/base",
		Target: "/base/panel/?q=a+b&tag=z&tag=a&path=%2Fx%2Fy&cp=&n(1)=~&flag&xdm_e=h&jwt=a.b.c",
	}
	const right = "GET&/panel&cp=&flag=&n%281%29=~&path=%2Fx%2Fy&q=a%20b&tag=a,z&xdm_e=h"
	if got := page.Canonical(); got != right {
		t.Fatalf("canonical %q", got)
	}
	for _, tc := range []struct{ cause, canonical string }{
		{"base path was left in", "GET&/base/panel&cp=&flag=&n%281%29=~&path=%2Fx%2Fy&q=a%20b&tag=a,z&xdm_e=h"},
		{"trailing slash was kept", "GET&/panel/&cp=&flag=&n%281%29=~&path=%2Fx%2Fy&q=a%20b&tag=a,z&xdm_e=h"},
		{"space was written as +", "GET&/panel&cp=&flag=&n%281%29=~&path=%2Fx%2Fy&q=a+b&tag=a,z&xdm_e=h"},
		{"lower-case hex", "GET&/panel&cp=&flag=&n%281%29=~&path=%2fx%2fy&q=a%20b&tag=a,z&xdm_e=h"},
		{"not sorted", "GET&/panel&q=a%20b&tag=a,z&path=%2Fx%2Fy&cp=&n%281%29=~&flag=&xdm_e=h"},
		{"pairs of their own", "GET&/panel&cp=&flag=&n%281%29=~&path=%2Fx%2Fy&q=a%20b&tag=a&tag=z&xdm_e=h"},
		{"without sorting", "GET&/panel&cp=&flag=&n%281%29=~&path=%2Fx%2Fy&q=a%20b&tag=z,a&xdm_e=h"},
		{"comma between repeated values was encoded", "GET&/panel&cp=&flag=&n%281%29=~&path=%2Fx%2Fy&q=a%20b&tag=a%2Cz&xdm_e=h"},
		{"only the first value", "GET&/panel&cp=&flag=&n%281%29=~&path=%2Fx%2Fy&q=a%20b&tag=z&xdm_e=h"},
		{"only the last value", "GET&/panel&cp=&flag=&n%281%29=~&path=%2Fx%2Fy&q=a%20b&tag=a&xdm_e=h"},
		{"parameter jwt was counted", "GET&/panel&cp=&flag=&jwt=a.b.c&n%281%29=~&path=%2Fx%2Fy&q=a%20b&tag=a,z&xdm_e=h"},
		{"empty value were dropped", "GET&/panel&n%281%29=~&path=%2Fx%2Fy&q=a%20b&tag=a,z&xdm_e=h"},
		{"without = got none", "GET&/panel&cp=&flag&n%281%29=~&path=%2Fx%2Fy&q=a%20b&tag=a,z&xdm_e=h"},
		{"were not encoded", "GET&/panel&cp=&flag=&n(1)=~&path=%2Fx%2Fy&q=a%20b&tag=a,z&xdm_e=h"},
		{"reserved characters", "GET&/panel&cp=&flag=&n(1)=~&path=/x/y&q=a%20b&tag=a,z&xdm_e=h"},
		{"tilde was encoded", "GET&/panel&cp=&flag=&n%281%29=%7E&path=%2Fx%2Fy&q=a%20b&tag=a,z&xdm_e=h"},
		{"Java's URLEncoder", "GET&/panel&cp=&flag=&n%281%29=%7E&path=%2Fx%2Fy&q=a+b&tag=a,z&xdm_e=h"},
		{"form encoding of a URL library", "GET&/panel&cp=&flag=&n%281%29=~&path=%2Fx%2Fy&q=a+b&tag=a&tag=z&xdm_e=h"},
		{"encoded a second time", "GET&/panel&cp=&flag=&n%281%29=~&path=%252Fx%252Fy&q=a%2Bb&tag=a,z&xdm_e=h"},
		{"not read as a space", "GET&/panel&cp=&flag=&n%281%29=~&path=%2Fx%2Fy&q=a%2Bb&tag=a,z&xdm_e=h"},
		{"taken as it is on the wire, with jwt", "GET&/panel&q=a+b&tag=z&tag=a&path=%2Fx%2Fy&cp=&n(1)=~&flag&xdm_e=h&jwt=a.b.c"},
		{"query was left out", "GET&/panel&"},
		{"& before the query is missing", "GET&/panel"},
		{"parameter path was not signed", "GET&/panel&cp=&flag=&n%281%29=~&q=a%20b&tag=a,z&xdm_e=h"},
		{"the host adds were not signed", "GET&/panel&flag=&n%281%29=~&path=%2Fx%2Fy&q=a%20b&tag=a,z"},
		{"written in lower case", "get&/panel&cp=&flag=&n%281%29=~&path=%2Fx%2Fy&q=a%20b&tag=a,z&xdm_e=h"},
		{"signed for POST, sent as GET", "POST&/panel&cp=&flag=&n%281%29=~&path=%2Fx%2Fy&q=a%20b&tag=a,z&xdm_e=h"},
		{"base path was left in, and a space was written as +", "GET&/base/panel&cp=&flag=&n%281%29=~&path=%2Fx%2Fy&q=a+b&tag=a,z&xdm_e=h"},
	} {
		t.Run(tc.cause, func(t *testing.T) {
			checkMistake(t, page, tc.canonical, tc.cause)
		})
	}
}

func TestMistakesOfPathsAndBodies(t *testing.T) {
	for _, tc := range []struct {
		request          Request
		cause, canonical string
	}{
		{Request{Method: "GET", Target: "/wiki/rest/x"}, "base path /wiki was cut off", "GET&/rest/x&"},
		{Request{Method: "GET", Target: "/a%20b/c"}, "path was decoded", "GET&/a b/c&"},
		{Request{Method: "GET", Target: "/a%2Fb%20c"}, "encoded slash in the path", "GET&/a/b%20c&"},
		{Request{Method: "GET", Target: "/r&d"}, "& in the path", "GET&/r&d&"},
		{Request{Method: "GET", Target: "/x%2fy"}, "upper case", "GET&/x%2Fy&"},
		{Request{Method: "GET", Target: "/caf%c3%a9"}, "decoded and encoded again", "GET&/caf%C3%A9&"},
		{Request{Method: "GET", Target: "/a//b/../c"}, "cleaned", "GET&/a/c&"},
		{Request{Method: "GET", Target: "/a//"}, "every trailing slash", "GET&/a&"},
		{Request{Method: "GET", Target: "/a?x=1"}, "whole request target", "GET&/a?x=1&x=1"},
		{Request{Method: "GET", Target: "/a?x=1"}, "not taken apart", "GET&/a?x=1"},
		{Request{Method: "POST", Target: "/a?x=1", Form: "y=2"}, "form body was counted beside", "POST&/a&x=1&y=2"},
		{Request{Method: "GET", Target: "/a", Form: "y=2"}, "form body was counted", "GET&/a&y=2"},
		{Request{Method: "GET", Target: "/a?a[]=2&a[]=1"}, "brackets", "GET&/a&a=1,2"},
		{Request{Method: "GET", Target: "/a?a.b=1&a%2Fb=2"}, "sorted by their encoded names", "GET&/a&a%2Fb=2&a.b=1"},
		{Request{Method: "GET", Target: "/a?=v&x=1"}, "empty name", "GET&/a&x=1"},
	} {
		t.Run(tc.cause, func(t *testing.T) {
			checkMistake(t, tc.request, tc.canonical, tc.cause)
		})
	}
}

func checkMistake(t *testing.T, r Request, canonical, cause string) {
	t.Helper()
	claims := testClaims(r)
	claims.QSH = hashHex([]byte(canonical))
	_, v := testCheck(r).Verify(SignHS256(claims, testSecret))
	if v.Rule != RuleQSH || !strings.Contains(v.Cause, cause) {
		t.Fatalf("rule %q, cause %q, want cause %q", v.Rule, v.Cause, cause)
	}
	if v.Received != canonical || v.Expected != r.Canonical() {
		t.Errorf("expected %q\nreceived %q", v.Expected, v.Received)
	}
	if i := v.At.Offset; v.Expected[:i] != v.Received[:i] ||
		i < len(v.Expected) && i < len(v.Received) && v.Expected[i] == v.Received[i] {
		t.Errorf("offset %d is not the first difference", i)
	}
	if v.Fix == "" {
		t.Error("no fix is named")
	}
}

func TestSpecialHashes(t *testing.T) {
	r := Request{Method: "GET", Target: "/a?x=1"}
	for _, tc := range []struct{ qsh, cause string }{
		{"", "missing"},
		{ContextQSH, "page's context"},
		{strings.ToUpper(r.QSH()), "upper-case hex"},
		{hashHex([]byte("GET&/quite/another&")), "another request"},
	} {
		claims := testClaims(r)
		claims.QSH = tc.qsh
		_, v := testCheck(r).Verify(SignHS256(claims, testSecret))
		if v.Rule != RuleQSH || !strings.Contains(v.Cause, tc.cause) || v.Expected != r.Canonical() {
			t.Errorf("qsh %q: %+v, want cause %q", tc.qsh, v, tc.cause)
		}
	}
}
