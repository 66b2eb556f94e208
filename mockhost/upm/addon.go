package upm

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"connect-workbench/mockhost/answer"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// keySuffix follows the key in the address of an add-on. Source: protocol lifecycle.md §6.
const keySuffix = "-key"

func addonPath(addonKey string) string { return "/" + url.PathEscape(addonKey) + keySuffix }

// annotate leaves in the log which add-on was concerned.
func annotate(r *http.Request, addonKey string) {
	exchange.Annotate(r.Context(), func(rec *exchange.Record) { rec.Addon = addonKey })
}

// settings says that add-ons may come from anywhere, which ACE wants to know first.
func (m *siteManager) settings(w http.ResponseWriter, _ *http.Request, _ site.User) {
	type setting struct {
		Key   string `json:"key"`
		Value bool   `json:"value"`
	}
	answer.JSON(w, http.StatusOK, typeJSON, struct {
		Settings []setting `json:"settings"`
	}{[]setting{{"connectDeveloperListingsEnabled", true}}})
}

// list is what is installed, with a token for the next install.
func (m *siteManager) list(w http.ResponseWriter, _ *http.Request, u site.User) {
	plugins := []plugin{}
	for _, in := range m.Store.List(m.site.ID) {
		if in.State == site.Uninstalled {
			continue
		}
		p, err := m.describe(in)
		if err != nil {
			m.fail(w, err)
			return
		}
		plugins = append(plugins, p)
	}
	token := m.NewID()
	m.tokens.give(token, u.AccountID)
	w.Header().Set("Upm-Token", token)
	answer.JSON(w, http.StatusOK, typeInstalled, struct {
		Plugins []plugin          `json:"plugins"`
		Links   map[string]string `json:"links"`
	}{plugins, map[string]string{"self": m.link("/"), "pending-tasks": m.link("/pending")}})
}

// one is one add-on.
func (m *siteManager) one(w http.ResponseWriter, r *http.Request, _ site.User) {
	if in, ok := m.addressed(w, r); ok {
		m.write(w, in)
	}
}

// change enables or disables an add-on.
func (m *siteManager) change(w http.ResponseWriter, r *http.Request, _ site.User) {
	in, ok := m.addressed(w, r)
	if !ok {
		return
	}
	var body struct{ Enabled *bool }
	if err := readJSON(r, &body, typePlugin, typeJSON); err != nil {
		refuseBody(w, r, err, typePlugin, typeJSON)
		return
	}
	if body.Enabled == nil {
		refuse(w, r, http.StatusBadRequest, "upm.error.invalid.body", badBody("enabled, true or false, is missing"))
		return
	}
	err := m.Verbs.SetEnabled(begun(r), m.site.ID, in.AddonKey, *body.Enabled)
	if err == nil {
		in, err = m.Store.Installed(m.site.ID, in.AddonKey)
	}
	if err != nil {
		m.failVerb(w, r, err)
		return
	}
	m.write(w, in)
}

// remove uninstalls an add-on.
func (m *siteManager) remove(w http.ResponseWriter, r *http.Request, _ site.User) {
	in, ok := m.addressed(w, r)
	if !ok {
		return
	}
	if err := m.Verbs.Uninstall(begun(r), m.site.ID, in.AddonKey); err != nil {
		m.failVerb(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// begun is the context of a verb that is finished even when whoever asked for it goes away: an add-on
// that leaves its site as it stops is often stopped a second time before the answer.
func begun(r *http.Request) context.Context { return context.WithoutCancel(r.Context()) }

// failVerb answers for a verb; another one may have removed the add-on while it waited.
func (m *siteManager) failVerb(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, site.ErrNotInstalled) {
		refuse(w, r, http.StatusNotFound, "upm.error.no.such.plugin", notInstalled(r.PathValue("addon")))
		return
	}
	m.fail(w, err)
}

// addressed finds the add-on of the path, <key>-key, or answers that there is none.
func (m *siteManager) addressed(w http.ResponseWriter, r *http.Request) (site.Installation, bool) {
	segment := r.PathValue("addon")
	if addonKey, ok := strings.CutSuffix(segment, keySuffix); ok {
		if in, err := m.Store.Installed(m.site.ID, addonKey); err == nil {
			annotate(r, in.AddonKey)
			return in, true
		}
	}
	refuse(w, r, http.StatusNotFound, "upm.error.no.such.plugin", notInstalled(segment))
	return site.Installation{}, false
}

func (m *siteManager) write(w http.ResponseWriter, in site.Installation) {
	p, err := m.describe(in)
	if err != nil {
		m.fail(w, err)
		return
	}
	answer.JSON(w, http.StatusOK, typePlugin, p)
}

// plugin is an add-on as the add-on manager writes it. Source: protocol lifecycle.md §6.
type plugin struct {
	Key              string            `json:"key"`
	Enabled          bool              `json:"enabled"`
	EnabledByDefault bool              `json:"enabledByDefault"`
	Version          string            `json:"version"`
	Name             string            `json:"name"`
	Description      string            `json:"description"`
	Vendor           *vendor           `json:"vendor,omitempty"`
	Modules          []module          `json:"modules"`
	UserInstalled    bool              `json:"userInstalled"`
	Optional         bool              `json:"optional"`
	Static           bool              `json:"static"`
	UsesLicensing    bool              `json:"usesLicensing"`
	Remotable        bool              `json:"remotable"`
	Links            map[string]string `json:"links"`
}

// module is a page, panel or other framed module.
type module struct {
	Key     string `json:"key"`
	Name    string `json:"name"`
	Enabled bool   `json:"enabled"`
}

type vendor struct {
	Name string `json:"name"`
	Link string `json:"link,omitempty"`
}

func (m *siteManager) describe(in site.Installation) (plugin, error) {
	d, err := m.Descriptors.Of(in)
	if err != nil {
		return plugin{}, err
	}
	p := plugin{
		Key: in.AddonKey, Enabled: in.State == site.Enabled, EnabledByDefault: true, Version: d.Version, Name: in.Name,
		Modules: []module{}, UserInstalled: true, Optional: true, UsesLicensing: d.EnableLicensing, Remotable: true,
		Links: map[string]string{"self": m.link(addonPath(in.AddonKey)), "descriptor": in.DescriptorURL},
	}
	for _, page := range d.Pages {
		p.Modules = append(p.Modules, module{page.Key, page.Name, p.Enabled})
	}
	p.Description, p.Vendor = presented(in)
	if d.EnableLicensing {
		p.Links["license"] = m.link(addonPath(in.AddonKey) + "/license")
	}
	return p, nil
}

// presented is what the descriptor says for people to read.
func presented(in site.Installation) (description string, by *vendor) {
	var text struct {
		Description string
		Vendor      *struct{ Name, URL string }
	}
	_ = json.Unmarshal(in.Descriptor, &text) // its faults are the install's to report
	if text.Vendor != nil {
		by = &vendor{text.Vendor.Name, text.Vendor.URL}
	}
	return text.Description, by
}
