package rest

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"unicode/utf16"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/site"
)

// mostValue is how many characters, as Java counts them, the value of a property may have. Source:
// protocol rest.md §4 and §6.
const mostValue = 32768

// listedProperty is a property in a list of keys.
type listedProperty struct {
	Self string `json:"self"`
	Key  string `json:"key"`
}

// listing writes the keys of an entity's properties with their addresses.
func (r request) listing(e site.Entity, address func(key string) string) reply {
	keys := []listedProperty{}
	for _, p := range r.gate.Store.Properties(e) {
		keys = append(keys, listedProperty{address(p.Key), p.Key})
	}
	return found(map[string][]listedProperty{"keys": keys})
}

// refusal is a verdict with the status it is answered with.
type refusal struct {
	status int
	connectjwt.Verdict
}

// propertyLimits are what a property may be, as far as it differs by resource.
type propertyLimits struct {
	mostKey int // characters of a key
	large   int // status of a value over mostValue
}

// check judges a property that is to be stored; the refusal is known when something is wrong.
func (f propertyLimits) check(key string, value []byte) refusal {
	if n := length([]byte(key)); n > f.mostKey {
		v := overLimit("The property key cannot be longer than "+strconv.Itoa(f.mostKey)+" characters.",
			"a key of at most "+strconv.Itoa(f.mostKey)+" characters", strconv.Itoa(n)+" characters", "path")
		v.Fix = "take a shorter key"
		return refusal{http.StatusBadRequest, v}
	}
	if n := length(value); n > mostValue {
		return refusal{f.large, overLimit("The property value cannot be larger than "+strconv.Itoa(mostValue)+" characters.",
			"a value of at most "+strconv.Itoa(mostValue)+" characters", strconv.Itoa(n)+" characters", "body")}
	}
	if !json.Valid(value) {
		v := badInput("The property value has to be valid JSON.", "JSON, also for a plain text: \"text\" in quotes", shown(value), "body")
		v.Cause = causeOf(value)
		return refusal{http.StatusBadRequest, v}
	}
	return refusal{}
}

// causeOf says what the JSON parser says of a value that is not JSON.
func causeOf(value []byte) string {
	if len(value) == 0 {
		return "the body is empty"
	}
	var parsed json.RawMessage
	if err := json.Unmarshal(value, &parsed); err != nil {
		return err.Error()
	}
	return ""
}

// length counts characters as Java does: those beyond U+FFFF are two.
func length(text []byte) int {
	n := 0
	for _, r := range string(text) {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// store stores a property; the refusal is known when that breaks a rule.
func (r request) store(e site.Entity, key string, value []byte, w site.Write) (site.Property, refusal, error) {
	p, err := r.gate.Store.SetProperty(r.Context(), e, key, value, w)
	var version *site.VersionError
	switch {
	case errors.Is(err, site.ErrTooManyProperties):
		return p, refusal{http.StatusConflict, overLimit("The maximum number of properties ("+strconv.Itoa(w.Most)+") has been reached.",
			"at most "+strconv.Itoa(w.Most)+" properties", "one more", "path")}, nil
	case errors.As(err, &version):
		return p, refusal{http.StatusConflict, staleVersion(key, w, version.Have)}, nil
	}
	return p, refusal{}, err
}

func staleVersion(key string, w site.Write, have int) connectjwt.Verdict {
	v := connectjwt.Verdict{
		Rule: ruleVersion, Summary: "Version must be incremented when updating a content property. Current version: " + strconv.Itoa(have),
		Expected: "version " + strconv.Itoa(have+1), Received: "version " + strconv.Itoa(w.Version),
		At:    connectjwt.Place{Part: "request", Name: "version.number"},
		Cause: "the property " + key + " has version " + strconv.Itoa(have) + "; somebody may have changed it meanwhile",
		Fix:   "read the property again and send the version after the one it has",
	}
	switch {
	case w.New:
		v.Summary, v.Received = "A content property with the key "+key+" already exists.", "a new property"
		v.Expected, v.Cause = "a key that is not in use", "the property "+key+" has been created before"
		v.Fix = "change it with PUT, or delete it first"
	case have == 0:
		v.Summary = "There is no content property with the key " + key + "; a new one has version 1."
		v.Cause, v.Fix = "the property is not there yet", "send version 1, or create it with POST"
	}
	return v
}

// remove deletes a property; absent is the answer when there is none.
func (r request) remove(e site.Entity, key string, absent reply) reply {
	switch err := r.gate.Store.DeleteProperty(r.Context(), e, key); {
	case errors.Is(err, site.ErrNoProperty):
		return absent
	case err != nil:
		return broken(err)
	}
	return empty(http.StatusNoContent)
}
