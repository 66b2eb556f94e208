package webhook

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"connect-workbench/addon/descriptor"
	"connect-workbench/addon/moduleurl"
	"connect-workbench/mockhost/site"
)

const scopeForWebhooks = "READ"

// maxBody is the size in bytes beyond which JIRA drops a delivery. Source: protocol webhooks.md §6.
const maxBody = 25 << 20

// target is a recipient with what is needed to send to it.
type target struct {
	Recipient
	install     site.Installation
	practice    site.Practice
	signed      bool // host and add-on share a secret
	excludeBody bool
}

// Recipients says of every webhook module of the installed add-ons whether an event with this body
// would reach it, and why or why not. The order is that of the installations and of their modules.
// What is left of an uninstalled add-on counts as not there.
// A body that is not JSON leaves variables empty and filters unevaluated; Fire refuses it.
func (d *Dispatcher) Recipients(s site.Running, installs []site.Installation, event string, body []byte) []Recipient {
	p, err := parsePayload(body)
	if err != nil {
		p = payload{}
	}
	p.size = len(body)
	targets := d.targets(s, installs, event, p)
	recipients := make([]Recipient, len(targets))
	for i, t := range targets {
		recipients[i] = t.Recipient
	}
	return recipients
}

func (d *Dispatcher) targets(s site.Running, installs []site.Installation, event string, p payload) []target {
	e, known := d.catalogue.find(s.Product, event)
	whole := sync.OnceValue(func() payload { return d.wholeIssue(s) })
	var targets []target
	for _, in := range installs {
		if in.State == site.Uninstalled {
			continue
		}
		ad, err := d.descriptors.Of(in)
		if err != nil {
			targets = append(targets, target{Recipient: Recipient{AddonKey: in.AddonKey,
				Reason: "its installed descriptor cannot be read: " + err.Error()}})
			continue
		}
		if len(ad.Webhooks) == 0 {
			targets = append(targets, target{Recipient: Recipient{AddonKey: in.AddonKey,
				Reason: "it declares no webhooks"}})
		}
		for _, hook := range ad.Webhooks {
			t := target{install: in, practice: s.Practice(ad.Migrations), signed: ad.Authenticated(), excludeBody: hook.ExcludeBody}
			t.Recipient = Recipient{AddonKey: in.AddonKey, Module: hook.Pointer, Event: hook.Event}
			switch {
			case hook.Event != event:
				t.Reason = d.otherEvent(s.Product, hook.Event)
			case !known:
				t.Reason = d.catalogue.unknown(s.Product, event).Error()
			default:
				t.decide(question{e: e, site: s.Site, actor: d.actor(e, s.Site, p), now: d.clock.Now(), body: p, whole: whole}, ad, hook)
			}
			targets = append(targets, t)
		}
	}
	return targets
}

// wholeIssue is a body with everything the site has of its issue; an empty one on a site without issues.
func (d *Dispatcher) wholeIssue(s site.Running) payload {
	body, err := d.Body("jira:issue_updated", s, nil)
	if err != nil {
		return payload{}
	}
	p, err := parsePayload(body)
	if err != nil {
		return payload{}
	}
	return p
}

// otherEvent is the reason of a module that asks for something else. An event the product never
// sends is worth saying even then: such a module gets nothing, ever.
func (d *Dispatcher) otherEvent(product site.Product, asked string) string {
	switch {
	case asked == "":
		return "it names no event"
	case !d.has(product, asked):
		return "it asks for " + asked + "; " + d.catalogue.unknown(product, asked).Error()
	}
	return "it asks for " + asked
}

func (d *Dispatcher) has(product site.Product, event string) bool {
	_, ok := d.catalogue.find(product, event)
	return ok
}

// question is the event whose recipients are asked for.
type question struct {
	e     *entry
	site  site.Site
	actor site.Actor
	now   time.Time
	body  payload
	whole func() payload // see jqlIssue
}

// decide applies, in order, the rules for a module that asks for the event.
func (t *target) decide(q question, ad descriptor.Descriptor, hook descriptor.Webhook) {
	address, err := moduleurl.Join(t.install.BaseURL, moduleurl.Expand(hook.URL, func(name string) string { return q.body.variable(q.e, name) }))
	if err != nil {
		t.Reason = err.Error()
		return
	}
	t.URL = eraParameters(address, q.site, t.practice, q.actor)
	if reason := t.refusal(q, ad, hook); reason != "" {
		t.Reason = reason
		return
	}
	t.Will, t.Reason = q.filter(hook.Filter)
	if hook.Conditions {
		t.Reason += "; its conditions are not evaluated: a webhook has none"
	}
}

// refusal names the rule, other than the filter, that keeps an event from a module; "" when none does.
func (t *target) refusal(q question, ad descriptor.Descriptor, hook descriptor.Webhook) string {
	if concerned, _ := q.body.text(q.e.Concerns); q.e.Concerns != "" && concerned != t.install.AddonKey {
		return fmt.Sprintf("it goes only to the add-on that its body names; this one names %q", concerned)
	}
	if t.install.State == site.Disabled {
		return "the add-on is disabled on this site"
	}
	if !descriptor.ScopeGranted(ad.Scopes, scopeForWebhooks) {
		return fmt.Sprintf("webhooks need the scope %s; the add-on has %s", scopeForWebhooks, listOr(ad.Scopes, "none"))
	}
	if t.signed && t.install.SharedSecret == "" {
		return "no shared secret is stored for this installation; install the add-on again"
	}
	if len(hook.PropertyKeys) > 0 && strings.HasPrefix(q.e.Name, "issue_property_") {
		key, _ := q.body.text("property.key")
		if !slices.Contains(hook.PropertyKeys, key) {
			return fmt.Sprintf("it asks only for the properties %s; this one is %q", strings.Join(hook.PropertyKeys, ", "), key)
		}
	}
	if q.site.Product == site.Jira && q.body.size > maxBody && !t.excludeBody {
		return fmt.Sprintf("the body has %.1f MB; JIRA drops what has more than %d MB", float64(q.body.size)/(1<<20), maxBody>>20)
	}
	return ""
}

// filter says whether a module's JQL lets the event through, and how that was found out.
func (q question) filter(filter string) (passes bool, remark string) {
	asks := "it asks for " + q.e.Name
	if strings.TrimSpace(filter) == "" {
		return true, asks
	}
	if !q.e.Filterable {
		return true, asks + "; its filter does not apply to this event"
	}
	result, why := matchJQL(filter, jqlIssue{body: q.body, whole: q.whole, actor: q.actor, now: q.now})
	if why != "" {
		why = " (" + why + ")"
	}
	switch result {
	case jqlTrue:
		return true, asks + " and its filter matches: " + filter + why
	case jqlFalse:
		return false, "its filter does not match: " + filter + why
	}
	return true, asks + "; filter not evaluated: sent" + why
}

// noRecipient says in one sentence why an event went to nobody.
func (d *Dispatcher) noRecipient(s site.Running, event string, targets []target) string {
	if len(targets) == 0 {
		return fmt.Sprintf("No add-on is installed on %s.", s.Title)
	}
	if !d.has(s.Product, event) {
		return d.catalogue.unknown(s.Product, event).Error() + "."
	}
	var asked []string
	for _, t := range targets {
		if t.Event == event {
			return fmt.Sprintf("%s asks for %s at %s but does not get it: %s.", t.AddonKey, event, t.Module, t.Reason)
		}
		if t.Event != "" && !slices.Contains(asked, t.Event) {
			asked = append(asked, t.Event)
		}
	}
	if len(asked) == 0 {
		return fmt.Sprintf("No add-on on %s declares a webhook that can be read.", s.Title)
	}
	reason := fmt.Sprintf("No add-on on %s asks for %s; they ask only for %s.", s.Title, event, strings.Join(asked, ", "))
	if similar := descriptor.Nearest(event, asked); similar != "" {
		reason += fmt.Sprintf(" Was %s meant?", similar)
	}
	return reason
}

func listOr(items []string, none string) string {
	if len(items) == 0 {
		return none
	}
	return strings.Join(items, ", ")
}
