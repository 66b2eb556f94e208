package tokens

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/place/placetest"
	"connect-workbench/ui/workbench"
)

const secret = "a shared secret"

// now is fixed so that what is said about times stays the same.
var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// pageToken is a good token of the Acme site for GET /panel?x=1 of the add-on.
func pageToken() string {
	qsh := connectjwt.Request{Method: "GET", Target: "/panel?x=1"}.QSH()
	return connectjwt.SignHS256(connectjwt.Claims{Issuer: "ck-jira", QSH: qsh, IssuedAt: now.Unix(), Expires: now.Unix() + 180}, secret)
}

// fakeHost knows one secret, for both sites, and explains tokens as the workbench does.
type fakeHost struct {
	timeless bool // says nothing about times, whose words depend on the machine's time zone
}

func (fakeHost) Subscribe(func(workbench.Change)) (cancel func()) { return func() {} }
func (fakeHost) Sites() []workbench.SiteState                     { return sites() }
func (fakeHost) TokenKeys() []workbench.TokenKey                  { return keys() }

func (h fakeHost) ExplainToken(raw string, key workbench.TokenKey, req connectjwt.Request) workbench.TokenReport {
	var r workbench.TokenReport
	if req.Target != "" {
		r.Canonical, r.QSH, r.CanonicalSteps = req.Canonical(), req.QSH(), req.Steps()
	}
	token, err := connectjwt.Decode(raw)
	if err != nil {
		r.DecodeError = err.Error()
		return r
	}
	r.Token = token
	if !h.timeless {
		r.Times = token.Claims.Times(now)
	}
	if key == (workbench.TokenKey{}) {
		return r
	}
	check := connectjwt.Check{Algorithm: connectjwt.HS256, Secret: secret, Request: req, Now: now}
	if key.Secret != "" {
		check.Secret = key.Secret
	}
	if req.Target == "" {
		check.QSH = connectjwt.QSHIgnored
	}
	r.Steps = check.Explain(raw)
	_, r.Verdict = check.Verify(raw)
	return r
}

type fixture struct {
	*placetest.Fixture
	view *View
}

func newFixture(t *testing.T) *fixture { return newFixtureOn(t, fakeHost{}) }

func newFixtureOn(t *testing.T, h host) *fixture {
	t.Helper()
	f := &fixture{Fixture: placetest.New(t)}
	f.view = New(h, f.Env())
	f.Show(f.view)
	return f
}

// paste puts text into the field the way a person does.
func (f *fixture) paste(text string) { f.view.paste.Replace(text) }

// says waits until the headline of the report is this.
func (f *fixture) says(headline string) {
	f.Until("the report says "+headline, func() bool { return f.view.explained.Visible() && f.view.report.Headline() == headline })
}

func TestPastedTokenIsExplained(t *testing.T) {
	f := newFixture(t)
	f.paste(pageToken())
	f.says("The token is good")
	if got := f.view.state.tokenKey().Label; got != "Secret of com.example on Acme" {
		t.Errorf("suggested key %q", got)
	}
	if f.view.base.Text != "http://localhost:3000/app" {
		t.Errorf("suggested base %q", f.view.base.Text)
	}
	if unfolded(f.view.paste.Text()) {
		t.Error("the token stands on one line that nobody can see the end of")
	}
}

func TestPastedPageURLBringsItsRequest(t *testing.T) {
	f := newFixture(t)
	f.paste("http://localhost:3000/app/panel?x=1&jwt=" + pageToken())
	f.says("The token is good")
	if !strings.Contains(f.view.canonical.Text(), "GET&/panel&x=1") {
		t.Errorf("canonical request\n%s", f.view.canonical.Text())
	}
}

func TestBadTokenIsExplainedAndNoDialog(t *testing.T) {
	f := newFixture(t)
	f.paste("not a token at all")
	f.says("This is no token")
	if f.Failure != "" {
		t.Errorf("a dialog: %s", f.Failure)
	}
	f.paste(strings.Repeat("€.", 4000))
	f.says("This is no token")
}

func TestWrongSecretAndWrongRequest(t *testing.T) {
	f := newFixture(t)
	f.paste(pageToken())
	f.says("The token is good")

	test.Type(f.view.url, "/other")
	f.says("qsh does not match")
	f.view.url.SetText("")
	f.says("The token is good")

	f.view.key.SetSelectedIndex(len(f.view.key.Options) - 1)
	if !f.view.secret.Visible() || !f.view.secret.Password {
		t.Error("the secret cannot be typed, or can be read")
	}
	test.Type(f.view.secret, "another secret")
	f.says("signature does not match")
	f.view.key.SetSelectedIndex(0)
	f.says("Decoded, not verified")
}

func TestReceiveAndClear(t *testing.T) {
	f := newFixture(t)
	f.view.Receive(place.Target{Token: pageToken(), Method: "GET", URL: "http://localhost:3000/app/panel?x=1", Base: "http://localhost:3000/app", Site: "jira"})
	f.says("The token is good")
	f.view.copyClaims()
	if !strings.Contains(f.Copied, `"iss": "ck-jira"`) {
		t.Errorf("copied %s", f.Copied)
	}
	f.view.clear()
	if f.view.explained.Visible() || f.view.paste.Text() != "" || f.view.url.Text != "" || f.view.base.Text != "" {
		t.Error("something is left")
	}
	f.Queue.Drain()
	if f.view.explained.Visible() {
		t.Error("the report came back")
	}
}

func TestPasteFromTheClipboard(t *testing.T) {
	f := newFixture(t)
	test.NewTempApp(t).Clipboard().SetContent("Authorization: JWT " + pageToken())
	f.view.pasteClipboard()
	f.says("The token is good")
}

func TestLooks(t *testing.T) {
	t.Run("empty", func(t *testing.T) {
		f := newFixture(t)
		test.AssertRendersToMarkup(t, "empty.xml", f.Window.Canvas())
	})
	t.Run("full", func(t *testing.T) {
		f := newFixtureOn(t, fakeHost{timeless: true})
		f.paste("http://localhost:3000/app/panel?x=1&jwt=" + connectjwt.SignHS256(connectjwt.Claims{Issuer: "com.example", QSH: connectjwt.ContextQSH, IssuedAt: now.Unix(), Expires: now.Unix() + 900}, secret))
		f.says("context token on a request-bound endpoint")
		test.AssertRendersToMarkup(t, "full.xml", f.Window.Canvas())
	})
	t.Run("failing", func(t *testing.T) {
		f := newFixture(t)
		f.paste("aaa.bbb")
		f.says("This is no token")
		test.AssertRendersToMarkup(t, "failing.xml", f.Window.Canvas())
	})
}
