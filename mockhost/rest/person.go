package rest

import (
	"net/http"
	"slices"
	"strings"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/site"
)

// person is somebody the site knows: one of its users, or the user of an installed add-on.
type person struct {
	site.User
	app    bool
	scopes []string // of an app
}

// accountType is "app" for an add-on's own user. Source: protocol rest.md §1.
func (p person) accountType() string {
	if p.app {
		return "app"
	}
	return "atlassian"
}

// acting is the person a call is made as; false for nobody.
func (c caller) acting() (person, bool) {
	return person{User: c.user, app: c.kind == addonItself, scopes: c.scopes}, c.known()
}

// person finds somebody by account id.
func (g *siteGate) person(accountID string) (person, bool) {
	list := g.people()
	i := slices.IndexFunc(list, func(p person) bool { return p.AccountID == accountID })
	if i < 0 || accountID == "" {
		return person{}, false
	}
	return list[i], true
}

// people are the users of the site, and those of the add-ons on it.
func (g *siteGate) people() []person {
	var list []person
	for _, u := range g.site.Users {
		list = append(list, person{User: u})
	}
	for _, in := range g.Store.List(g.site.ID) {
		if in.State == site.Uninstalled {
			continue
		}
		p := person{User: g.site.AddonUser(in.AddonKey, in.Name), app: true}
		if d, err := g.Descriptors.Of(in); err == nil {
			p.scopes = d.Scopes
		}
		list = append(list, p)
	}
	return list
}

// email is a person's address as a caller may see it: when the person shows it, to the person, and
// to an add-on with the scope for it. An add-on gets no more in the name of a person. Source:
// protocol rest.md §2.
func (c caller) email(p person) string {
	own := c.kind == administrator && c.user.AccountID == p.AccountID
	if own || c.scoped() && descriptor.ScopeGranted(c.scopes, "ACCESS_EMAIL_ADDRESSES") {
		return p.Email
	}
	return p.VisibleEmail()
}

// legacyNames are the key and the name that a person had before account ids, on sites of that time.
// Source: protocol jwt.md §2.
func (g *siteGate) legacyNames(p person) (key, name string) {
	if g.site.Era != site.Cloud2016 {
		return "", ""
	}
	return g.site.UserKey(p.User), p.LegacyName()
}

// byLegacyName finds the person of the parameter key or username, which only sites of that time know.
func (r request) byLegacyName() (person, bool) {
	for _, p := range r.gate.people() {
		key, name := r.gate.legacyNames(p)
		if key != "" && key == r.query("key") || name != "" && name == r.query("username") {
			return p, true
		}
	}
	return person{}, false
}

// asked finds the person of the parameter accountId. The reply is the failure when there is none.
func (r request) asked() (person, reply, bool) {
	id := r.query("accountId")
	if p, ok := r.byLegacyName(); id == "" && ok {
		return p, reply{}, true
	}
	if id == "" {
		return person{}, refused(http.StatusBadRequest,
			badInput("The parameter accountId is missing.", "the parameter accountId", "none", "accountId")), false
	}
	p, ok := r.gate.person(id)
	if !ok {
		return person{}, missing("Specified user does not exist or you do not have required permissions"), false
	}
	return p, reply{}, true
}

// userEmail is the address of a person, also of one who hides it. Both products write it alike.
func userEmail(r request) reply {
	p, failure, ok := r.asked()
	if !ok {
		return failure
	}
	email := r.caller.email(p)
	if email == "" {
		return missing("The user has no e-mail address that the caller may see")
	}
	return found(struct {
		AccountID string `json:"accountId"`
		Email     string `json:"email"`
	}{p.AccountID, email})
}

// matches reports whether a person is found by a search text, as far as the caller may see.
func (c caller) matches(p person, text string) bool {
	text = strings.ToLower(text)
	name := strings.ToLower(p.DisplayName)
	for word := range strings.FieldsSeq(name) {
		if strings.HasPrefix(word, text) {
			return true
		}
	}
	return strings.HasPrefix(name, text) || strings.HasPrefix(strings.ToLower(c.email(p)), text)
}
