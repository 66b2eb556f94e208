package mockhost_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/addon/server"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/install"
)

// TestRefusedSignedInstalls meets add-ons that verify and are set up wrong: their own verdict has to
// arrive with the failure.
func TestRefusedSignedInstalls(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&other.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	keyServer := func(answer http.HandlerFunc) func(*hosttest.Host) string {
		return func(*hosttest.Host) string {
			s := httptest.NewServer(answer)
			t.Cleanup(s.Close)
			return s.URL
		}
	}
	own := func(h *hosttest.Host) string { return h.InstallKeysURL() }
	for _, tc := range []struct {
		name string
		keys func(*hosttest.Host) string // where the add-on takes install keys from
		base string                      // what the descriptor says in place of localhost
		rule connectjwt.RuleID
	}{
		{"the add-on believes to be elsewhere", own, "127.0.0.1", connectjwt.RuleAud},
		{"its key server does not know the kid", keyServer(http.NotFound), "localhost", connectjwt.RuleKid},
		{"its key server has another key", keyServer(func(w http.ResponseWriter, _ *http.Request) {
			_ = pem.Encode(w, &pem.Block{Type: "PUBLIC KEY", Bytes: der})
		}), "localhost", connectjwt.RuleSignature},
	} {
		t.Run(tc.name, func(t *testing.T) {
			host := hosttest.New(t, nil)
			keys := tc.keys(host)
			text := `{"key": "com.example.own", "name": "Own", "baseUrl": "http://localhost:1", "authentication": {"type": "jwt"},
				"apiMigrations": {"signed-install": true}, "lifecycle": {"installed": "/installed"}}`
			addon := server.New(server.Params{
				Descriptor: func() []byte { return []byte(text) }, Clock: host.Clock.Now,
				InstallKeysURL: func() string { return keys }, Store: new(server.Memory), Logf: t.Logf,
			})
			if err := addon.Start(t.Context(), 0); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { addon.Close(t.Context()) })
			listing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				base := strings.Replace(addon.BaseURL(), "localhost", tc.base, 1)
				_, _ = w.Write([]byte(strings.Replace(text, "http://localhost:1", base, 1)))
			}))
			t.Cleanup(listing.Close)

			_, err := host.Install(t.Context(), "jira", listing.URL, nil)
			var refused *install.Error
			if !errors.As(err, &refused) {
				t.Fatalf("got %v", err)
			}
			if v := refused.Problem.Verdict; refused.Stage != install.Callback || v.OK || v.Rule != tc.rule {
				t.Errorf("at %s: %+v\n%s", refused.Stage, v, refused.Problem.Developer)
			}
			if list, _ := host.Installations("jira"); len(list) != 0 {
				t.Errorf("kept: %+v", list)
			}
		})
	}
}
