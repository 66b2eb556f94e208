package connectjwt

import "testing"

func TestFormBody(t *testing.T) {
	for _, c := range []struct{ contentType, want string }{
		{"application/x-www-form-urlencoded", "a=1"},
		{"application/x-www-form-urlencoded; charset=UTF-8", "a=1"},
		{"Application/X-WWW-Form-Urlencoded", "a=1"},
		{"application/x-www-form-urlencoded-not", ""},
		{"application/json", ""},
		{"", ""},
		{";", ""},
	} {
		if got := FormBody(c.contentType, []byte("a=1")); got != c.want {
			t.Errorf("%q: %q, want %q", c.contentType, got, c.want)
		}
	}
}
