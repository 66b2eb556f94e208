package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"

	"connect-workbench/mockhost/site"
)

// ErrNoSample means that an event exists but what its body looks like is not known. It can be fired
// with a body of one's own.
var ErrNoSample = errors.New("its body is not known; write one of your own")

// Body writes the JSON body of an event, indented, about the objects of the site and the first add-on
// on it, as of the dispatcher's clock and in the manner of the site's era. The product's envelope comes
// first, unless the event has none.
// An event the product does not have gives an *UnknownEventError; one whose body is not known,
// ErrNoSample.
// Source of the shapes: protocol webhooks.md §4, §5.
func (d *Dispatcher) Body(event string, s site.Running, installs []site.Installation) ([]byte, error) {
	e, ok := d.catalogue.find(s.Product, event)
	if !ok {
		return nil, d.catalogue.unknown(s.Product, event)
	}
	if !e.Sampled {
		return nil, fmt.Errorf("write body of %s: %w", event, ErrNoSample)
	}
	body, how := template{kind: '{'}, d.catalogue.manner(s.Product, s.Era)
	if !e.Bare {
		body.members = append(body.members, how.envelope.members...)
	}
	w := writer{fragments: how.fragments, instead: how.instead, values: d.values(event, s, installs)}
	own, scope, depth, err := w.resolve(e.Body.members, "", 0)
	if err != nil {
		return nil, fmt.Errorf("write body of %s: %w", event, err)
	}
	body.members = append(body.members, own...)
	if err := w.write(body, scope, depth); err != nil {
		return nil, fmt.Errorf("write body of %s: %w", event, err)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, w.out.Bytes(), "", "  "); err != nil {
		return nil, fmt.Errorf("indent body of %s: %w", event, err)
	}
	return pretty.Bytes(), nil
}

// values are the names a body template may use.
func (d *Dispatcher) values(event string, s site.Running, installs []site.Installation) map[string]string {
	values := map[string]string{
		"event":              event,
		"base":               s.BaseURL,
		"site.title":         s.Title,
		"site.clientKey":     s.ClientKey,
		"site.product":       string(s.Product),
		"site.serverVersion": s.ServerVersion,
		"addon.key":          concerned(installs),
		"group.name":         "caretakers",
	}
	if n := len(s.Groups); n > 0 {
		values["group.name"] = s.Groups[n-1]
	}
	maps.Copy(values, s.Objects())
	for name, u := range cast(s.Users) {
		addPerson(values, name, s.Site, u)
	}
	now := d.clock.Now().UTC()
	addTime(values, "before", now.Add(-time.Hour))
	addTime(values, "now", now)
	addTime(values, "later", now.AddDate(0, 0, 14))
	return values
}

// concerned is the key of the add-on that an event about add-ons is about.
func concerned(installs []site.Installation) string {
	for _, in := range installs {
		if in.State == site.Enabled {
			return in.AddonKey
		}
	}
	return "com.example.addon"
}

// cast hands out the parts of an event to the users of a site: the owner of the objects, the one who
// acts, and a third one. A site with fewer users gives a part to the last of them; one without any
// gets the account that products show for a removed user.
func cast(users []site.User) map[string]site.User {
	if len(users) == 0 {
		users = []site.User{{AccountID: "unknown", DisplayName: "Former user", TimeZone: "UTC"}}
	}
	last := len(users) - 1
	return map[string]site.User{
		"owner": users[0],
		"actor": users[min(1, last)],
		"guest": users[min(2, last)],
	}
}

// addPerson adds what bodies say of one person. An era without account ids has the user key in their
// place.
func addPerson(values map[string]string, name string, s site.Site, u site.User) {
	values[name+".accountId"] = u.AccountID
	values[name+".name"], values[name+".key"] = u.LegacyName(), s.UserKey(u)
	values[name+".email"] = u.VisibleEmail()
	values[name+".displayName"], values[name+".timeZone"] = u.DisplayName, u.TimeZone
	if namesByKey(s) {
		values[name+".accountId"] = s.UserKey(u)
	}
}

// addTime adds one moment in all the spellings that bodies use.
func addTime(values map[string]string, name string, t time.Time) {
	values[name+".ms"] = strconv.FormatInt(t.UnixMilli(), 10)
	values[name+".jira"] = t.Format("2006-01-02T15:04:05.000-0700")
	values[name+".utc"] = t.Format("2006-01-02T15:04:05.000Z")
	values[name+".date"] = t.Format(time.DateOnly)
	values[name+".shown"] = t.Format("02/Jan/06")
}
