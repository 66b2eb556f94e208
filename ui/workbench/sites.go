package workbench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"connect-workbench/mockhost"
	"connect-workbench/mockhost/site"
)

// firstPorts are where sites of each product begin to look for a port of their own.
var firstPorts = map[site.Product]int{site.Jira: 2990, site.Confluence: 1990}

// maxSiteID is the length of a site id.
const maxSiteID = 40

// SiteSettings are the settings of a site as workbench.json has them. The error wraps
// mockhost.ErrUnknownSite.
func (w *Workbench) SiteSettings(siteID string) (site.Site, error) {
	for _, s := range w.currentSettings().Sites {
		if s.ID == siteID {
			return s, nil
		}
	}
	return site.Site{}, fmt.Errorf("site %q: %w", siteID, mockhost.ErrUnknownSite)
}

// NewSite makes the settings of a site to be added: ids, clientKey and port are its own, the people
// are the product's sample. title "" is a name that is still free.
func (w *Workbench) NewSite(product site.Product, title string) site.Site {
	if title == "" {
		title = w.freeTitle("New " + product.Name() + " site")
	}
	return w.host.NewSite(product, w.freeID(title), title, w.freePort(product))
}

// CloneOf makes the settings of another customer like an existing one, to be added: with the same
// people, and its own clientKey. title "" is made of the title there is. The error wraps
// mockhost.ErrUnknownSite.
func (w *Workbench) CloneOf(siteID, title string) (site.Site, error) {
	s, err := w.SiteSettings(siteID)
	if err != nil {
		return site.Site{}, err
	}
	if title == "" {
		title = w.freeTitle(s.Title + " (copy)")
	}
	return w.host.CloneSite(s, w.freeID(title), title, w.freePort(s.Product)), nil
}

// NewUser makes a person to be added to a site.
func (w *Workbench) NewUser() site.User {
	return site.User{AccountID: w.host.NewAccountID(), DisplayName: "New user", TimeZone: "Etc/UTC", Locale: "en-GB"}
}

// SiteWith are the settings s with members of a JSON object put over them, spelled as in
// workbench.json. A list replaces the list there was; people without an account id get one. The
// error is encoding/json's, for JSONFault.
func (w *Workbench) SiteWith(s site.Site, members map[string]json.RawMessage) (site.Site, error) {
	// Decoding into the lists there are would let the old people show through where the new say nothing.
	if _, ok := members["users"]; ok {
		s.Users = nil
	}
	if _, ok := members["groups"]; ok {
		s.Groups = nil
	}
	text, err := json.Marshal(members)
	if err != nil {
		return s, err
	}
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&s); err != nil {
		return s, err
	}
	for i := range s.Users {
		if s.Users[i].AccountID == "" {
			s.Users[i].AccountID = w.NewUser().AccountID
		}
	}
	return s, nil
}

// AddSite adds a site, starts it and keeps it in workbench.json. Bad settings are a
// *site.InvalidError; on every error the project is as it was.
func (w *Workbench) AddSite(ctx context.Context, s site.Site) (SiteState, error) {
	w.sitesMu.Lock()
	defer w.sitesMu.Unlock()
	if err := w.wanted(s, site.Site{}); err != nil {
		return SiteState{}, fmt.Errorf("add the site: %w", err)
	}
	running, err := w.host.AddSite(ctx, w.asServed(s))
	if err != nil {
		return SiteState{}, fmt.Errorf("add the site %s: %w", s.Title, err)
	}
	if err := w.saveSettings(func(all *settings) { all.Sites = append(all.Sites, s) }); err != nil {
		return SiteState{}, errors.Join(err, w.host.RemoveSite(context.WithoutCancel(ctx), s.ID))
	}
	w.sitesChanged(running)
	return w.siteState(running), nil
}

// ChangeSite gives the site with this id other settings, and keeps them. What is installed stays.
// The error wraps mockhost.ErrUnknownSite or mockhost.ErrProduct, or is a *site.InvalidError; the
// project is then as it was.
func (w *Workbench) ChangeSite(ctx context.Context, s site.Site) (SiteState, error) {
	w.sitesMu.Lock()
	defer w.sitesMu.Unlock()
	before, err := w.SiteSettings(s.ID)
	if err != nil {
		return SiteState{}, fmt.Errorf("change the site: %w", err)
	}
	return w.changeSite(ctx, before, s)
}

// PatchSite is ChangeSite with members as SiteWith takes them, put over the settings there are at that
// moment: of two patches at once none is lost. The error may be a *PatchError as well.
func (w *Workbench) PatchSite(ctx context.Context, siteID string, members map[string]json.RawMessage) (SiteState, error) {
	w.sitesMu.Lock()
	defer w.sitesMu.Unlock()
	before, err := w.SiteSettings(siteID)
	if err != nil {
		return SiteState{}, fmt.Errorf("change the site: %w", err)
	}
	s, err := w.SiteWith(before, members)
	switch {
	case err != nil:
		return SiteState{}, &PatchError{Site: before.Title, Why: JSONFault(err)}
	case s.ID != siteID:
		return SiteState{}, &PatchError{Site: before.Title, Why: "its id cannot be changed: exchanges and installations are filed under it"}
	}
	return w.changeSite(ctx, before, s)
}

// PatchError says why members cannot be put over the settings of a site.
type PatchError struct{ Site, Why string }

func (e *PatchError) Error() string { return fmt.Sprintf("change the site %s: %s", e.Site, e.Why) }

// changeSite is ChangeSite; w.sitesMu is held.
func (w *Workbench) changeSite(ctx context.Context, before, s site.Site) (SiteState, error) {
	if err := w.wanted(s, before); err != nil {
		return SiteState{}, fmt.Errorf("change the site %s: %w", before.Title, err)
	}
	running, err := w.host.ChangeSite(ctx, w.asServed(s))
	if err != nil {
		return SiteState{}, fmt.Errorf("change the site %s: %w", before.Title, err)
	}
	err = w.saveSettings(func(all *settings) {
		all.Sites[slices.IndexFunc(all.Sites, func(one site.Site) bool { return one.ID == s.ID })] = s
	})
	if err != nil {
		_, undone := w.host.ChangeSite(context.WithoutCancel(ctx), w.asServed(before))
		return SiteState{}, errors.Join(err, undone)
	}
	w.sitesChanged(running)
	return w.siteState(running), nil
}

// RemoveSite ends what runs on a site, removes it from the project and forgets what was installed
// there. Add-ons are not told; its exchanges stay. The error wraps mockhost.ErrUnknownSite.
func (w *Workbench) RemoveSite(ctx context.Context, siteID string) error {
	w.sitesMu.Lock()
	defer w.sitesMu.Unlock()
	if _, err := w.SiteSettings(siteID); err != nil {
		return fmt.Errorf("remove the site: %w", err)
	}
	before := w.currentSettings().Sites
	err := w.saveSettings(func(all *settings) {
		all.Sites = slices.DeleteFunc(all.Sites, func(one site.Site) bool { return one.ID == siteID })
	})
	if err != nil {
		return err
	}
	if err := w.host.RemoveSite(ctx, siteID); err != nil {
		return errors.Join(fmt.Errorf("remove the site: %w", err), w.saveSettings(func(all *settings) { all.Sites = before }))
	}
	w.changed(SitesChanged)
	return nil
}

// ResetSite forgets what was installed on a site, its secrets and properties included: it is as new,
// with the same settings and clientKey. Add-ons are not told. The error wraps mockhost.ErrUnknownSite.
func (w *Workbench) ResetSite(ctx context.Context, siteID string) error {
	defer w.changed(SitesChanged)
	if err := w.host.ResetSite(ctx, siteID); err != nil {
		return fmt.Errorf("reset the site: %w", err)
	}
	return nil
}

// asServed is a site as the host gets it.
func (w *Workbench) asServed(s site.Site) site.Site {
	if w.anyPort {
		s.Port = 0
	}
	return s
}

// sitesChanged tells of a change, and of a port that was not to be had.
func (w *Workbench) sitesChanged(s mockhost.Running) {
	if s.Moved {
		w.noticeMoved(s)
	}
	w.changed(SitesChanged)
}

// freeID makes an id of a title that no site has.
func (w *Workbench) freeID(title string) string {
	var slug strings.Builder
	for _, r := range strings.ToLower(title) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			slug.WriteRune(r)
		case slug.Len() > 0 && !strings.HasSuffix(slug.String(), "-"):
			slug.WriteByte('-')
		}
	}
	base := strings.Trim(slug.String(), "-")
	if base == "" {
		base = "site"
	}
	const room = 4 // for a number behind it
	base = strings.Trim(base[:min(len(base), maxSiteID-room)], "-")
	return w.firstFree(base, "-", func(s site.Site) string { return s.ID })
}

// freeTitle is title, or title with a number that no site has.
func (w *Workbench) freeTitle(title string) string {
	return w.firstFree(title, " ", func(s site.Site) string { return s.Title })
}

// firstFree is name, or name with the first number from 2 on that no site's name has.
func (w *Workbench) firstFree(name, separator string, nameOf func(site.Site) string) string {
	sites := w.currentSettings().Sites
	free := name
	for n := 2; slices.ContainsFunc(sites, func(s site.Site) bool { return nameOf(s) == free }); n++ {
		free = name + separator + strconv.Itoa(n)
	}
	return free
}

// freePort is the first port of a product that neither a site nor the built-in add-on wants.
func (w *Workbench) freePort(product site.Product) int {
	all := w.currentSettings()
	port := firstPorts[product]
	for port == all.Addon.Port || slices.ContainsFunc(all.Sites, func(s site.Site) bool { return s.Port == port }) {
		port++
	}
	return port
}
