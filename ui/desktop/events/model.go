package events

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/webhook"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// state is what the place is asked to show.
type state struct {
	sites  []workbench.SiteState
	scope  string // the site the window is scoped to; "" is all sites
	chosen string // the site chosen here while the window shows all sites
	search string
	events []webhook.Event // of the site in question
	event  string          // the chosen event; "" for none
	body   string          // as in the editor
	fresh  string          // the body as the site's data made it, to tell an edited one

	madeOf     site.Site          // the site as it was when the body was made
	opened     subject            // what the body is for; zero until it is there
	drafts     map[subject]string // edited bodies of events that were left for others
	recipients []webhook.Recipient
	foreseen   bool     // recipients are those of the present event
	outcome    *outcome // of the last firing of this event on this site; nil for none

	retries []webhook.Retry // of the site, those that wait first
	now     time.Time       // the host's clock when they were read
}

// subject is what a body is for.
type subject struct{ siteID, event string }

// subject is what is chosen now.
func (s *state) subject() subject {
	on, _ := s.site()
	return subject{on.ID, s.event}
}

// leave keeps an edited body for when the person comes back to its event.
func (s *state) leave() {
	if s.opened == (subject{}) {
		return
	}
	if s.drafts == nil {
		s.drafts = make(map[subject]string)
	}
	delete(s.drafts, s.opened)
	if s.edited() {
		s.drafts[s.opened] = s.body
	}
}

// enter takes the body made for the present event, or the draft that was kept of it.
func (s *state) enter(fresh string) {
	s.fresh, s.body, s.opened = fresh, fresh, s.subject()
	if draft, ok := s.drafts[s.opened]; ok {
		s.body = draft
	}
}

// stale reports whether the body, as it was made, speaks of a site that has been changed since.
func (s *state) stale() bool {
	now, ok := s.site()
	return ok && !s.edited() && !reflect.DeepEqual(now.Site, s.madeOf)
}

// choose goes to another event; what was known of the one before is dropped.
func (s *state) choose(event string) {
	s.event, s.body, s.fresh, s.opened = event, "", "", subject{}
	s.recipients, s.foreseen, s.outcome = nil, false, nil
}

// entry is the catalogue's entry of the present event.
func (s *state) entry() webhook.Event {
	for _, e := range s.events {
		if e.Name == s.event {
			return e
		}
	}
	return webhook.Event{}
}

// markOf says what the person should know of an event before trusting its body; "" for nothing.
func markOf(e webhook.Event) (word string, status widgets.Status) {
	switch {
	case !e.Sampled:
		return "body not known: write your own", widgets.StatusWarning
	case e.Legacy:
		return "old: sites of the present do not send it", widgets.StatusWarning
	case e.Unconfirmed:
		return "shape not confirmed", widgets.StatusWarning
	}
	return "", widgets.StatusInfo
}

// ownBody is what the editor begins with for an event whose body nobody knows.
const ownBody = "{\n}"

// has reports whether the site's catalogue knows an event.
func (s *state) has(event string) bool {
	return slices.ContainsFunc(s.events, func(e webhook.Event) bool { return e.Name == event })
}

// site is the one the event will be fired on.
func (s *state) site() (workbench.SiteState, bool) {
	for _, wanted := range []string{s.scope, s.chosen} {
		for _, site := range s.sites {
			if site.ID == wanted {
				return site, true
			}
		}
	}
	if len(s.sites) > 0 && s.scope == "" {
		return s.sites[0], true
	}
	return workbench.SiteState{}, false
}

// found is the events that the search leaves. Every word must occur in the name or the help.
func (s *state) found() []webhook.Event {
	words := strings.Fields(strings.ToLower(s.search))
	var found []webhook.Event
	for _, e := range s.events {
		text := strings.ToLower(e.Name + " " + e.Help)
		if containsAll(text, words) {
			found = append(found, e)
		}
	}
	return found
}

func containsAll(text string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// edited reports whether the body is no longer the one made from the site's data.
func (s *state) edited() bool { return s.body != s.fresh }

// bodyFault is what keeps a body from being sent.
type bodyFault struct {
	Offset  int // byte offset
	Line    int // from 1
	Column  int // from 1, in bytes
	Message string
}

func (f *bodyFault) Error() string {
	return fmt.Sprintf("Line %d, column %d: %s", f.Line, f.Column, f.Message)
}

// checkBody reports the first fault of a body, nil when it can be sent. A webhook body is one
// JSON object; the host never sends anything else.
func checkBody(text string) *bodyFault {
	if strings.TrimSpace(text) == "" {
		return &bodyFault{Line: 1, Column: 1, Message: "the body is empty. An event's body is a JSON object; Reset body brings the site's own back."}
	}
	var value json.RawMessage
	err := json.Unmarshal([]byte(text), &value)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return faultAt(text, int(syntax.Offset)-1, "this is not JSON: "+syntax.Error()+".")
	}
	if trimmed := bytes.TrimSpace(value); trimmed[0] != '{' {
		at := strings.Index(text, string(trimmed[0]))
		return faultAt(text, at, "the body is JSON, but not an object. An event's body begins with {.")
	}
	return nil
}

func faultAt(text string, offset int, message string) *bodyFault {
	offset = max(0, min(offset, len(text)))
	before := text[:offset]
	line := strings.Count(before, "\n") + 1
	return &bodyFault{Offset: offset, Line: line, Column: offset - strings.LastIndexByte(before, '\n'), Message: message}
}
