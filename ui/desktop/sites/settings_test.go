package sites

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"connect-workbench/mockhost/site"
	"connect-workbench/ui/desktop/looktest"
	"connect-workbench/ui/workbench"
)

func TestAddingASiteOpensItsSettings(t *testing.T) {
	h := &fakeHost{sites: []workbench.SiteState{acme()}}
	s := newScene(t, h)
	s.scope = "acme" // the new site is shown all the same
	looktest.Press(t, s.content, "Confluence site")
	s.until(t, "the settings", s.form.panel.Visible)
	if s.detail.panel.Visible() || s.window.Canvas().Focused() != fyne.Focusable(s.form.first) {
		t.Error("the detail is shown, or the keys are elsewhere")
	}
	test.Type(s.form.first, "Globex") // over the title, which is selected
	s.form.first.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	s.until(t, "the end of the settings", func() bool { return !s.form.panel.Visible() })
	if want := []string{"add New Confluence site", "change new"}; !slices.Equal(h.did, want) {
		t.Errorf("did %q", h.did)
	}
	if !looktest.Reads(s.content, "Globex") {
		t.Errorf("the new title is not shown:\n%s", looktest.Page(s.content))
	}
}

func TestSettingsThatCannotBeKeptStay(t *testing.T) {
	h := &fakeHost{sites: []workbench.SiteState{acme()}}
	s := newScene(t, h)
	looktest.Press(t, s.content, "Settings")
	s.model.drafts["acme"].port = "many"
	looktest.Press(t, s.content, "Save Acme")
	if !looktest.Reads(s.content, `Port is to be a whole number, not "many"`) || len(h.did) != 0 {
		t.Errorf("a port that is none: %s", looktest.Page(s.content))
	}
	s.model.drafts["acme"].port = ""
	h.err = fmt.Errorf("change the site Acme: %w", &site.InvalidError{Err: fmt.Errorf("site %q: %w", "acme", errors.New("contextPath is none"))})
	looktest.Press(t, s.content, "Save Acme")
	s.until(t, "the refusal", func() bool { return looktest.Reads(s.content, "contextPath is none") })
	if looktest.Reads(s.content, `site "acme"`) || !s.form.panel.Visible() {
		t.Errorf("the refusal reads\n%s", looktest.Page(s.content))
	}
	s.form.first.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if s.form.panel.Visible() || !s.detail.panel.Visible() {
		t.Error("Escape leaves the settings open")
	}
}

func TestTypedSettingsWaitWhileAnotherSiteIsLookedAt(t *testing.T) {
	globex := acme()
	globex.ID, globex.Title = "globex", "Globex"
	s := newScene(t, &fakeHost{sites: []workbench.SiteState{acme(), globex}})
	looktest.Press(t, s.content, "Settings")
	s.form.first.SetText("Acme renamed")
	s.selected(1)
	if s.form.panel.Visible() {
		t.Error("the settings of another site are shown")
	}
	s.selected(0)
	if !s.form.panel.Visible() || s.form.first.Text != "Acme renamed" {
		t.Errorf("typed was lost: %q", s.form.first.Text)
	}
}

func TestUsersAreAddedAndRemoved(t *testing.T) {
	s := newScene(t, &fakeHost{sites: []workbench.SiteState{acme()}})
	looktest.Press(t, s.content, "Settings")
	looktest.Press(t, s.content, "Add a user")
	d := s.model.drafts["acme"]
	d.groups, d.userGroups[1] = "staff, customers", "customers"
	read, err := d.read()
	if err != nil || len(read.Users) != 2 || read.Users[1].DisplayName != "New user" || !slices.Equal(read.Users[1].Groups, []string{"customers"}) {
		t.Errorf("added: %+v, %v", read.Users, err)
	}
	looktest.Press(t, s.content, "Remove")
	if read, _ := d.read(); len(read.Users) != 1 || read.Users[0].DisplayName != "New user" {
		t.Errorf("removed: %+v", read.Users)
	}
}

func TestRemovingASiteAsksOnce(t *testing.T) {
	h := &fakeHost{sites: []workbench.SiteState{acme()}}
	s := newScene(t, h)
	s.askRemove()
	sheet := s.window.Canvas().Overlays().Top()
	looktest.Press(t, sheet, "Keep it")
	if len(h.did) != 0 {
		t.Errorf("did %q", h.did)
	}
	s.askRemove()
	looktest.Press(t, s.window.Canvas().Overlays().Top(), "Remove Acme")
	s.until(t, "the removal", func() bool { return s.empty.Visible() })
	if !slices.Equal(h.did, []string{"remove acme"}) {
		t.Errorf("did %q", h.did)
	}
}

func TestSettingsLook(t *testing.T) {
	s := newScene(t, &fakeHost{sites: []workbench.SiteState{acme()}})
	looktest.Press(t, s.content, "Settings")
	looktest.AssertPage(t, "settings.txt", s.content)
}
