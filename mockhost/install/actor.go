package install

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// actor is who carries out a verb. The zero value is nobody: the host itself, for an update that
// came by the Marketplace.
type actor struct {
	site.User
	acts bool
}

// actorOf is who does what a person asked for: whom the context names, else the site's
// administrator, else nobody.
func actorOf(ctx context.Context, s site.Running) actor {
	u, ok := site.Actor(ctx)
	if !ok {
		u, ok = s.Administrator()
	}
	return actor{User: u, acts: ok}
}

// subject is the sub claim: who acts, by account id or, before there were such ids, by user key.
// Source: protocol jwt.md §2 and §3.
func (v *verb) subject(p site.Practice) string {
	switch {
	case !v.actor.acts:
		return ""
	case p.AccountIDs:
		return v.actor.AccountID
	}
	return v.site.UserKey(v.actor.User)
}

// context is the context claim of the time before account ids: who acts, in an object that is empty
// when nobody does. Later tokens of lifecycle callbacks have none. Source: protocol jwt.md §2.
func (v *verb) context(p site.Practice) json.RawMessage {
	type user struct {
		UserKey     string `json:"userKey"`
		Username    string `json:"username"`
		DisplayName string `json:"displayName"`
	}
	var claim struct {
		User *user `json:"user,omitempty"`
	}
	if p.AccountIDs {
		return nil
	}
	if v.actor.acts {
		claim.User = &user{v.site.UserKey(v.actor.User), v.actor.LegacyName(), v.actor.DisplayName}
	}
	text, err := json.Marshal(claim)
	if err != nil { // three texts always marshal
		return nil
	}
	return text
}

// parameter is one that the host appends to an address, in the order it is given.
type parameter struct{ name, value string }

// userParameters say who acts, in the time before account ids: user_key on the synchronous callbacks
// when somebody does, and both names on those that are webhooks by nature, empty when nobody does.
// Source: protocol lifecycle.md §1 (transport), webhooks.md §2.
func (v *verb) userParameters(d draft, event exchange.Kind) []parameter {
	p := v.practice(d)
	if !p.UserParameters || p.AccountIDs {
		return nil
	}
	var name, key string
	if v.actor.acts {
		name, key = v.actor.LegacyName(), v.site.UserKey(v.actor.User)
	}
	switch {
	case event == exchange.KindEnabled || event == exchange.KindDisabled:
		return []parameter{{"user_id", name}, {"user_key", key}}
	case v.actor.acts:
		return []parameter{{"user_key", key}}
	}
	return nil
}

// withParameters appends parameters to an address, which may have a query already.
func withParameters(address string, parameters []parameter) string {
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	for _, p := range parameters {
		address += separator + p.name + "=" + strings.ReplaceAll(url.QueryEscape(p.value), "+", "%20")
		separator = "&"
	}
	return address
}
