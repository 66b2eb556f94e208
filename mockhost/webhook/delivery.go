package webhook

import (
	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/site"
)

// Event is one entry of the event catalogue.
type Event struct {
	Name       string
	Product    site.Product
	Help       string // one line, our own words
	Filterable bool   // a JQL filter of the module applies to it

	Sampled     bool // Body can write its body; otherwise it can be fired with a body of one's own
	Unconfirmed bool // no capture or document shows the whole shape of the body
	Legacy      bool // present sites do not send it any more
}

// Recipient is one webhook module of one installed add-on, and whether an event reaches it.
type Recipient struct {
	AddonKey string
	Module   string // JSON pointer in the descriptor: "/modules/webhooks/0"; "" when the add-on has none
	Event    string // the event the module asks for
	URL      string // absolute, variables filled in; "" for a module that asks for another event
	Will     bool
	Reason   string // why it gets the event, or why not
}

// Sent is a delivery that took place.
type Sent struct {
	Recipient
	Exchange int64
	Status   int    // 0: no answer
	Error    string // why there was no answer
	Verdict  connectjwt.Verdict
	Retry    int64 // the number of the pending retry; 0: there will be none
}

// Delivery is what became of one event on one site.
type Delivery struct {
	Cause   string
	Event   string
	Site    string
	Sent    []Sent
	NotSent []Recipient
	Reason  string // set when nothing was sent: why, in one sentence
}
