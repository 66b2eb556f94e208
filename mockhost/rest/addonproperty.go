package rest

import (
	"encoding/json"
	"net/http"
	"net/url"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/site"
)

// Rules of add-on properties. Source: protocol rest.md §4.
const (
	mostAddonProperties = 100
	mostAddonKey        = 127
	// reservedKey is a property that every add-on has and none can change: the site's clientKey.
	reservedKey = "connect_client_key_019cdff3-8bfb-71fe-9628-875b700aebb8"
)

// ownProperties lets an add-on at its own properties. The host of 2016 let pages in too, by AP.request.
func ownProperties(answer func(request, site.Entity) reply) func(request) reply {
	return func(r request) reply {
		key, c := r.PathValue("key"), r.caller
		page := c.kind == viewer && r.gate.site.Era == site.Cloud2016
		if c.kind != addonItself && !page {
			return refused(http.StatusUnauthorized, notAnAddon(c))
		}
		if c.addonKey != key {
			return refused(http.StatusNotFound, foreign(c, key, "properties"))
		}
		return answer(r, site.Entity{SiteID: r.gate.site.ID, Kind: site.OfAddon, ID: key})
	}
}

func notAnAddon(c caller) connectjwt.Verdict {
	v := connectjwt.Verdict{
		Rule: ruleOwner, Summary: "The request is not from a Connect app.",
		Expected: "a JWT of the add-on itself", Received: "somebody else",
		At:    connectjwt.Place{Part: "header", Name: "Authorization"},
		Cause: "the properties of an add-on are open to nobody but the add-on",
		Fix:   "call with the add-on's own JWT",
	}
	switch c.kind {
	case viewer:
		v.Received, v.Fix = "AP.request of a page", "have the add-on's server ask, or take entity properties"
	case addonForUser:
		v.Received, v.Fix = "an access token, which acts for a user", "call with the add-on's JWT, not in the name of a user"
	case administrator:
		v.Received = "an administrator with a password"
	}
	return v
}

// foreign is the verdict on a look at what belongs to another add-on.
func foreign(c caller, key, what string) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleOwner, Summary: "No add-on with this key is known to the caller.",
		Expected: c.addonKey, Received: key, At: connectjwt.Place{Part: "request", Name: "path"},
		Cause: "an add-on sees its own " + what + " only",
		Fix:   "write the key of the add-on that calls into the path",
	}
}

// escaped writes a key as a segment of a path.
func escaped(key string) string { return url.PathEscape(key) }

func (r request) addonPropertyURL(e site.Entity, key string) string {
	return r.gate.site.BaseURL + connectRoot + "1/addons/" + escaped(e.ID) + "/properties/" + escaped(key)
}

func listAddonProperties(r request, e site.Entity) reply {
	return r.listing(e, func(key string) string { return r.addonPropertyURL(e, key) })
}

func noAddonProperty() reply { return missing("Property with key not found.") }

// getAddonProperty is a property; the host of 2016 wrote its value as a text unless jsonValue=true.
func getAddonProperty(r request, e site.Entity) reply {
	key := r.PathValue("property")
	value := []byte(nil)
	if key == reservedKey {
		text, err := json.Marshal(r.gate.site.ClientKey)
		if err != nil {
			return broken(err)
		}
		value = text
	} else {
		p, err := r.gate.Store.Property(e, key)
		if err != nil {
			return noAddonProperty()
		}
		value = p.Value
	}
	written := any(json.RawMessage(value))
	if r.gate.site.Era == site.Cloud2016 && r.query("jsonValue") != "true" {
		written = string(value)
	}
	return found(struct {
		Key   string `json:"key"`
		Value any    `json:"value"`
		Self  string `json:"self"`
	}{key, written, r.addonPropertyURL(e, key)})
}

func putAddonProperty(r request, e site.Entity) reply {
	key := r.PathValue("property")
	value, err := r.text()
	if err != nil {
		return broken(err)
	}
	if key == reservedKey {
		return refused(http.StatusForbidden, reserved())
	}
	if fault := (propertyLimits{mostAddonKey, http.StatusForbidden}).check(key, value); fault.Known() {
		return refused(fault.status, fault.Verdict)
	}
	p, fault, err := r.store(e, key, value, site.Write{Most: mostAddonProperties})
	switch {
	case err != nil:
		return broken(err)
	case fault.Known():
		return refused(fault.status, fault.Verdict)
	case p.Version == 1:
		return r.stored(http.StatusCreated, "Property created.")
	}
	return r.stored(http.StatusOK, "Property updated.")
}

// stored is the answer to a write. The host of 2016 spelled the status differently.
func (r request) stored(status int, message string) reply {
	name := "statusCode"
	if r.gate.site.Era == site.Cloud2016 {
		name = "status-code"
	}
	return reply{status: status, body: map[string]any{"message": message, name: status}}
}

func reserved() connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleOwner, Summary: "This property is read-only.", Expected: "a key of the add-on's own", Received: reservedKey,
		At:    connectjwt.Place{Part: "request", Name: "path"},
		Cause: "the host keeps the clientKey in it",
		Fix:   "take another key",
	}
}

func deleteAddonProperty(r request, e site.Entity) reply {
	key := r.PathValue("property")
	if key == reservedKey {
		return refused(http.StatusForbidden, reserved())
	}
	return r.remove(e, key, noAddonProperty())
}
