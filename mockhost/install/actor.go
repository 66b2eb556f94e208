package install

import (
	"context"
	"encoding/json"

	"connect-workbench/addon/moduleurl"
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

// userParameters say who acts, in the time before account ids: user_key on the synchronous callbacks
// when somebody does, and both names on those that are webhooks by nature, empty when nobody does.
// Source: protocol lifecycle.md §1 (transport), webhooks.md §2.
func (v *verb) userParameters(d draft, event exchange.Kind) []moduleurl.Parameter {
	if !v.practice(d).UserParameters {
		return nil
	}
	switch {
	case event == exchange.KindEnabled || event == exchange.KindDisabled:
		return []moduleurl.Parameter{{"user_id", v.actor.Name}, {"user_key", v.actor.Key}}
	case v.actor != (site.Actor{}):
		return []moduleurl.Parameter{{"user_key", v.actor.Key}}
	}
	return nil
}
