package mockhost_test

import (
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"connect-workbench/mockhost"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/site"
)

func get(t *testing.T, url, host string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func TestSitesAnswerOnEveryLoopbackAddress(t *testing.T) {
	host := hosttest.New(t, nil)
	for _, s := range host.Sites() {
		if want := "http://localhost:" + strconv.Itoa(s.Port) + s.ContextPath; s.BaseURL != want || s.Moved {
			t.Errorf("%s is at %s, moved %t", s.ID, s.BaseURL, s.Moved)
		}
		addresses := []string{"127.0.0.1"}
		if l, err := net.Listen("tcp6", "[::1]:0"); err == nil {
			l.Close()
			addresses = append(addresses, "[::1]")
		}
		for _, a := range addresses {
			at := a + ":" + strconv.Itoa(s.Port)
			if status, _ := get(t, "http://"+at+s.ContextPath+"/", "localhost:"+strconv.Itoa(s.Port)); status != http.StatusOK {
				t.Errorf("%s at %s answers %d", s.ID, at, status)
			}
		}
	}
}

func TestHostHeaderHasToNameLoopback(t *testing.T) {
	host := hosttest.New(t, nil)
	s := host.Site(t, "jira")
	port := ":" + strconv.Itoa(s.Port)
	for header, want := range map[string]bool{
		"localhost" + port: true, "LOCALHOST" + port: true, "127.0.0.1" + port: true, "[::1]" + port: true,
		"localhost": false, "localhost:1": false, "evil.example" + port: false, "127.0.0.1.evil.example" + port: false,
		"localhost.evil.example" + port: false, "0.0.0.0" + port: false,
	} {
		status, body := get(t, "http://127.0.0.1"+port+"/rest/api/2/serverInfo", header)
		if refused := status == http.StatusMisdirectedRequest; refused == want {
			t.Errorf("Host: %s answers %d", header, status)
		}
		if !want && strings.Contains(body, "Acme") {
			t.Errorf("Host: %s learns %q", header, body)
		}
	}
	keys := strings.Replace(host.InstallKeysURL(), "localhost", "127.0.0.1", 1)
	if status, _ := get(t, keys+"/"+hosttest.KeyID, "evil.example"); status != http.StatusMisdirectedRequest {
		t.Errorf("the key server answers %d", status)
	}
}

// twoPorts finds a free port whose successor is free too.
func twoPorts(t *testing.T) int {
	t.Helper()
	for range 50 {
		first, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := first.Addr().(*net.TCPAddr).Port
		second, err := net.Listen("tcp4", "127.0.0.1:"+strconv.Itoa(port+1))
		first.Close()
		if err == nil {
			second.Close()
			return port
		}
	}
	t.Skip("no two free ports side by side")
	return 0
}

func TestTakenPortMovesToTheNextFreeOne(t *testing.T) {
	port := twoPorts(t)
	taken, err := net.Listen("tcp4", "127.0.0.1:"+strconv.Itoa(port))
	if err != nil {
		t.Skip("the port was taken meanwhile")
	}
	defer taken.Close()
	host := hosttest.New(t, func(p *mockhost.Params) { p.Sites[0].Port = port })
	s := host.Site(t, "jira")
	if !s.Moved || s.Port <= port || s.Site.Port != port || !strings.Contains(s.BaseURL, strconv.Itoa(s.Port)) {
		t.Errorf("moved %t, port %d of %d, at %s", s.Moved, s.Port, port, s.BaseURL)
	}
	if status, _ := get(t, s.BaseURL+"/rest/api/2/serverInfo", "localhost:"+strconv.Itoa(s.Port)); status != http.StatusOK {
		t.Errorf("the moved site answers %d", status)
	}
}

func TestPortTakenOnOneLoopbackAddressIsTaken(t *testing.T) {
	taken, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skip("this machine has no IPv6 loopback")
	}
	defer taken.Close()
	port := taken.Addr().(*net.TCPAddr).Port
	host := hosttest.New(t, func(p *mockhost.Params) { p.Sites[0].Port = port })
	if s := host.Site(t, "jira"); !s.Moved {
		t.Errorf("localhost:%d may lead to somebody else, and the site is there", port)
	}
}

func TestMovedSiteLeavesTheWantedPortsOfOthersAlone(t *testing.T) {
	port := twoPorts(t)
	taken, err := net.Listen("tcp4", "127.0.0.1:"+strconv.Itoa(port))
	if err != nil {
		t.Skip("the port was taken meanwhile")
	}
	defer taken.Close()
	host := hosttest.New(t, func(p *mockhost.Params) {
		p.Sites[0].Port, p.Sites[1].Port = port, port+1
	})
	if s := host.Site(t, "jira"); s.Port == port+1 {
		t.Errorf("jira moved to port %d, which confluence wants", s.Port)
	}
}

func TestStartAndCloseAreForOnce(t *testing.T) {
	host := hosttest.Stopped(t, nil)
	if host.InstallKeysURL() != "" || host.Sites()[0].BaseURL != "" {
		t.Error("addresses before Start")
	}
	if _, err := host.Install(t.Context(), "jira", "http://localhost/x", nil); err == nil {
		t.Error("install before Start")
	}
	if err := host.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := host.Start(t.Context()); err == nil {
		t.Error("started twice")
	}
	address := "127.0.0.1:" + strconv.Itoa(host.Sites()[0].Port)
	for range 2 {
		if err := host.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if l, err := net.Listen("tcp4", address); err != nil {
		t.Errorf("after Close the port is still taken: %v", err)
	} else {
		l.Close()
	}
}

func TestNewRefusesSitesItCannotRun(t *testing.T) {
	store := hosttest.OpenStore(t, t.TempDir()+"/state.db")
	sites := site.Defaults(nil)
	sites[1].ClientKey = sites[0].ClientKey
	if _, err := mockhost.New(mockhost.Params{Sites: sites, Store: store}); err == nil || !strings.Contains(err.Error(), "clientKey") {
		t.Errorf("got %v", err)
	}
}

func TestInstallKeyServer(t *testing.T) {
	host := hosttest.New(t, nil)
	kid, public := host.InstallKey()
	name := strings.TrimPrefix(host.InstallKeysURL(), "http://")
	name, _, _ = strings.Cut(name, "/")
	status, body := get(t, host.InstallKeysURL()+"/"+kid, name)
	if status != http.StatusOK || body != string(public) || !strings.HasPrefix(body, "-----BEGIN PUBLIC KEY-----\n") {
		t.Errorf("%d %q", status, body)
	}
	status, body = get(t, host.InstallKeysURL()+"/other", name)
	if status != http.StatusNotFound || strings.Contains(body, "KEY--") {
		t.Errorf("unknown kid: %d %q", status, body)
	}
	fetches := host.Exchanges(t, "kind:key")
	if len(fetches) != 2 || !fetches[0].Verdict.OK || fetches[1].Verdict.Rule != "jwt.kid" {
		t.Errorf("log: %+v", fetches)
	}
}
