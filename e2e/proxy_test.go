package e2e

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/jira"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/page"
	"connect-workbench/ui/workbench"
)

// The names that frameworks have built in.
const (
	vendorKeys  = "https://connect-install-keys.atlassian.com"
	vendorOAuth = "https://oauth-2-authorization-server.services.atlassian.com"
)

// framework is what the guide says of one.
func framework(t *testing.T, w *workbench.Workbench, id string) workbench.Framework {
	t.Helper()
	list := w.ConnectGuide().Frameworks
	i := slices.IndexFunc(list, func(f workbench.Framework) bool { return f.ID == id })
	if i < 0 {
		t.Fatalf("the guide has no %s", id)
	}
	return list[i]
}

// ofProxies is true for variables by which the machine itself would have another proxy or authority.
func ofProxies(variable string) bool {
	name, _, _ := strings.Cut(strings.ToUpper(variable), "=")
	return strings.HasSuffix(name, "_PROXY") || strings.HasPrefix(name, "SSL_CERT") || strings.HasSuffix(name, "_CA_BUNDLE") || name == "JAVA_TOOL_OPTIONS"
}

// byProxy is the environment in which an add-on reaches the vendor's hosts by our proxy, as the place
// "Connect your add-on" gives it.
func byProxy(t *testing.T, w *workbench.Workbench) []string {
	t.Helper()
	var environment []string
	for _, s := range framework(t, w, "ace-proxy").Settings {
		if s.Name != "PORT" && s.Name != "AC_LOCAL_BASE_URL" && s.Name != "AC_OPTS" { // startACE sets its own
			environment = append(environment, s.Name+"="+s.Value)
		}
	}
	if len(environment) != 3 {
		t.Fatalf("the guide says %q", environment)
	}
	return environment
}

// An ACE add-on that is told nothing but its proxy fetches the install key from the host it has built
// in, and gets a token there to call the site as a user.
func TestACEByProxy(t *testing.T) {
	w, jiraSite := openWorkbench(t)
	ace := startACEWith(t, acePackages(t, "ace"), "AC_OPTS=no-reg", byProxy(t, w)...)
	ctx := t.Context()
	if err := w.Install(ctx, jiraSite.ID, ace.baseURL+"/atlassian-connect.json", nil); err != nil {
		t.Fatal(err)
	}
	ace.expect(t, "installed")
	ace.expect(t, "enabled")
	expectExchange(t, w, "kind:key verdict:ok", vendorKeys+"/")

	user := jiraSite.Users[1]
	request := page.Request{AddonKey: aceKey, ModuleKey: "as-user", UserID: user.AccountID, Context: map[string]string{"issue.key": "DEMO-1"}}
	if _, record, err := w.OpenPage(ctx, jiraSite.ID, request); err != nil || record.Status != http.StatusOK {
		t.Fatalf("page: %v, %d %s", err, record.Status, record.ResponseBody)
	}
	if got := ace.expect(t, "as-user"); got.RestStatus != http.StatusOK || got.Myself != user.AccountID {
		t.Errorf("as %s the add-on saw %+v", user.AccountID, got)
	}
	expectExchange(t, w, "kind:oauth verdict:ok", vendorOAuth+"/oauth2/token")
	lists, err := w.Checklist(ctx)
	if err != nil || len(lists) != 2 {
		t.Fatalf("%+v, %v", lists, err)
	}
	for _, c := range lists[1].Checks {
		if want := map[bool]string{true: "open", false: "passed"}[c.ID == workbench.CheckWebhook]; c.State != want {
			t.Errorf("%s is %s (%s)", c.ID, c.State, c.Detail)
		}
	}
	if refused, _, err := w.ExchangeCount(ctx, "verdict:failed"); err != nil || refused != 0 {
		t.Errorf("%d exchanges were refused (%v)", refused, err)
	}
}

// Without the CA file the same add-on refuses: it has not taken any key for the right one.
func TestACERefusesAProxyItDoesNotTrust(t *testing.T) {
	w, jiraSite := openWorkbench(t)
	environment := slices.DeleteFunc(byProxy(t, w), func(line string) bool { return strings.HasPrefix(line, "NODE_EXTRA_CA_CERTS=") })
	ace := startACEWith(t, acePackages(t, "ace"), "AC_OPTS=no-reg", environment...)
	if err := w.Install(t.Context(), jiraSite.ID, ace.baseURL+"/atlassian-connect.json", nil); err == nil {
		t.Error("it was installed")
	}
	expectExchange(t, w, "kind:proxy verdict:proxy.tls", "connect-install-keys.atlassian.com:443")
}

// A proxy that serves another key than the one that signed is refused too, by ACE itself.
func TestACERefusesTheKeyOfAnotherHost(t *testing.T) {
	w, jiraSite := openWorkbench(t)
	other, _ := openWorkbench(t)
	ace := startACEWith(t, acePackages(t, "ace"), "AC_OPTS=no-reg", byProxy(t, other)...)
	if err := w.Install(t.Context(), jiraSite.ID, ace.baseURL+"/atlassian-connect.json", nil); err == nil {
		t.Error("it was installed")
	}
	expectExchange(t, other, "kind:key verdict:failed", vendorKeys+"/")
}

// expectExchange fails unless an exchange that a filter lets through has an address that begins so.
func expectExchange(t *testing.T, w *workbench.Workbench, filter, address string) exchange.Row {
	t.Helper()
	rows, err := w.ExchangeRows(t.Context(), filter, 0, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if strings.HasPrefix(row.URL, address) {
			return row
		}
	}
	t.Fatalf("of %s there is none to %s: %+v", filter, address, rows)
	return exchange.Row{}
}

// client is an HTTP client of a Go add-on, with the proxy and the authority of the guide.
func client(t *testing.T, w *workbench.Workbench) *http.Client {
	t.Helper()
	a := w.ConnectGuide().Addresses
	proxy, err := url.Parse(a.Proxy)
	if err != nil {
		t.Fatal(err)
	}
	pem, err := os.ReadFile(a.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		t.Fatal("the CA file holds no certificate")
	}
	transport := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: roots}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// Go's own client for Connect's OAuth takes our token endpoint for the vendor's, asked directly and
// through the proxy, and each thing that is wrong about it is refused.
func TestGoOAuth(t *testing.T) {
	w, jiraSite := openWorkbench(t)
	secrets := make(chan string, 1)
	if err := w.Install(t.Context(), jiraSite.ID, goAddon(t, client(t, w), secrets), nil); err != nil {
		t.Fatal(err)
	}
	secret := <-secrets
	user := jiraSite.Users[1]
	direct := oauth2.Endpoint{AuthURL: vendorOAuth, TokenURL: w.OAuthURL() + "/oauth2/token"}
	vendors := oauth2.Endpoint{AuthURL: vendorOAuth, TokenURL: vendorOAuth + "/oauth2/token"}
	for _, tc := range []struct {
		name   string
		change func(c *jira.Config)
		http   *http.Client
		rule   connectjwt.RuleID // "" when it must be given a token
	}{
		{name: "directly"},
		{name: "directly, aud our own", change: func(c *jira.Config) { c.Endpoint.AuthURL = w.OAuthURL() }},
		{name: "by proxy", change: func(c *jira.Config) { c.Endpoint = vendors }, http: client(t, w)},
		{name: "by proxy, some scopes", change: func(c *jira.Config) { c.Endpoint, c.Scopes = vendors, []string{"read", "act_as_user"} }, http: client(t, w)},
		{name: "wrong secret", change: func(c *jira.Config) { c.ClientSecret += "x" }, rule: connectjwt.RuleSignature},
		{name: "wrong client", change: func(c *jira.Config) { c.ClientID += "x" }, rule: connectjwt.RuleTenant},
		{name: "wrong tnt", change: func(c *jira.Config) { c.BaseURL = "https://other.example" }, rule: "oauth.tnt"},
		{name: "wrong aud", change: func(c *jira.Config) { c.Endpoint.AuthURL = "https://other.example" }, rule: connectjwt.RuleAud},
		{name: "wrong user", change: func(c *jira.Config) { c.Subject = "nobody" }, rule: "oauth.sub"},
		{name: "scope it has not", change: func(c *jira.Config) { c.Scopes = []string{"admin"} }, rule: "oauth.scope"},
		{name: "by proxy, wrong secret", change: func(c *jira.Config) { c.Endpoint, c.ClientSecret = vendors, secret[1:] }, http: client(t, w), rule: connectjwt.RuleSignature},
	} {
		t.Run(tc.name, func(t *testing.T) {
			config := &jira.Config{BaseURL: jiraSite.BaseURL, Subject: user.AccountID,
				Config: oauth2.Config{ClientID: jiraSite.OAuthClientID, ClientSecret: secret, Endpoint: direct}}
			if tc.change != nil {
				tc.change(config)
			}
			ctx := t.Context()
			if tc.http != nil {
				ctx = context.WithValue(ctx, oauth2.HTTPClient, tc.http)
			}
			answer, err := config.Client(ctx).Get(jiraSite.BaseURL + "/rest/api/2/myself")
			if tc.rule != "" {
				if err == nil {
					t.Fatal("it was given a token")
				}
				if rows, err := w.ExchangeRows(ctx, "kind:oauth", 0, 0, 1); err != nil || rows[0].Rule != tc.rule {
					t.Errorf("refused by %s, want %s (%v)", rows[0].Rule, tc.rule, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			var me struct{ AccountID string }
			if err := json.NewDecoder(answer.Body).Decode(&me); err != nil || answer.StatusCode != http.StatusOK || me.AccountID != user.AccountID {
				t.Errorf("%d as %q (%v)", answer.StatusCode, me.AccountID, err)
			}
		})
	}
}

// goAddon is an add-on in Go that may act as users. It checks installed with the key it fetches from the
// vendor's server, and hands over the secret. It gives the descriptor's address.
func goAddon(t *testing.T, client *http.Client, secrets chan<- string) string {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("GET /atlassian-connect.json", func(rw http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(rw, `{"key":"com.example.go","name":"Go","baseUrl":%q,"authentication":{"type":"jwt"},"scopes":["READ","ACT_AS_USER"],
			"apiMigrations":{"signed-install":true},"lifecycle":{"installed":"/installed"}}`, server.URL)
	})
	mux.HandleFunc("POST /installed", func(rw http.ResponseWriter, r *http.Request) {
		token, err := connectjwt.Decode(strings.TrimPrefix(r.Header.Get("Authorization"), "JWT "))
		if err != nil {
			http.Error(rw, err.Error(), http.StatusUnauthorized)
			return
		}
		answer, err := client.Get(vendorKeys + "/" + token.Header.KeyID)
		if err != nil {
			http.Error(rw, err.Error(), http.StatusUnauthorized)
			return
		}
		defer answer.Body.Close()
		pem, err := io.ReadAll(answer.Body)
		if err != nil {
			http.Error(rw, err.Error(), http.StatusUnauthorized)
			return
		}
		key, err := connectjwt.ParsePublicKey(pem)
		if err != nil {
			http.Error(rw, err.Error(), http.StatusUnauthorized)
			return
		}
		check := connectjwt.Check{Algorithm: connectjwt.RS256, PublicKey: key, Audience: []string{server.URL}, Now: time.Now(),
			Request: connectjwt.Request{Method: r.Method, Target: r.RequestURI}}
		if _, verdict := check.Verify(token.Raw); !verdict.OK {
			http.Error(rw, verdict.Summary, http.StatusUnauthorized)
			return
		}
		var body struct{ SharedSecret string }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(rw, err.Error(), http.StatusBadRequest)
			return
		}
		secrets <- body.SharedSecret
		rw.WriteHeader(http.StatusNoContent)
	})
	return server.URL + "/atlassian-connect.json"
}

// The Go add-on does not take another host's key, nor one from a proxy it does not trust.
func TestGoAddonRefusesAWrongHost(t *testing.T) {
	w, jiraSite := openWorkbench(t)
	other, _ := openWorkbench(t)
	mixed := client(t, w) // trusts ours, asks the other
	mixed.Transport.(*http.Transport).Proxy = client(t, other).Transport.(*http.Transport).Proxy
	for name, keys := range map[string]*http.Client{"another host's keys": client(t, other), "a proxy it does not trust": mixed} {
		secrets := make(chan string, 1)
		if err := w.Install(t.Context(), jiraSite.ID, goAddon(t, keys, secrets), nil); err == nil {
			t.Errorf("it was installed with %s", name)
		}
	}
}

func TestGoClientRefusesWrongCertificates(t *testing.T) {
	w, _ := openWorkbench(t)
	other, _ := openWorkbench(t)
	stranger := client(t, other)
	stranger.Transport.(*http.Transport).Proxy = client(t, w).Transport.(*http.Transport).Proxy
	_, err := stranger.Get(vendorKeys + "/x")
	var unknown x509.UnknownAuthorityError
	if !errors.As(err, &unknown) {
		t.Errorf("another project's authority: %v", err)
	}
	answer, err := client(t, w).Get(vendorKeys + "/x")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown key: %d", answer.StatusCode)
	}
}

// curl, as a person tries it out.
func TestCurlByProxy(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("curl is not here")
	}
	w, _ := openWorkbench(t)
	a := w.ConnectGuide().Addresses
	run := func(args ...string) (string, error) {
		command := exec.Command(curl, append([]string{"--silent", "--show-error", "--max-time", "20"}, args...)...)
		command.Env = append(slices.DeleteFunc(os.Environ(), ofProxies), "HTTPS_PROXY="+a.Proxy)
		out, err := command.CombinedOutput()
		return string(out), err
	}
	if out, err := run("--cacert", a.CAFile, vendorKeys+"/unknown"); err != nil || !strings.Contains(out, "no install key") {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := run("--cacert", a.CAFile, "https://connect-cdn.atl-paas.net/all.js"); err != nil || !strings.Contains(out, "AP") {
		t.Errorf("%v: %.100s", err, out)
	}
	if out, err := run(vendorKeys + "/unknown"); err == nil {
		t.Errorf("without the CA file: %s", out)
	}
	if out, err := run("--cacert", a.CAFile, "https://example.com/"); err == nil || !strings.Contains(out, "403") {
		t.Errorf("another host: %v %s", err, out)
	}
}

// Python with the variables of the guide, and nothing else, trusts the answer.
func TestPythonByProxy(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not here")
	}
	w, _ := openWorkbench(t)
	settings := framework(t, w, "python").All
	for library, program := range map[string]string{
		"urllib": `
import sys, urllib.request, urllib.error
try:
    urllib.request.urlopen(sys.argv[1])
except urllib.error.HTTPError as e:
    print("answers", e.code)`,
		"requests": `
import sys, requests
print("answers", requests.get(sys.argv[1]).status_code)`,
	} {
		t.Run(library, func(t *testing.T) {
			if library == "requests" && exec.Command(python, "-c", "import requests").Run() != nil {
				t.Skip("the package requests is not here")
			}
			for script, want := range map[string]bool{settings + `exec "$0" "$@"`: true, `exec "$0" "$@"`: false} {
				command := exec.CommandContext(t.Context(), "sh", "-c", script, python, "-c", program, vendorKeys+"/unknown")
				command.Env = append(slices.DeleteFunc(os.Environ(), ofProxies), "PYTHONWARNINGS=ignore")
				if !want {
					command.Env = append(command.Env, "HTTPS_PROXY="+w.ProxyURL()) // but no CA file
				}
				out, err := command.CombinedOutput()
				if got := err == nil && strings.Contains(string(out), "answers 404"); got != want {
					t.Errorf("%v: %v\n%s", want, err, out)
				}
			}
		})
	}
}

// A JVM with the flags of the guide, and nothing else, trusts the answer.
func TestJVMByProxy(t *testing.T) {
	java, err := exec.LookPath("java")
	if err != nil {
		t.Skip("java is not here")
	}
	if out, err := exec.Command(java, "--list-modules").Output(); err != nil || !strings.Contains(string(out), "jdk.compiler") {
		t.Skip("this java has no compiler to run a source file with")
	}
	w, _ := openWorkbench(t)
	jvm := framework(t, w, "jvm")
	source := filepath.Join(t.TempDir(), "Fetch.java")
	const program = `
		import java.net.*;
		class Fetch {
			public static void main(String[] args) throws Exception {
				var old = (HttpURLConnection) new URL(args[0]).openConnection();
				var now = java.net.http.HttpClient.newHttpClient().send(
					java.net.http.HttpRequest.newBuilder(URI.create(args[0])).build(), java.net.http.HttpResponse.BodyHandlers.ofString());
				System.out.println("answers " + old.getResponseCode() + " " + now.statusCode());
			}
		}`
	if err := os.WriteFile(source, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	for script, want := range map[string]bool{jvm.All + `exec "$0" "$1" "$2"`: true, `exec "$0" "$1" "$2"`: false} {
		command := exec.CommandContext(t.Context(), "sh", "-c", script, java, source, vendorKeys+"/unknown")
		command.Env = slices.DeleteFunc(os.Environ(), ofProxies)
		if !want {
			// Where there is no trust store of ours, the proxy alone must not do.
			command.Env = append(command.Env, "JAVA_TOOL_OPTIONS="+settingOf(jvm, "-Dhttps.proxyHost")+" "+settingOf(jvm, "-Dhttps.proxyPort"))
		}
		out, err := command.CombinedOutput()
		if got := err == nil && strings.Contains(string(out), "answers 404 404"); got != want {
			t.Errorf("%v: %v\n%s", want, err, out)
		}
	}
}

// settingOf is the flag of a framework that begins so.
func settingOf(f workbench.Framework, start string) string {
	for _, s := range f.Settings {
		if strings.HasPrefix(s.Line, start) {
			return s.Line
		}
	}
	return ""
}
