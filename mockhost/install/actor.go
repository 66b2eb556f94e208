package install

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// actorOf is who does what a person asked for: whom the context names, else the site's
// administrator, else nobody.
func actorOf(ctx context.Context, s site.Running) site.Actor {
	u, ok := site.ActorIn(ctx)
	if !ok {
		u, _ = s.Administrator()
	}
	return s.Actor(u)
}

// context is the context claim of a callback's token, where the era has the user there. Later tokens
// of lifecycle callbacks have none. Source: protocol jwt.md §2.
func (v *verb) context(p site.Practice) json.RawMessage {
	if !p.UserContext {
		return nil
	}
	return v.actor.Context(p)
}

// parameter is one that the host appends to an address, in the order it is given.
type parameter struct{ name, value string }

// userParameters say who acts, in the time before account ids: user_key on the synchronous callbacks
// when somebody does, and both names on those that are webhooks by nature, empty when nobody does.
// Source: protocol lifecycle.md §1 (transport), webhooks.md §2.
func (v *verb) userParameters(d draft, event exchange.Kind) []parameter {
	if !v.practice(d).UserParameters {
		return nil
	}
	switch {
	case event == exchange.KindEnabled || event == exchange.KindDisabled:
		return []parameter{{"user_id", v.actor.Name}, {"user_key", v.actor.Key}}
	case v.actor != (site.Actor{}):
		return []parameter{{"user_key", v.actor.Key}}
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
