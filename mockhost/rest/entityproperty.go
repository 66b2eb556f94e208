package rest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"connect-workbench/mockhost/site"
)

// mostEntityKey is how many characters the key of an entity property may have. R of protocol rest.md.
const mostEntityKey = 255

// entityKind is a kind of thing that has properties in JIRA.
type entityKind struct {
	kind string
	path string // of the list of its properties, below the root of the REST
	view string // the permission to read them
	edit string // the permission to change them
}

func entityKinds() []entityKind {
	return []entityKind{
		{site.OfIssue, "/issue/{entity}/properties", "BROWSE_PROJECTS", "EDIT_ISSUES"},
		{site.OfProject, "/project/{entity}/properties", "BROWSE_PROJECTS", "ADMINISTER_PROJECTS"},
		{site.OfUser, "/user/properties", "", ""},
	}
}

// entity is what a request is about, with the address of its properties.
type entity struct {
	site.Entity
	root string
}

// answer finds the entity and lets in who may.
func (k entityKind) answer(answer func(request, entity) reply) func(request) reply {
	return func(r request) reply {
		e, failure, ok := k.find(r)
		if !ok {
			return failure
		}
		wanted := k.edit
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			wanted = k.view
		}
		if wanted != "" && !r.callerMay(wanted) {
			return refused(http.StatusForbidden, notPermitted(r.caller, "You do not have permission to edit this "+k.kind+".", wanted))
		}
		return answer(r, e)
	}
}

func (k entityKind) find(r request) (entity, reply, bool) {
	root := r.gate.site.BaseURL + "/rest/api/" + r.version()
	e := entity{Entity: site.Entity{SiteID: r.gate.site.ID, Kind: k.kind}}
	if k.kind == site.OfUser {
		p, failure, ok := r.owner()
		e.ID, e.root = p.AccountID, root+k.path
		return e, failure, ok
	}
	name := r.PathValue("entity")
	id, ok := jiraObject(r.gate.site.Objects(), k.kind, name)
	if !ok {
		return e, missing(noObject(k.kind, name)), false
	}
	e.ID, e.root = id, root+strings.Replace(k.path, "{entity}", id, 1)
	return e, reply{}, true
}

// owner is whose properties are meant: accountId, else the acting user. Those of others are for add-ons
// and administrators.
func (r request) owner() (person, reply, bool) {
	acting, known := r.caller.acting()
	if !known {
		return person{}, refused(http.StatusUnauthorized, visitorRefused()), false
	}
	id := r.query("accountId")
	if id == "" || id == acting.AccountID {
		return acting, reply{}, true
	}
	if !acting.app && !acting.Admin {
		return person{}, refused(http.StatusForbidden, notPermitted(r.caller, "You do not have permission to see the properties of another user.", "ADMINISTER")), false
	}
	return r.asked()
}

// address is the address of one property.
func (e entity) address(key string) string {
	address := e.root + "/" + escaped(key)
	if e.Kind == site.OfUser {
		address += "?accountId=" + url.QueryEscape(e.ID)
	}
	return address
}

func listEntityProperties(r request, e entity) reply { return r.listing(e.Entity, e.address) }

func noEntityProperty(key string) reply {
	return missing("The property with key '" + key + "' does not exist.")
}

func getEntityProperty(r request, e entity) reply {
	key := r.PathValue("property")
	p, err := r.gate.Store.Property(e.Entity, key)
	if err != nil {
		return noEntityProperty(key)
	}
	return found(struct {
		Key   string          `json:"key"`
		Value json.RawMessage `json:"value"`
	}{p.Key, p.Value})
}

// putEntityProperty stores a property. It raises no event yet: a real JIRA sends issue_property_set
// and its relatives, which the Events place can fire.
func putEntityProperty(r request, e entity) reply {
	key := r.PathValue("property")
	value, err := r.text()
	if err != nil {
		return broken(err)
	}
	if fault := (propertyLimits{mostEntityKey, http.StatusBadRequest}).check(key, value); fault.Known() {
		return refused(fault.status, fault.Verdict)
	}
	p, _, err := r.store(e.Entity, key, value, site.Write{})
	switch {
	case err != nil:
		return broken(err)
	case p.Version == 1:
		return empty(http.StatusCreated)
	}
	return empty(http.StatusOK)
}

func deleteEntityProperty(r request, e entity) reply {
	key := r.PathValue("property")
	return r.remove(e.Entity, key, noEntityProperty(key))
}
