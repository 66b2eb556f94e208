package pages

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/page"
	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// Commands are what the place adds to the menu and the command box.
func (v *View) Commands() []place.Command {
	control := fyne.KeyModifierShortcutDefault
	return []place.Command{
		{Title: "Request the page", Shortcut: &desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: control}, Run: v.requestPage},
		{Title: "Open the page in the browser", Shortcut: &desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: control | fyne.KeyModifierShift}, Run: v.openInBrowser},
		{Title: "Search the pages", Shortcut: &desktop.CustomShortcut{KeyName: fyne.KeyF, Modifier: control}, Run: func() { v.focus(v.search) }},
		{Title: "Copy the page's signed URL", Run: v.copyURL},
	}
}

// readPages reads the pages of the sites in scope.
func (v *View) readPages() {
	v.state.sites, v.state.scope = v.host.Sites(), v.env.Site()
	sites := slices.DeleteFunc(slices.Clone(v.state.sites), func(s workbench.SiteState) bool {
		return v.state.scope != "" && s.ID != v.state.scope
	})
	v.reading.Run(func(context.Context) ([]entry, error) {
		return readEntries(v.host, sites)
	}, func(entries []entry, err error) {
		if err != nil {
			v.env.Fail("The pages cannot be read", err)
		}
		v.state.entries = entries
		v.state.read = true
		v.showList()
		if _, ok := v.state.entry(v.state.chosen); !ok {
			v.state.chosen = choice{}
		}
		v.showAll()
		v.showWanted()
	})
}

// readEntries lists what could be read, also when one site's pages could not.
func readEntries(h host, sites []workbench.SiteState) ([]entry, error) {
	var entries []entry
	var failures []error
	for _, s := range sites {
		modules, err := h.Pages(s.ID)
		if err != nil {
			failures = append(failures, err)
		}
		for _, m := range modules {
			entries = append(entries, entry{site: s, module: m})
		}
	}
	return entries, errors.Join(failures...)
}

func (v *View) setSearch(text string) {
	v.state.search = text
	v.showList()
}

func (v *View) showList() {
	v.listed = v.state.found()
	v.list.Mark(slices.IndexFunc(v.listed, func(e entry) bool { return e.choice() == v.state.chosen }))
	v.list.Refresh()
}

func (v *View) selected(row int) {
	if row >= 0 && v.listed[row].choice() != v.state.chosen {
		v.wanted = nil // the person chose; what a link asked for before comes too late
		v.choose(v.listed[row].choice())
	}
}

// choose shows a page with its form filled from the site's data.
func (v *View) choose(c choice) {
	v.state.chosen = c
	v.showList()
	if e, ok := v.state.entry(c); ok {
		v.form.show(e.site.Users, e.module, v.host.PageContext(e.site.ID, e.module))
	}
	v.answer.clear()
	v.showAll()
	v.sign()
}

// asked is the request as the form has it.
func (v *View) asked() (entry, page.Request, bool) {
	e, ok := v.state.entry(v.state.chosen)
	if !ok {
		return entry{}, page.Request{}, false
	}
	r := page.Request{AddonKey: e.module.AddonKey, ModuleKey: e.module.Key}
	v.form.fill(&r)
	return e, r, true
}

// sign signs the request as the form has it and shows it; then, when there is more to do, does that.
func (v *View) sign() { v.signThen(func(page.Signed) {}) }

func (v *View) signThen(then func(page.Signed)) {
	e, r, ok := v.asked()
	if !ok {
		return
	}
	v.signing.Run(func(ctx context.Context) (page.Signed, error) {
		return v.host.SignPage(ctx, e.site.ID, r)
	}, func(signed page.Signed, err error) {
		v.failure.Set("The request cannot be made", err, "")
		if err != nil {
			return
		}
		v.signed.show(signed)
		v.right.Refresh()
		then(signed)
	})
}

func (v *View) openInBrowser() {
	v.signThen(func(signed page.Signed) { v.env.OpenURL(signed.HostPageURL) })
}

func (v *View) copyURL() {
	v.signThen(func(signed page.Signed) { v.env.Copy(signed.URL) })
}

// answered is what a page request brought, prepared for the screen.
type answered struct {
	signed page.Signed
	record exchange.Record
	half   inspect.Half
}

func (v *View) requestPage() {
	e, r, ok := v.asked()
	if !ok || v.requesting {
		return
	}
	var result answered
	v.setRequesting(true)
	v.env.Start("Request "+e.module.Name+" on "+e.site.Title, func(ctx context.Context, _ func(string)) error {
		signed, record, err := v.host.OpenPage(ctx, e.site.ID, r)
		record = exchange.Mask(record)
		result = answered{signed: signed, record: record, half: inspect.AnswerHalf(record)}
		return err
	}, func(err error) {
		v.setRequesting(false)
		v.showAnswer(e, result, err)
	})
}

// showAnswer shows what came back. A request nobody answered is an exchange like any other, so
// an error is only shown as one when there is no exchange.
func (v *View) showAnswer(e entry, result answered, err error) {
	switch {
	case v.state.chosen != e.choice() || errors.Is(err, context.Canceled):
	case result.record.ID == 0 && err != nil:
		v.failure.Set("The request cannot be made", err, "")
		v.right.Refresh()
	default:
		v.failure.Set("", nil, "")
		v.signed.show(result.signed)
		v.answer.show(result.record, result.half, origin(e.site.BaseURL))
	}
}

func (v *View) setRequesting(requesting bool) {
	v.requesting = requesting
	if requesting {
		v.request.Disable()
	} else {
		v.request.Enable()
	}
}

// origin is scheme, host and port of a URL.
func origin(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base
	}
	return u.Scheme + "://" + u.Host
}

// showAll shows the chosen page, or what the place is for when none is.
func (v *View) showAll() {
	e, chosen := v.state.entry(v.state.chosen)
	v.none.RemoveAll()
	switch {
	case !v.state.read:
	case len(v.state.entries) == 0:
		v.none.Add(widgets.NewEmpty(theme.IconPages, "No pages yet",
			"The pages, panels and macros of every installed and enabled add-on will be listed here. Install one whose descriptor has some.",
			"Go to Sites", func() { v.env.Go(place.Target{Place: "sites", Site: v.state.scope}) }))
	case !chosen:
		v.none.Add(widgets.NewEmpty(theme.IconPages, "Choose a page",
			"The request for it, signed for a person and a context of your choice, will appear here to be made.", "", nil))
	}
	if !chosen {
		v.right.Hide()
		return
	}
	v.heading.SetText(e.module.Name)
	about := e.module.Type + "  ·  " + e.module.AddonKey + "  ·  " + e.site.Title
	if e.module.Location != "" {
		about += "  ·  " + e.module.Location
	}
	v.about.SetText(about)
	v.right.Show()
}
