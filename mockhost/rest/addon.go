package rest

import (
	"net/http"
	"strings"
)

// addonRecord is the licence resource: what the host knows of an add-on, told to nobody but
// the add-on itself and the administrator. Source: protocol rest.md §4, lifecycle.md §5.
func addonRecord(r request) (int, any) {
	key, g := r.params("key"), r.gate
	in, err := g.Store.Installed(g.site.ID, key)
	mine := r.caller.kind == administrator || r.caller.addonKey == key
	if err != nil || !mine {
		return http.StatusNotFound, connectFailure(http.StatusNotFound, "No add-on with this key is known to the caller.")
	}
	d, err := g.Descriptors.Of(in)
	if err != nil {
		return http.StatusInternalServerError, connectFailure(http.StatusInternalServerError, err.Error())
	}
	type contact struct {
		Name  string `json:"name"`
		Email string `json:"email"`
	}
	type host struct {
		Product  string    `json:"product"`
		Contacts []contact `json:"contacts"`
	}
	type license struct {
		Active                   bool   `json:"active"`
		Type                     string `json:"type"`
		Evaluation               bool   `json:"evaluation"`
		SupportEntitlementNumber string `json:"supportEntitlementNumber,omitempty"`
	}
	record := struct {
		Key     string            `json:"key"`
		Version string            `json:"version"`
		State   string            `json:"state"`
		Host    host              `json:"host"`
		License *license          `json:"license,omitempty"`
		Links   map[string]string `json:"links"`
	}{
		Key: in.AddonKey, Version: d.Version, State: strings.ToUpper(string(in.State)),
		Host:  host{Product: g.site.Product.Name(), Contacts: []contact{}},
		Links: map[string]string{"self": g.site.BaseURL + "/rest/atlassian-connect/1/addons/" + in.AddonKey},
	}
	for _, u := range g.site.Users {
		if u.Admin {
			record.Host.Contacts = append(record.Host.Contacts, contact{u.DisplayName, u.Email})
		}
	}
	if d.EnableLicensing {
		record.License = &license{Active: g.site.Licensed(), Type: "COMMERCIAL", SupportEntitlementNumber: g.site.SupportEntitlementNumber}
	}
	return http.StatusOK, record
}
