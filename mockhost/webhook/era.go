package webhook

import (
	"net/http"
	"time"

	"connect-workbench/addon/descriptor"
	"connect-workbench/addon/moduleurl"
	"connect-workbench/mockhost/site"
)

// How long a product waits for the answer to a webhook. Source: protocol webhooks.md §6.
const (
	jiraTimeout       = 20 * time.Second
	confluenceTimeout = 10 * time.Second
	timeout2016       = 10 * time.Second
)

const userAgent = "Atlassian Webhook HTTP Client"

// timeoutOf is how long a site waits for the answer to a webhook.
func timeoutOf(s site.Site) time.Duration {
	switch {
	case s.Era == site.Cloud2016:
		return timeout2016
	case s.Product == site.Confluence:
		return confluenceTimeout
	}
	return jiraTimeout
}

// identifies reports whether a site's deliveries have an identifier, a flow and retries: on JIRA, and
// not in 2016. That all three came together is unconfirmed. Source: protocol webhooks.md §2, §6.
func identifies(s site.Site) bool { return s.Product == site.Jira && s.Era != site.Cloud2016 }

// namesByKey reports whether bodies name people by user key and name. Bodies go by the era of the site
// alone, since an event has one body for all add-ons.
func namesByKey(s site.Site) bool { return !s.Practice(descriptor.Migrations{}).AccountIDs }

func contentTypeOf(s site.Site) string {
	if s.Era == site.Cloud2016 {
		return "application/json"
	}
	return "application/json; charset=UTF-8"
}

// setHeaders sets the headers that depend on product and era; the token and what describes the body
// are not among them. Source: protocol webhooks.md §2.
func setHeaders(h http.Header, a attempt) {
	if a.site.Era == site.Cloud2016 {
		h.Set("User-Agent", "Atlassian-Connect/"+a.site.ConnectVersion())
		h.Set("Atlassian-Connect-Version", a.site.ConnectVersion())
		return
	}
	h.Set("User-Agent", userAgent)
	if !identifies(a.site.Site) {
		return
	}
	h.Set("X-Atlassian-Webhook-Identifier", a.id)
	h.Set("X-Atlassian-Webhook-Flow", a.event.Flow)
	if a.trace != "" {
		h.Set(traceHeader, a.trace)
	}
}

// actor is who acted as the body names them; the zero Actor when it names nobody.
func (d *Dispatcher) actor(e *entry, s site.Site, p payload) site.Actor {
	path := e.Actor
	if path == "" && !e.Bare {
		path = d.catalogue.manner(s.Product, s.Era).actor
	}
	if path == "" {
		return site.Actor{}
	}
	for _, at := range []string{path, path + ".accountId", path + ".key", path + ".name"} {
		if named, ok := p.text(at); ok && named != "" {
			return s.ActorNamed(named)
		}
	}
	return site.Actor{}
}

// eraParameters appends to a webhook's address what its era does: who acted, or whether the add-on is
// licensed. Confluence has been seen to do the latter about 2021. Source: protocol webhooks.md §2.
func eraParameters(address string, s site.Site, practice site.Practice, who site.Actor) string {
	switch {
	case practice.UserParameters:
		return moduleurl.WithParameters(address, moduleurl.Parameter{"user_id", who.Name}, moduleurl.Parameter{"user_key", who.Key})
	case s.Product == site.Confluence && s.Era == site.Cloud2020:
		licence := "none"
		if s.Licensed() {
			licence = "active"
		}
		return moduleurl.WithParameters(address, moduleurl.Parameter{"lic", licence})
	}
	return address
}
