package exchange

import (
	"net/http"
	"time"

	"connect-workbench/addon/connectjwt"
)

// Direction says who asked whom.
type Direction string

// The two directions of an exchange.
const (
	ToAddon Direction = "to-addon" // the host asked the add-on
	ToHost  Direction = "to-host"  // the add-on asked the host
)

// Kind says what an exchange was for.
type Kind string

// The kinds of exchange. Lifecycle kinds carry the field's own names.
const (
	KindDescriptor  Kind = "descriptor"  // host fetches atlassian-connect.json
	KindInstalled   Kind = "installed"   // lifecycle callback
	KindEnabled     Kind = "enabled"     // lifecycle callback
	KindDisabled    Kind = "disabled"    // lifecycle callback
	KindUninstalled Kind = "uninstalled" // lifecycle callback
	KindWebhook     Kind = "webhook"     // an event delivered to a webhook module
	KindPage        Kind = "page"        // a signed page request
	KindKey         Kind = "key"         // add-on fetches the install key
	KindOAuth       Kind = "oauth"       // add-on asks for an access token
	KindREST        Kind = "rest"        // add-on calls a product resource
	KindUPM         Kind = "upm"         // add-on calls the add-on manager's REST
	KindProxy       Kind = "proxy"       // add-on asks the proxy for another host, or for a file the vendor keeps
	KindReach       Kind = "reach"       // an address of the descriptor is asked whether it answers
)

// kinds gives all kinds of exchange, in the order in which an add-on's life shows them.
func kinds() []Kind {
	return []Kind{
		KindDescriptor, KindInstalled, KindEnabled, KindDisabled, KindUninstalled,
		KindWebhook, KindPage, KindKey, KindOAuth, KindREST, KindUPM, KindProxy, KindReach,
	}
}

// Record is one HTTP request and its answer, with the token it carried and the verdict on it.
type Record struct {
	ID     int64  // given by the log, ascending, never re-used
	Parent int64  // the exchange this one replays or retries; 0 for none
	Cause  string // id of the click, command or event that led to this exchange

	Site      string // site id; "" when no site is concerned
	Addon     string // add-on key, when known
	Module    string // module key or type, when one is concerned
	Event     string // webhook event name, for KindWebhook
	Direction Direction
	Kind      Kind

	Start    time.Time     // host's clock
	Duration time.Duration // until the whole answer was read or written

	Method         string
	URL            string // absolute, as sent
	RequestHeader  http.Header
	RequestBody    []byte
	Status         int // 0: no answer, see Error
	ResponseHeader http.Header
	ResponseBody   []byte
	Error          string // why there was no (whole) answer: "connection refused", "no answer within 10 s"

	Token   string             // the JWT the request carried, if any
	Verdict connectjwt.Verdict // on the request, by whoever received it
}

// Row is the narrow part of a Record that lists show; reading it touches no body.
type Row struct {
	ID, Parent int64
	Cause      string
	Site       string
	Addon      string
	Module     string
	Event      string
	Direction  Direction
	Kind       Kind
	Start      time.Time
	Duration   time.Duration
	Method     string
	URL        string // without the values of secrets
	Status     int
	Error      string
	OK         bool // verdict; meaningful when Judged
	Judged     bool
	Rule       connectjwt.RuleID
	Summary    string
}

// Meta is what the sender or receiver of a request knows about it besides HTTP.
type Meta struct {
	Parent    int64
	Cause     string
	Site      string
	Addon     string
	Module    string
	Event     string
	Kind      Kind
	Token     string
	Direction Direction
}
