package rest

import (
	"encoding/json"
	"net/http"
	"strings"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/site"
)

// jiraMyPermissions tells which of the permissions asked for the acting user has.
func jiraMyPermissions(r request) reply {
	type held struct {
		ID             string `json:"id"`
		Key            string `json:"key"`
		Name           string `json:"name"`
		Type           string `json:"type"`
		Description    string `json:"description"`
		HavePermission bool   `json:"havePermission"`
	}
	asked := strings.FieldsFunc(r.query("permissions"), func(c rune) bool { return c == ',' })
	if len(asked) == 0 {
		return refused(http.StatusBadRequest, badInput("The 'permissions' query parameter is required.", "the parameter permissions with keys and commas between", "none", "permissions"))
	}
	if failure, ok := r.knownPlaces(); !ok {
		return failure
	}
	p, known := r.caller.acting()
	all := make(map[string]held, len(asked))
	for _, key := range asked {
		wanted, ok := r.gate.permission(key)
		if !ok {
			return refused(http.StatusBadRequest, unknownPermission(key))
		}
		all[key] = held{ID: wanted.ID, Key: key, Name: wanted.Name, Type: wanted.Type, HavePermission: r.gate.may(p, known, wanted)}
	}
	return found(map[string]any{"permissions": all})
}

// knownPlaces wants projects and issues that are asked about to exist.
func (r request) knownPlaces() (reply, bool) {
	objects := r.gate.site.Objects()
	for _, place := range []struct{ kind, parameter string }{
		{site.OfProject, "projectKey"}, {site.OfProject, "projectId"}, {site.OfIssue, "issueKey"}, {site.OfIssue, "issueId"},
	} {
		if name := r.query(place.parameter); name != "" {
			if _, ok := jiraObject(objects, place.kind, name); !ok {
				return missing(noObject(place.kind, name)), false
			}
		}
	}
	return reply{}, true
}

func unknownPermission(key string) connectjwt.Verdict {
	return badInput("Unrecognized permission: "+key, "the key of a permission of JIRA, for example BROWSE_PROJECTS", key, "permissions")
}

// projectPermissions are permissions to be checked, and where. Ids are numbers, and may be written as
// texts: frameworks take them from a context token, where they are.
type projectPermissions struct {
	Permissions []string      `json:"permissions"`
	Issues      []json.Number `json:"issues"`
	Projects    []json.Number `json:"projects"`
}

// grantedPermission is one of them with the places where it is held.
type grantedPermission struct {
	Permission string  `json:"permission"`
	Issues     []int64 `json:"issues"`
	Projects   []int64 `json:"projects"`
}

// jiraCheckPermissions tells which permissions a person has; without accountId the acting user, who
// is the anonymous visitor when nobody calls. Source: protocol rest.md §6.
func jiraCheckPermissions(r request) reply {
	var asked struct {
		AccountID          string               `json:"accountId"`
		GlobalPermissions  []string             `json:"globalPermissions"`
		ProjectPermissions []projectPermissions `json:"projectPermissions"`
	}
	if v := r.object(&asked); v.Known() {
		return refused(http.StatusBadRequest, v)
	}
	p, known := r.caller.acting()
	if id := asked.AccountID; id != "" && id != p.AccountID {
		if !p.app && !r.callerMay("ADMINISTER") {
			return refused(http.StatusForbidden, notPermitted(r.caller, "Only administrators may ask for the permissions of others.", "ADMINISTER"))
		}
		if p, known = r.gate.person(id); !known {
			return refused(http.StatusBadRequest, badInput("The user "+id+" does not exist.", "the account id of a user of the site", id, "accountId"))
		}
	}
	answer := struct {
		GlobalPermissions  []string            `json:"globalPermissions"`
		ProjectPermissions []grantedPermission `json:"projectPermissions"`
	}{[]string{}, []grantedPermission{}}
	for _, key := range asked.GlobalPermissions {
		wanted, ok := r.gate.permission(key)
		if !ok || wanted.Type != "GLOBAL" {
			return refused(http.StatusBadRequest, unknownPermission(key))
		}
		if r.gate.may(p, known, wanted) {
			answer.GlobalPermissions = append(answer.GlobalPermissions, key)
		}
	}
	for _, one := range asked.ProjectPermissions {
		for _, key := range one.Permissions {
			wanted, ok := r.gate.permission(key)
			if !ok || wanted.Type != "PROJECT" {
				return refused(http.StatusBadRequest, unknownPermission(key))
			}
			if granted, ok := r.whereHeld(key, one); ok && r.gate.may(p, known, wanted) {
				answer.ProjectPermissions = append(answer.ProjectPermissions, granted)
			}
		}
	}
	return found(answer)
}

// whereHeld leaves of the places those that exist; false when places were asked for and none does.
func (r request) whereHeld(key string, asked projectPermissions) (grantedPermission, bool) {
	objects := r.gate.site.Objects()
	exist := func(kind string, ids []json.Number) []int64 {
		list := []int64{}
		for _, id := range ids {
			_, ok := jiraObject(objects, kind, id.String())
			if n, err := id.Int64(); ok && err == nil {
				list = append(list, n)
			}
		}
		return list
	}
	granted := grantedPermission{key, exist(site.OfIssue, asked.Issues), exist(site.OfProject, asked.Projects)}
	anywhere := len(asked.Issues)+len(asked.Projects) == 0
	return granted, anywhere || len(granted.Issues)+len(granted.Projects) > 0
}
