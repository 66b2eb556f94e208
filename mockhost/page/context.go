package page

import (
	"encoding/json"
	"strconv"
	"strings"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/site"
)

// viewing is a page request with everything it depends on.
type viewing struct {
	site      site.Running
	module    Module
	surface   descriptor.Surface
	practice  site.Practice
	viewer    site.User // the zero User is the anonymous visitor
	variables map[string]string
}

// variable is the value a variable of the module's url gets.
func (v *viewing) variable(name string) string {
	if condition, ok := strings.CutPrefix(name, "condition."); ok {
		if holds, known := v.condition(condition); known {
			return strconv.FormatBool(holds)
		}
	}
	return v.variables[name]
}

// condition resolves the inline conditions that depend on nothing but viewer and licence. Others are
// unknown, and an unknown one is empty text in the url: neither true nor false is claimed.
// Source: protocol iframe.md §1 rule 2, §2.
func (v *viewing) condition(text string) (holds, known bool) {
	name, _, _ := strings.Cut(text, "(")
	switch strings.TrimSpace(name) {
	case "user_is_logged_in", "user_can_use_confluence":
		return v.viewer.AccountID != "", true
	case "user_is_admin", "user_is_sysadmin", "user_is_confluence_administrator":
		return v.viewer.Admin, true
	case "addon_is_licensed":
		return v.site.Licensed(), true
	}
	return false, false
}

// bind gives every variable that means something at the surface its value from the site's objects,
// and then the request's own values precedence. A value the request sets to "" stays empty.
func (p *Pages) bind(s site.Running, where descriptor.Surface, viewer site.User, own map[string]string) map[string]string {
	bound := make(map[string]string)
	for name, value := range objects(s, viewer) {
		if p.catalogue.Binds(where, name) {
			bound[name] = value
		}
	}
	for name, value := range own {
		bound[name] = value
	}
	return bound
}

// objects are the site's objects together with the person a profile page would show.
func objects(s site.Running, viewer site.User) map[string]string {
	all := s.Objects()
	shown := viewer
	if shown.AccountID == "" && len(s.Users) > 0 {
		shown = s.Users[0]
	}
	all["profileUser.accountId"] = shown.AccountID
	all["user.id"], all["user.key"] = viewer.AccountID, viewer.AccountID
	if s.Era == site.Cloud2016 {
		all["profileUser.name"], all["profileUser.key"] = shown.LegacyName(), s.UserKey(shown)
		all["user.id"], all["user.key"] = viewer.LegacyName(), s.UserKey(viewer)
	}
	return all
}

// contextName is a variable that context tokens and AP.context.getContext carry, and the path at
// which they do.
type contextName struct{ variable, path string }

// contextNames lists those of a product. Source: protocol jwt.md §3.
func contextNames(p site.Product) []contextName {
	if p == site.Confluence {
		return []contextName{
			{"content.id", "content.id"}, {"content.type", "content.type"}, {"content.version", "content.version"},
			{"space.id", "space.id"}, {"space.key", "space.key"},
			{"macro.id", "macro.id"}, {"macro.hash", "macro.hash"}, {"output.type", "macro.outputType"},
		}
	}
	return []contextName{
		{"issue.id", "issue.id"}, {"issue.key", "issue.key"}, {"issuetype.id", "issue.issuetype.id"},
		{"project.id", "project.id"}, {"project.key", "project.key"},
		{"board.id", "board.id"}, {"sprint.id", "sprint.id"}, {"dashboardItem.id", "dashboardItem.id"},
	}
}

// productContext is what AP.context.getContext gives: {"jira":{"issue":{...}}}.
func (v *viewing) productContext() map[string]any {
	ids := make(map[string]any)
	for _, n := range contextNames(v.site.Product) {
		if value := v.variables[n.variable]; value != "" {
			put(ids, strings.Split(n.path, "."), value)
		}
	}
	return map[string]any{string(v.site.Product): ids}
}

func put(object map[string]any, path []string, value string) {
	if len(path) == 1 {
		object[path[0]] = value
		return
	}
	inner, ok := object[path[0]].(map[string]any)
	if !ok {
		inner = make(map[string]any)
		object[path[0]] = inner
	}
	put(inner, path[1:], value)
}

// contextClaim is the context claim of a context token: licence and ids.
func (v *viewing) contextClaim() (json.RawMessage, error) {
	claim := v.productContext()
	claim["license"] = map[string]bool{"active": v.site.Licensed()}
	return json.Marshal(claim)
}
