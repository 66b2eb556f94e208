package rest

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/site"
)

// connectRoot is where the resources of Connect itself are, in both products.
const connectRoot = "/rest/atlassian-connect/"

// opening says whom a resource answers besides people and add-ons.
type opening int

const (
	toKnown     opening = iota // nobody else
	toVisitors                 // pages shown to somebody who is not logged in
	toEverybody                // also calls that say nothing about who calls
)

// resource is one REST resource with one method.
type resource struct {
	method string
	path   string // pattern of net/http below the context path
	scope  string // the scope an add-on needs
	open   opening
	answer func(request) reply
}

// request is a call that passed the gate.
type request struct {
	*http.Request
	gate   *siteGate
	caller caller
}

// query is the first value of a query parameter.
func (r request) query(name string) string { return r.URL.Query().Get(name) }

// text is the request body, which the log has bounded.
func (r request) text() ([]byte, error) { return io.ReadAll(r.Body) }

// object reads the request body as a JSON object of the form of into; the verdict is known when it is none.
func (r request) object(into any) connectjwt.Verdict {
	text, err := r.text()
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err == nil {
		return connectjwt.Verdict{}
	}
	v := badInput("Invalid request payload. Refer to the REST API documentation and try again.", "a JSON object as the resource documents it", shown(text), "body")
	v.Cause = err.Error()
	return v
}

// number reads a query parameter that is a number from 0 to most; what is left out or no such number
// is usual.
func (r request) number(name string, usual, most int) int {
	n, err := strconv.Atoi(r.query(name))
	if err != nil || n < 0 {
		return usual
	}
	return min(n, most)
}

// shown clips a body for a verdict.
func shown(text []byte) string {
	const most = 120
	switch {
	case len(text) == 0:
		return "nothing"
	case len(text) > most:
		text = append(text[:most:most], "…"...)
	}
	return strings.ToValidUTF8(string(text), "\uFFFD")
}

// resources lists what a product answers. Scopes are those of protocol rest.md §2.
func resources(p site.Product) []resource {
	if p == site.Confluence {
		return append(connectResources(), confluenceResources()...)
	}
	return append(connectResources(), jiraResources()...)
}

// under lists resources with each of the roots in front of their paths.
func under(roots []string, all []resource) []resource {
	list := make([]resource, 0, len(roots)*len(all))
	for _, root := range roots {
		for _, res := range all {
			res.path = root + res.path
			list = append(list, res)
		}
	}
	return list
}

func connectResources() []resource {
	const one = "/addons/{key}/properties/{property}"
	return under([]string{connectRoot + "1", connectRoot + "latest"}, []resource{
		{method: http.MethodGet, path: "/addons/{key}", scope: "READ", answer: addonRecord},
		{method: http.MethodGet, path: "/addons/{key}/properties", scope: "READ", open: toVisitors, answer: ownProperties(listAddonProperties)},
		{method: http.MethodGet, path: one, scope: "READ", open: toVisitors, answer: ownProperties(getAddonProperty)},
		{method: http.MethodPut, path: one, scope: "WRITE", open: toVisitors, answer: ownProperties(putAddonProperty)},
		{method: http.MethodDelete, path: one, scope: "DELETE", open: toVisitors, answer: ownProperties(deleteAddonProperty)},
	})
}

func jiraResources() []resource {
	list := []resource{
		{method: http.MethodGet, path: "/myself", scope: "READ", answer: jiraMyself},
		{method: http.MethodGet, path: "/serverInfo", scope: "READ", open: toEverybody, answer: jiraServerInfo},
		{method: http.MethodGet, path: "/mypermissions", scope: "READ", open: toEverybody, answer: jiraMyPermissions},
		{method: http.MethodPost, path: "/permissions/check", scope: "READ", open: toEverybody, answer: jiraCheckPermissions},
		{method: http.MethodGet, path: "/user", scope: "READ", answer: jiraUser},
		{method: http.MethodGet, path: "/user/email", scope: "ACCESS_EMAIL_ADDRESSES", answer: userEmail},
		{method: http.MethodGet, path: "/user/groups", scope: "READ", answer: jiraUserGroups},
		{method: http.MethodGet, path: "/user/search", scope: "READ", answer: jiraSearchUsers},
		{method: http.MethodGet, path: "/groups/picker", scope: "READ", answer: jiraPickGroups},
	}
	for _, kind := range entityKinds() {
		one := kind.path + "/{property}"
		list = append(list,
			resource{method: http.MethodGet, path: kind.path, scope: "READ", open: toVisitors, answer: kind.answer(listEntityProperties)},
			resource{method: http.MethodGet, path: one, scope: "READ", open: toVisitors, answer: kind.answer(getEntityProperty)},
			resource{method: http.MethodPut, path: one, scope: "WRITE", answer: kind.answer(putEntityProperty)},
			resource{method: http.MethodDelete, path: one, scope: "DELETE", answer: kind.answer(deleteEntityProperty)})
	}
	return under([]string{"/rest/api/2", "/rest/api/3", "/rest/api/latest"}, list)
}

func confluenceResources() []resource {
	const all, one = "/content/{id}/property", "/content/{id}/property/{property}"
	return under([]string{"/rest/api"}, []resource{
		{method: http.MethodGet, path: "/user", scope: "READ", answer: confluenceUser},
		{method: http.MethodGet, path: "/user/current", scope: "READ", open: toVisitors, answer: confluenceCurrentUser},
		{method: http.MethodGet, path: "/user/email", scope: "ACCESS_EMAIL_ADDRESSES", answer: userEmail},
		{method: http.MethodPost, path: "/content/{id}/permission/check", scope: "READ", answer: confluenceCheckPermission},
		{method: http.MethodGet, path: all, scope: "READ", open: toVisitors, answer: ofContent(listContentProperties)},
		{method: http.MethodPost, path: all, scope: "WRITE", answer: ofContent(createContentProperty)},
		{method: http.MethodGet, path: one, scope: "READ", open: toVisitors, answer: ofContent(getContentProperty)},
		{method: http.MethodPost, path: one, scope: "WRITE", answer: ofContent(createContentProperty)},
		{method: http.MethodPut, path: one, scope: "WRITE", answer: ofContent(putContentProperty)},
		{method: http.MethodDelete, path: one, scope: "DELETE", answer: ofContent(deleteContentProperty)},
	})
}
