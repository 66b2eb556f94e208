package webhook

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/site"
)

const (
	cataloguePath = "catalogue/events.json"
	unsampledPath = "catalogue/events-unsampled.json"
)

// catalogue is events.json, and the names of events-unsampled.json, in memory; nothing changes it
// after loading.
type catalogue struct {
	events  []entry
	index   map[eventID]int
	manners map[mannerID]manner
}

type mannerID struct {
	product site.Product
	era     site.Era // "": every era without a manner of its own
}

// manner is how a product writes bodies in an era.
type manner struct {
	envelope  template
	actor     string // where the envelope names who acted
	instead   instead
	fragments map[string]template
}

type eventID struct {
	product site.Product
	name    string
}

// entry is one line of the catalogue.
type entry struct {
	Event
	Bare      bool                // the body has no envelope
	Flow      string              // X-Atlassian-Webhook-Flow
	Actor     string              // path in the body to the acting user; "": where the envelope names them, if anywhere
	Concerns  string              // path in the body to the key of the one add-on that gets it; "": all do
	Variables map[string][]string // URL variable to the paths where the body may hold it
	Body      template
}

// productRules is what all events of a product have in common.
type productRules struct {
	Envelope  template            `json:"envelope"`
	Actor     string              `json:"actor"`
	Variables map[string][]string `json:"variables"`
	Instead   instead             `json:"instead"`
}

// catalogueFile is the shape of events.json.
type catalogueFile struct {
	Products  map[site.Product]productRules `json:"products"`
	Fragments map[string]template           `json:"fragments"`
	Eras      map[site.Era]struct {
		Products  map[site.Product]productRules `json:"products"`
		Fragments map[string]template           `json:"fragments"`
	} `json:"eras"`
	Events []struct {
		listed
		Unconfirmed bool                `json:"unconfirmed"`
		Actor       string              `json:"actor"`
		Concerns    string              `json:"concerns"`
		Filter      bool                `json:"filter"`
		Flow        string              `json:"flow"`
		Bare        bool                `json:"bare"`
		Variables   map[string][]string `json:"variables"`
		Body        template            `json:"body"`
	} `json:"events"`
}

// listed is what both files say of an event.
type listed struct {
	Name    string       `json:"name"`
	Product site.Product `json:"product"`
	Help    string       `json:"help"`
	Status  string       `json:"status"`
}

func (l listed) event() Event {
	return Event{Name: l.Name, Product: l.Product, Help: l.Help, Legacy: l.Status == "legacy"}
}

// unsampledFile is the shape of events-unsampled.json.
type unsampledFile struct {
	Events []listed `json:"events"`
}

// loadCatalogue reads the catalogue and refuses one that contradicts itself, so that a mistake in
// the data shows at start and not in the middle of a delivery.
func loadCatalogue(files fs.FS) (*catalogue, error) {
	var file catalogueFile
	if err := readJSON(files, cataloguePath, &file); err != nil {
		return nil, err
	}
	var unsampled unsampledFile
	if err := readJSON(files, unsampledPath, &unsampled); err != nil {
		return nil, err
	}
	c := &catalogue{manners: file.manners(), index: make(map[eventID]int)}
	for _, e := range file.Events {
		rules, ok := file.Products[e.Product]
		if !ok {
			return nil, fmt.Errorf("event catalogue: %s has the unknown product %q", e.Name, e.Product)
		}
		loaded := entry{
			Event: e.event(), Bare: e.Bare, Flow: e.Flow, Actor: e.Actor, Concerns: e.Concerns, Body: e.Body,
			Variables: mergedVariables(rules.Variables, e.Variables),
		}
		loaded.Filterable, loaded.Sampled, loaded.Unconfirmed = e.Filter, true, e.Unconfirmed
		if err := c.add(loaded); err != nil {
			return nil, err
		}
	}
	for _, e := range unsampled.Events {
		if err := c.add(entry{Event: e.event(), Variables: file.Products[e.Product].Variables}); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// manners are those of all eras: what an era does not say is as in the present.
func (f *catalogueFile) manners() map[mannerID]manner {
	manners := make(map[mannerID]manner)
	for product, rules := range f.Products {
		now := manner{envelope: rules.Envelope, actor: rules.Actor, instead: rules.Instead, fragments: f.Fragments}
		manners[mannerID{product, ""}] = now
		for era, changed := range f.Eras {
			then, own := now, changed.Products[product]
			if own.Envelope.kind != 0 {
				then.envelope, then.actor = own.Envelope, own.Actor
			}
			then.instead = own.Instead
			then.fragments = maps.Clone(f.Fragments)
			maps.Copy(then.fragments, changed.Fragments)
			manners[mannerID{product, era}] = then
		}
	}
	return manners
}

// manner is how a product writes bodies in an era.
func (c *catalogue) manner(product site.Product, era site.Era) manner {
	if m, ok := c.manners[mannerID{product, era}]; ok {
		return m
	}
	return c.manners[mannerID{product, ""}]
}

func readJSON(files fs.FS, name string, into any) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("read event catalogue: %w", err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("parse event catalogue %s: %w", name, err)
	}
	return nil
}

func (c *catalogue) add(e entry) error {
	id := eventID{e.Product, e.Name}
	if _, twice := c.index[id]; twice {
		return fmt.Errorf("event catalogue: %s stands twice for %s", e.Name, e.Product)
	}
	if e.Flow == "" {
		e.Flow = "Primary"
	}
	c.index[id] = len(c.events)
	c.events = append(c.events, e)
	return nil
}

func mergedVariables(common, own map[string][]string) map[string][]string {
	if len(own) == 0 {
		return common
	}
	merged := make(map[string][]string, len(common)+len(own))
	for name, paths := range common {
		merged[name] = paths
	}
	for name, paths := range own {
		merged[name] = paths
	}
	return merged
}

// find returns the entry of an event; ok is false when the product has no such event.
func (c *catalogue) find(product site.Product, name string) (*entry, bool) {
	i, ok := c.index[eventID{product, name}]
	if !ok {
		return nil, false
	}
	return &c.events[i], true
}

// names lists the event names of a product, in the catalogue's order.
func (c *catalogue) names(product site.Product) []string {
	var names []string
	for i := range c.events {
		if c.events[i].Product == product {
			names = append(names, c.events[i].Name)
		}
	}
	return names
}

// UnknownEventError means that a product has no event of this name.
type UnknownEventError struct {
	Product site.Product
	Name    string
	Nearest string // the most similar name the product has; "" when none is similar
}

func (e *UnknownEventError) Error() string {
	text := fmt.Sprintf("%s has no event %q", e.Product.Name(), e.Name)
	if e.Nearest != "" {
		text += "; the nearest is " + e.Nearest
	}
	return text
}

func (c *catalogue) unknown(product site.Product, name string) error {
	return &UnknownEventError{Product: product, Name: name, Nearest: descriptor.Nearest(name, c.names(product))}
}
