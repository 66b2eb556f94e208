package rest

import (
	"html"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Bounds of lists, as JIRA has them. R of protocol rest.md: not verified there.
const (
	usualPeople = 50
	mostPeople  = 1000
	usualGroups = 20
)

// jiraPerson is a person as JIRA writes one. Source: protocol rest.md §6.
type jiraPerson struct {
	Self             string            `json:"self"`
	Key              string            `json:"key,omitempty"`  // of the time before account ids
	Name             string            `json:"name,omitempty"` // likewise
	AccountID        string            `json:"accountId"`
	AccountType      string            `json:"accountType"`
	EmailAddress     string            `json:"emailAddress,omitempty"`
	AvatarURLs       map[string]string `json:"avatarUrls"`
	DisplayName      string            `json:"displayName"`
	Active           bool              `json:"active"`
	TimeZone         string            `json:"timeZone,omitempty"`
	Locale           string            `json:"locale,omitempty"`
	Groups           *jiraGroups       `json:"groups,omitempty"`
	ApplicationRoles *jiraGroups       `json:"applicationRoles,omitempty"`
	Expand           string            `json:"expand,omitempty"`
}

type jiraGroups struct {
	Size  int         `json:"size"`
	Items []jiraGroup `json:"items"`
}

type jiraGroup struct {
	Name    string `json:"name"`
	GroupID string `json:"groupId,omitempty"`
	Self    string `json:"self,omitempty"`
}

// jira writes a person.
func (r request) jira(p person) jiraPerson {
	written := jiraPerson{
		Self:      r.gate.site.BaseURL + "/rest/api/" + r.version() + "/user?accountId=" + url.QueryEscape(p.AccountID),
		AccountID: p.AccountID, AccountType: p.accountType(), EmailAddress: r.caller.email(p),
		AvatarURLs: map[string]string{}, DisplayName: p.DisplayName, Active: true, TimeZone: p.TimeZone,
		Locale: strings.ReplaceAll(p.Locale, "-", "_"),
	}
	written.Key, written.Name = r.gate.legacyNames(p)
	return written
}

// version is the one of JIRA's REST that was asked for; latest stands for 2.
func (r request) version() string {
	if strings.HasPrefix(r.URL.Path, "/rest/api/3/") {
		return "3"
	}
	return "2"
}

// jiraWhole is a person with groups and roles, which are counted, and listed when asked for.
func (r request) jiraWhole(p person) jiraPerson {
	whole := r.jira(p)
	expanded := strings.Split(r.query("expand"), ",")
	list := func(name string, items []jiraGroup) *jiraGroups {
		g := &jiraGroups{Size: len(items), Items: []jiraGroup{}}
		if slices.Contains(expanded, name) {
			g.Items = append(g.Items, items...)
		}
		return g
	}
	var roles []jiraGroup
	if p.app || r.gate.standing(p.User, true).atLeast(members) {
		roles = []jiraGroup{{Name: "Jira Software"}}
	}
	whole.Groups, whole.ApplicationRoles = list("groups", r.groups(p.Groups)), list("applicationRoles", roles)
	whole.Expand = "groups,applicationRoles"
	return whole
}

func (r request) groups(names []string) []jiraGroup {
	list := make([]jiraGroup, 0, len(names))
	for _, name := range names {
		id := r.gate.site.GroupID(name)
		list = append(list, jiraGroup{name, id, r.gate.site.BaseURL + "/rest/api/" + r.version() + "/group?groupId=" + id})
	}
	return list
}

// jiraMyself is the acting user.
func jiraMyself(r request) reply {
	p, _ := r.caller.acting()
	return found(r.jiraWhole(p))
}

// jiraUser is the person of the parameter accountId.
func jiraUser(r request) reply {
	p, failure, ok := r.asked()
	if !ok {
		return failure
	}
	return found(r.jiraWhole(p))
}

func jiraUserGroups(r request) reply {
	p, failure, ok := r.asked()
	if !ok {
		return failure
	}
	return found(r.groups(p.Groups))
}

// jiraSearchUsers finds people by the beginning of a name or of an address they show, or by account id.
func jiraSearchUsers(r request) reply {
	query, id := r.query("query"), r.query("accountId")
	if query == "" && id == "" {
		return refused(http.StatusBadRequest, badInput("The query parameters query and accountId are both missing.", "the parameter query or accountId", "none", "query"))
	}
	list := []jiraPerson{}
	for _, p := range r.gate.people() {
		if (id == "" || p.AccountID == id) && (query == "" || r.caller.matches(p, query)) {
			list = append(list, r.jira(p))
		}
	}
	start := min(r.number("startAt", 0, len(list)), len(list))
	return found(list[start:min(len(list), start+r.number("maxResults", usualPeople, mostPeople))])
}

// jiraPickGroups finds groups by a part of their name.
func jiraPickGroups(r request) reply {
	type picked struct {
		Name    string     `json:"name"`
		HTML    string     `json:"html"`
		Labels  []struct{} `json:"labels"`
		GroupID string     `json:"groupId"`
	}
	query, most := r.query("query"), r.number("maxResults", usualGroups, mostPeople)
	list, total := []picked{}, 0
	for _, name := range r.gate.site.Groups {
		marked, ok := mark(name, query)
		if !ok {
			continue
		}
		if total++; len(list) < most {
			list = append(list, picked{name, marked, []struct{}{}, r.gate.site.GroupID(name)})
		}
	}
	return found(struct {
		Header string   `json:"header"`
		Total  int      `json:"total"`
		Groups []picked `json:"groups"`
	}{"Showing " + strconv.Itoa(len(list)) + " of " + strconv.Itoa(total) + " matching groups", total, list})
}

// mark writes text as HTML with the part that was looked for in bold; false when it is not in it.
func mark(text, part string) (marked string, found bool) {
	for at := range len(text) - len(part) + 1 {
		if strings.EqualFold(text[at:at+len(part)], part) {
			e := html.EscapeString
			return e(text[:at]) + "<b>" + e(text[at:at+len(part)]) + "</b>" + e(text[at+len(part):]), true
		}
	}
	return "", false
}

// jiraServerInfo is what anybody may know of the site. Source: protocol rest.md §6.
func jiraServerInfo(r request) reply {
	s := r.gate.site
	build, _ := strconv.Atoi(s.ServerVersion) // not a number: build 0
	address := s.DisplayURL
	if address == "" {
		address = s.BaseURL
	}
	return found(struct {
		BaseURL        string `json:"baseUrl"`
		DisplayURL     string `json:"displayUrl"`
		Version        string `json:"version"`
		VersionNumbers []int  `json:"versionNumbers"`
		DeploymentType string `json:"deploymentType"`
		BuildNumber    int    `json:"buildNumber"`
		ServerTime     string `json:"serverTime"`
		ServerTitle    string `json:"serverTitle"`
	}{
		BaseURL: s.BaseURL, DisplayURL: address, Version: s.ConnectVersion(), VersionNumbers: []int{1001, 0, 0},
		DeploymentType: "Cloud", BuildNumber: build,
		ServerTime: r.gate.Clock().Format("2006-01-02T15:04:05.000-0700"), ServerTitle: s.Title,
	})
}
