package trust

import (
	"net"
	"strings"
	"testing"
)

func TestParseTarget(t *testing.T) {
	for _, tc := range []struct {
		authority string
		missing   int
		want      string // "" when it is refused
	}{
		{"example.com:443", 0, "example.com:443"},
		{"EXAMPLE.com.:443", 0, "example.com:443"},
		{"[::1]:8080", 0, "[::1]:8080"},
		{"example.com", 80, "example.com:80"},
		{"[::1]", 80, "[::1]:80"},
		{"_dmarc.example.com:53", 0, "_dmarc.example.com:53"},
		{"example.com", 0, ""},
		{"example.com:0", 0, ""},
		{"example.com:65536", 0, ""},
		{"example.com:-1", 0, ""},
		{"example.com:", 80, ""},
		{":443", 0, ""},
		{"", 80, ""},
		{"exa mple.com:443", 0, ""},
		{"a..b:443", 0, ""},
		{"user@example.com:443", 0, ""},
		{"exämple.com:443", 0, ""},
		{"[::1%lo]:443", 0, ""},
		{strings.Repeat("a", 64) + ".example:443", 0, ""},
		{strings.Repeat("a.", 127) + "aa:443", 0, ""},
	} {
		got, err := parseTarget(tc.authority, tc.missing)
		switch {
		case tc.want == "" && err == nil:
			t.Errorf("%q is taken as %s", tc.authority, got)
		case tc.want != "" && (err != nil || got.String() != tc.want):
			t.Errorf("%q is %s, %v; want %s", tc.authority, got, err, tc.want)
		}
	}
}

func FuzzParseTarget(f *testing.F) {
	for _, seed := range []string{"example.com:443", "[::1]:80", "127.0.0.1:1", "a.b.:2", "[", "]:1", "::1", "x:99999"} {
		f.Add(seed, 0)
		f.Add(seed, 443)
	}
	f.Fuzz(func(t *testing.T, authority string, missing int) {
		if missing < 0 || missing > 65535 {
			return
		}
		got, err := parseTarget(authority, missing)
		if err != nil {
			return
		}
		// What is taken names one host and one port, and is taken for the same when it is read again.
		if host, _, err := net.SplitHostPort(got.String()); err != nil || host != got.host {
			t.Fatalf("%q is %q, which is not an address", authority, got)
		}
		if again, err := parseTarget(got.String(), 0); err != nil || again != got {
			t.Fatalf("%q is %q, and that %q (%v)", authority, got, again, err)
		}
		if strings.ContainsAny(got.host, "/@ \r\n\t%") {
			t.Fatalf("%q is a host", got.host)
		}
	})
}

func FuzzRawPath(f *testing.F) {
	f.Add("http://localhost:1/a%2Fb?c")
	f.Add("http://localhost")
	f.Add("http://localhost//x")
	f.Fuzz(func(t *testing.T, address string) {
		if path := rawPath(address); path != "" && (path[0] != '/' || strings.HasPrefix(path, "//") || !strings.Contains(address, path) || strings.Contains(path, "?")) {
			t.Fatalf("%q has the path %q", address, path)
		}
	})
}

func TestLoopbackTargets(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true, "::ffff:127.0.0.1": true,
		"0.0.0.0": false, "::": false, "10.0.0.1": false, "localhost.example": false, "127.0.0.1.example": false,
	} {
		if got := (target{host, 1}).loopback(); got != want {
			t.Errorf("%s: %v", host, got)
		}
	}
}

func TestAllowList(t *testing.T) {
	list := []string{"example.com", "Registry.Example:8443"}
	for address, want := range map[string]bool{
		"example.com:443": true, "example.com:80": true, "registry.example:8443": true,
		"registry.example:443": false, "www.example.com:443": false, "example.com.evil:443": false,
	} {
		got, err := parseTarget(address, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got.allowed(list) != want {
			t.Errorf("%s: %v", address, !want)
		}
	}
	for entry, good := range map[string]bool{
		"example.com": true, "Example.com": true, "example.com:443": true, "192.0.2.1": true, "[2001:db8::1]:443": true,
		"https://example.com": false, "*.example.com": false, "example.com/": false, "": false, "a b": false, "example.com:x": false, "example.com.": false,
	} {
		if err := CheckAllowed(entry); (err == nil) != good {
			t.Errorf("%q: %v", entry, err)
		}
	}
}
