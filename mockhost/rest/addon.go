package rest

import (
	"net/http"
	"strings"

	"connect-workbench/mockhost/site"
)

// The members of an add-on's record. Source: protocol rest.md §4, lifecycle.md §5.
type (
	addonContact struct {
		Name  string `json:"name"`
		Email string `json:"email"`
	}
	addonHost struct {
		Product  string         `json:"product"`
		Contacts []addonContact `json:"contacts"`
	}
	addonLicense struct {
		Active                   bool   `json:"active"`
		Type                     string `json:"type"`
		Evaluation               bool   `json:"evaluation"`
		SupportEntitlementNumber string `json:"supportEntitlementNumber,omitempty"`
		EntitlementID            string `json:"entitlementId,omitempty"`
		EntitlementNumber        string `json:"entitlementNumber,omitempty"`
	}
)

// addonRecord is the licence resource: what the host knows of an add-on, told to nobody but the
// add-on itself, whoever it acts for, and the administrator.
func addonRecord(r request) reply {
	key, g := r.PathValue("key"), r.gate
	in, err := g.Store.Installed(g.site.ID, key)
	mine := r.caller.kind == administrator || r.caller.addonKey == key
	if !mine {
		return refused(http.StatusNotFound, foreign(r.caller, key, "record"))
	}
	if err != nil {
		return missing("No add-on with this key is known to the caller.")
	}
	d, err := g.Descriptors.Of(in)
	if err != nil {
		return broken(err)
	}
	record := struct {
		Key     string            `json:"key"`
		Version string            `json:"version"`
		State   string            `json:"state"`
		Host    addonHost         `json:"host"`
		License *addonLicense     `json:"license,omitempty"`
		Links   map[string]string `json:"links"`
	}{
		Key: in.AddonKey, Version: d.Version, State: strings.ToUpper(string(in.State)),
		Host:  addonHost{Product: g.site.Product.Name(), Contacts: []addonContact{}},
		Links: map[string]string{"self": g.site.BaseURL + connectRoot + "1/addons/" + in.AddonKey},
	}
	for _, u := range g.site.Users {
		if u.Admin {
			record.Host.Contacts = append(record.Host.Contacts, addonContact{u.DisplayName, r.caller.email(person{User: u})})
		}
	}
	if d.EnableLicensing && g.site.Licence != site.NoLicence {
		record.License = &addonLicense{
			Active: g.site.Licensed(), Type: "COMMERCIAL", Evaluation: g.site.Licence.Trial(),
			SupportEntitlementNumber: g.site.SupportEntitlementNumber,
			EntitlementID:            g.site.EntitlementID, EntitlementNumber: g.site.EntitlementNumber,
		}
	}
	return found(record)
}
