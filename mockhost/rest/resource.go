package rest

import (
	"net/http"

	"connect-workbench/mockhost/site"
)

// resource is one REST resource with one method.
type resource struct {
	method    string
	path      string // pattern of net/http below the context path
	scope     string // the scope an add-on needs
	anonymous bool   // also for callers that say nothing about themselves
	answer    func(request) (status int, body any)
}

// request is a call that passed the gate.
type request struct {
	gate   *siteGate
	caller caller
	params func(name string) string // values of the path's wildcards
}

// resources lists what a product answers. Scopes are those of protocol rest.md §2.
func resources(p site.Product) []resource {
	var list []resource
	add := func(res resource, paths ...string) {
		for _, path := range paths {
			res.path = path
			list = append(list, res)
		}
	}
	if p == site.Confluence {
		add(resource{method: http.MethodGet, scope: "READ", answer: confluenceUser}, "/rest/api/user/current")
	} else {
		add(resource{method: http.MethodGet, scope: "READ", answer: jiraMyself},
			"/rest/api/2/myself", "/rest/api/3/myself", "/rest/api/latest/myself")
		add(resource{method: http.MethodGet, scope: "READ", anonymous: true, answer: jiraServerInfo},
			"/rest/api/2/serverInfo", "/rest/api/3/serverInfo", "/rest/api/latest/serverInfo")
	}
	add(resource{method: http.MethodGet, scope: "READ", answer: addonRecord},
		"/rest/atlassian-connect/1/addons/{key}", "/rest/atlassian-connect/latest/addons/{key}")
	return list
}
