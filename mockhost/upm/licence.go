package upm

import (
	"net/http"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/answer"
	"connect-workbench/mockhost/site"
)

// part answers what lies below an add-on.
func (m *siteManager) part(w http.ResponseWriter, r *http.Request, _ site.User) {
	switch r.PathValue("part") {
	case "license":
		m.license(w, r)
	case "marketplace":
		m.marketplace(w, r)
	default:
		m.next.ServeHTTP(w, r)
	}
}

// license is the summary of an add-on's licence; 404 for an add-on that asks for none.
func (m *siteManager) license(w http.ResponseWriter, r *http.Request) {
	in, d, ok := m.licensed(w, r)
	if !ok {
		return
	}
	l := m.licenceOf(d)
	if l == nil {
		refuse(w, r, http.StatusNotFound, "upm.error.no.license", unlicensed(in.AddonKey))
		return
	}
	answer.JSON(w, http.StatusOK, typeJSON, l)
}

// marketplace is what the manager shows beside the licence: no newer version is ever known of.
func (m *siteManager) marketplace(w http.ResponseWriter, r *http.Request) {
	in, d, ok := m.licensed(w, r)
	if !ok {
		return
	}
	answer.JSON(w, http.StatusOK, typeJSON, struct {
		PluginKey       string   `json:"pluginKey"`
		Version         string   `json:"version"`
		UpdateAvailable bool     `json:"updateAvailable"`
		LicenseDetails  *licence `json:"licenseDetails,omitempty"`
	}{PluginKey: in.AddonKey, Version: d.Version, LicenseDetails: m.licenceOf(d)})
}

// licensed finds the add-on of the path. The address of marketplace carries the bare key.
func (m *siteManager) licensed(w http.ResponseWriter, r *http.Request) (site.Installation, descriptor.Descriptor, bool) {
	in, err := m.Store.Installed(m.site.ID, r.PathValue("addon"))
	if err != nil {
		var ok bool
		if in, ok = m.addressed(w, r); !ok {
			return site.Installation{}, descriptor.Descriptor{}, false
		}
	}
	annotate(r, in.AddonKey)
	d, err := m.Descriptors.Of(in)
	if err != nil {
		m.fail(w, err)
		return site.Installation{}, descriptor.Descriptor{}, false
	}
	return in, d, true
}

// licence is what the add-on manager knows of an add-on's licence. Source: protocol lifecycle.md §5.
type licence struct {
	Active                   bool   `json:"active"`
	Valid                    bool   `json:"valid"`
	Evaluation               bool   `json:"evaluation"`
	LicenseType              string `json:"licenseType"`
	SupportEntitlementNumber string `json:"supportEntitlementNumber,omitempty"`
}

// licenceOf is nil for an add-on that asks for no licence.
func (m *siteManager) licenceOf(d descriptor.Descriptor) *licence {
	if !d.EnableLicensing {
		return nil
	}
	return &licence{
		Active: m.site.Licensed(), Valid: m.site.Licensed(), LicenseType: "COMMERCIAL",
		SupportEntitlementNumber: m.site.SupportEntitlementNumber,
	}
}
