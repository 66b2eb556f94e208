package workbench

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/database"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/page"
	"connect-workbench/mockhost/site"
)

const sampleKey = "com.example.first-addon"

func open(t *testing.T, p Params) *Workbench {
	t.Helper()
	p.AnyPort = true
	if p.Logf == nil {
		p.Logf = t.Logf
	}
	w, err := Open(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeWorkbench(t, w) })
	return w
}

func closeWorkbench(t *testing.T, w *Workbench) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := w.Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
}

func siteByProduct(t *testing.T, w *Workbench, p site.Product) SiteState {
	t.Helper()
	for _, s := range w.Sites() {
		if s.Product == p {
			return s
		}
	}
	t.Fatalf("there is no %s site", p)
	return SiteState{}
}

// The main job: the sample is installed on both sites, gets an event, shows a page; everything is
// in the log, accepted, and still there after a restart.
func TestTheWholeLoop(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "project")
	w := open(t, Params{ProjectDir: dir})
	ctx := t.Context()
	if report := w.Check(w.Descriptor().Text); report.Errors != 0 {
		t.Fatalf("the sample has errors: %+v", report.Problems)
	}

	events := map[site.Product]string{site.Jira: "jira:issue_created", site.Confluence: "page_created"}
	for product, event := range events {
		s := siteByProduct(t, w, product)
		var stages []string
		err := w.Install(ctx, s.ID, "", func(st install.Stage) {
			stages = append(stages, string(st.Name)+" "+string(st.State))
		})
		if err != nil {
			t.Fatalf("install on %s: %v (%v)", s.ID, err, stages)
		}
		delivery, err := w.Fire(ctx, s.ID, event, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(delivery.Sent) != 1 || !delivery.Sent[0].Verdict.OK || delivery.Sent[0].Status/100 != 2 {
			t.Errorf("%s on %s: %+v", event, s.ID, delivery)
		}
		modules, err := w.Pages(s.ID)
		if err != nil || len(modules) == 0 {
			t.Fatalf("pages of %s: %v, %v", s.ID, modules, err)
		}
		for _, m := range modules {
			_, record, err := w.OpenPage(ctx, s.ID, page.Request{AddonKey: m.AddonKey, ModuleKey: m.Key,
				UserID: s.Users[0].AccountID, Context: w.PageContext(s.ID, m)})
			if err != nil || record.Status != http.StatusOK || !record.Verdict.OK {
				t.Errorf("page %s on %s: %v, %d %s, %+v", m.Key, s.ID, err, record.Status, record.Error, record.Verdict)
			}
		}
	}
	refused, _, err := w.ExchangeCount(ctx, "verdict:failed")
	if err != nil || refused != 0 {
		t.Errorf("%d exchanges were refused (%v)", refused, err)
	}
	matching, all, err := w.ExchangeCount(ctx, "kind:installed")
	if err != nil || matching != 2 || all <= matching {
		t.Errorf("installed: %d of %d, %v; want 2 of more", matching, all, err)
	}
	closeWorkbench(t, w)

	again := open(t, Params{ProjectDir: dir})
	if got := siteByProduct(t, again, site.Jira).Addons; len(got) != 1 || got[0].Key != sampleKey || got[0].State != site.Enabled {
		t.Errorf("after a restart the JIRA site has %+v", got)
	}
	if _, after, err := again.ExchangeCount(ctx, ""); err != nil || after != all {
		t.Errorf("after a restart there are %d exchanges, %v; want %d", after, err, all)
	}
}

func TestRefusalsAreExplained(t *testing.T) {
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project")})
	ctx := t.Context()
	s := siteByProduct(t, w, site.Jira)
	if err := w.Install(ctx, s.ID, "", nil); err != nil {
		t.Fatal(err)
	}
	// The add-on loses its data: the next webhook is from a tenant it does not know.
	clear(w.ownTenants.known)
	delivery, err := w.Fire(ctx, s.ID, "jira:issue_created", nil)
	if err != nil || len(delivery.Sent) != 1 {
		t.Fatalf("%+v, %v", delivery, err)
	}
	sent := delivery.Sent[0]
	if sent.Status != http.StatusUnauthorized || sent.Verdict.OK || sent.Verdict.Rule != connectjwt.RuleTenant || sent.Verdict.Fix == "" {
		t.Errorf("got %d %+v, want 401 by %s with advice", sent.Status, sent.Verdict, connectjwt.RuleTenant)
	}
	rows, err := w.ExchangeRows(ctx, "verdict:jwt.tenant", 0, 0, 10)
	if err != nil || len(rows) != 1 || rows[0].ID != sent.Exchange {
		t.Errorf("rows %+v, %v", rows, err)
	}
	// The host's own check finds nothing wrong with the token: the fault is on the add-on's side.
	steps, err := w.ExplainExchange(ctx, sent.Exchange)
	if err != nil || len(steps) == 0 {
		t.Fatalf("steps %v, %v", steps, err)
	}
	for _, step := range steps {
		if step.State == connectjwt.StateFailed {
			t.Errorf("our own token fails %s: %+v", step.Rule, step.Verdict)
		}
	}
}

func TestDatabaseFaultsChangeNothing(t *testing.T) {
	for _, file := range []string{"exchanges.db", "state.db"} {
		t.Run(file, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "project")
			first := open(t, Params{ProjectDir: dir})
			closeWorkbench(t, first)
			path := filepath.Join(dir, privateDir, file)
			os.Remove(path + "-wal")
			os.Remove(path + "-shm")
			const garbage = "this is no database, it is a shopping list: milk, bread, butter, and many more things to fill a page"
			writeTestFile(t, path, garbage)

			_, err := Open(t.Context(), Params{ProjectDir: dir, AnyPort: true})
			var unusable *database.UnusableError
			if !errors.As(err, &unusable) || Advice(err) == "" {
				t.Fatalf("open gave %v, want an UnusableError with advice", err)
			}
			if got := readTestFile(t, path); got != garbage {
				t.Fatalf("the file was changed: %q", got)
			}

			w := open(t, Params{ProjectDir: dir, SetAside: true})
			kept, err := filepath.Glob(filepath.Join(dir, privateDir, "*"))
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, k := range kept {
				if info, err := os.Stat(k); err == nil && info.Mode().IsRegular() && readTestFile(t, k) == garbage {
					found = true
				}
			}
			if !found {
				t.Errorf("the old file is gone; there are %v", kept)
			}
			if n := w.Notices(); len(n) == 0 || !strings.Contains(n[len(n)-1].Text, file) {
				t.Errorf("notices %+v do not speak of %s", n, file)
			}
		})
	}
}

func TestTakenPortIsSaid(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := taken.Addr().(*net.TCPAddr).Port
	dir := filepath.Join(t.TempDir(), "project")
	s, _, err := openProject(dir, strings.NewReader(strings.Repeat("fixed randomness ", 100)))
	if err != nil {
		t.Fatal(err)
	}
	s.Sites[0].Port, s.Sites[1].Port, s.Addon.Port = port, port, 0
	if err := writeSettings(dir, s); err != nil {
		t.Fatal(err)
	}
	w, err := Open(t.Context(), Params{ProjectDir: dir, Logf: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	defer closeWorkbench(t, w)
	addresses := map[string]bool{}
	for _, s := range w.Sites() {
		if !s.Moved {
			t.Errorf("%s does not say that its port was taken", s.ID)
		}
		addresses[s.BaseURL] = true
	}
	if len(addresses) != 2 || len(w.Notices()) < 2 {
		t.Errorf("addresses %v, notices %+v", addresses, w.Notices())
	}
	for _, n := range w.Notices() {
		if strings.HasPrefix(n.Text, "Port ") && strings.Contains(n.Text, "the site is at") && !strings.Contains(n.Advice, "that of the site") {
			t.Errorf("two sites want the same port, and the advice is %q", n.Advice)
		}
	}
}

func TestExternalAddonIsWatched(t *testing.T) {
	addon := httptest.NewServer(http.NotFoundHandler())
	defer addon.Close()
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project"), Addon: addon.URL})
	waitFor(t, w, func() bool { return w.Addon().Checked })
	if a := w.Addon(); !a.Up || a.Mode != External || a.BaseURL != addon.URL {
		t.Errorf("got %+v", a)
	}
	if err := w.UseExternal(t.Context(), "http://127.0.0.1:1/base"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, w, func() bool { return w.Addon().Checked })
	if a := w.Addon(); a.Up || a.DescriptorURL != "http://127.0.0.1:1/base/atlassian-connect.json" {
		t.Errorf("got %+v", a)
	}
	err := w.Install(t.Context(), w.Sites()[0].ID, "", nil)
	var refused *install.Error
	if !errors.As(err, &refused) || refused.Stage != install.Fetch {
		t.Errorf("install from nobody gave %v", err)
	}
	if err := w.UseBuiltin(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.Install(t.Context(), w.Sites()[0].ID, "", nil); err != nil {
		t.Errorf("install from the built-in add-on: %v", err)
	}
}

// waitFor waits until done, asking again after every change.
func waitFor(t *testing.T, w *Workbench, done func() bool) {
	t.Helper()
	news := make(chan struct{}, 1)
	cancel := w.Subscribe(func(Change) {
		select {
		case news <- struct{}{}:
		default:
		}
	})
	defer cancel()
	limit := time.After(10 * time.Second)
	for !done() {
		select {
		case <-news:
		case <-limit:
			t.Fatal("nothing changed within 10 s")
		}
	}
}

func TestBuiltinServesTheEditorText(t *testing.T) {
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project")})
	edited := strings.Replace(w.Descriptor().Text, sampleKey, "com.example.renamed", 1)
	w.SetDescriptorText(edited)
	s := siteByProduct(t, w, site.Jira)
	if err := w.Install(t.Context(), s.ID, "", nil); err != nil {
		t.Fatal(err)
	}
	if got := siteByProduct(t, w, site.Jira).Addons; len(got) != 1 || got[0].Key != "com.example.renamed" {
		t.Errorf("installed %+v, want the unsaved text", got)
	}
	w.SetDescriptorText("{ broken")
	err := w.Install(t.Context(), s.ID, "", nil)
	var refused *install.Error
	if !errors.As(err, &refused) {
		t.Errorf("installing a broken text gave %v", err)
	}
	if got := siteByProduct(t, w, site.Jira).Addons; len(got) != 1 || got[0].State != site.Enabled {
		t.Errorf("the failed upgrade changed the installation: %+v", got)
	}
}

func TestFileChangedByAnotherProgramIsReadAgain(t *testing.T) {
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project")})
	path := w.Descriptor().Path
	writeTestFile(t, path, `{"key":"from-outside"}`)
	waitFor(t, w, func() bool { return w.Descriptor().Text == `{"key":"from-outside"}` })
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	waitFor(t, w, func() bool {
		return slices.ContainsFunc(w.Notices(), func(n Notice) bool { return strings.Contains(n.Text, "can no longer be read") })
	})
}

func TestTokenReport(t *testing.T) {
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project")})
	s := siteByProduct(t, w, site.Jira)
	if err := w.Install(t.Context(), s.ID, "", nil); err != nil {
		t.Fatal(err)
	}
	modules, err := w.Pages(s.ID)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := w.SignPage(t.Context(), s.ID, page.Request{AddonKey: sampleKey, ModuleKey: modules[0].Key})
	if err != nil {
		t.Fatal(err)
	}
	request := connectjwt.Request{Method: "GET", Target: signed.URL, Base: w.Addon().BaseURL}
	key := TokenKey{SiteID: s.ID, AddonKey: sampleKey}
	if got := w.ExplainToken(signed.Token, key, request); !got.Verdict.OK || got.Canonical != signed.Canonical {
		t.Errorf("a fresh token: %+v", got)
	}
	request.Method = "POST"
	if got := w.ExplainToken(signed.Token, key, request); got.Verdict.Rule != connectjwt.RuleQSH {
		t.Errorf("for another method: %+v", got.Verdict)
	}
	if got := w.ExplainToken(signed.Token, TokenKey{Secret: "some other secret"}, request); got.Verdict.Rule != connectjwt.RuleSignature {
		t.Errorf("with another secret: %+v", got.Verdict)
	}
	if got := w.ExplainToken("no token", key, request); got.DecodeError == "" {
		t.Errorf("for no token: %+v", got)
	}
	if got := w.TokenKeys(); len(got) != 2 || !got[1].InstallKey {
		t.Errorf("keys %+v", got)
	}
}

func TestSecretsStayInside(t *testing.T) {
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project")})
	s := siteByProduct(t, w, site.Jira)
	if err := w.Install(t.Context(), s.ID, "", nil); err != nil {
		t.Fatal(err)
	}
	installation, err := w.store.Get(s.ID, sampleKey)
	if err != nil {
		t.Fatal(err)
	}
	secret := installation.SharedSecret
	if len(secret) < 32 {
		t.Fatalf("the secret has %d characters", len(secret))
	}
	if shown := siteByProduct(t, w, site.Jira).Addons[0].Secret; strings.Contains(shown, secret) || len(shown) > 20 {
		t.Errorf("shown as %q", shown)
	}
	rows, err := w.ExchangeRows(t.Context(), "kind:installed", 0, 0, 10)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%v, %v", rows, err)
	}
	record, err := w.Exchange(t.Context(), rows[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(record.RequestBody), secret) {
		t.Error("the recorded installed body shows the secret")
	}
	signature := record.Token[strings.LastIndexByte(record.Token, '.')+1:]
	if _, err := connectjwt.Decode(record.Token); err == nil && strings.Trim(signature, "•.*…") != "" {
		t.Error("the recorded token still has its signature")
	}
	for _, name := range []string{settingsFile, descriptorFile} {
		if strings.Contains(readTestFile(t, filepath.Join(w.dir, name)), secret) {
			t.Errorf("%s holds the secret", name)
		}
	}
}

func TestTheAddonIsChangedByOneAtATime(t *testing.T) {
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project")})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if err := w.UseExternal(t.Context(), "http://localhost:9"); err != nil {
				t.Error(err)
			}
		})
		group.Go(func() {
			if err := w.UseBuiltin(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if err := w.UseBuiltin(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.Install(t.Context(), siteByProduct(t, w, site.Jira).ID, "", nil); err != nil {
		t.Errorf("the built-in add-on does not answer at the address it has: %v", err)
	}
}
