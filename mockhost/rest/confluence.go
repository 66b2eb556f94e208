package rest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// confluencePerson is a person as Confluence writes one. Source: protocol rest.md §7.
type confluencePerson struct {
	Type                   string            `json:"type"`
	UserKey                string            `json:"userKey,omitempty"`  // of the time before account ids
	Username               string            `json:"username,omitempty"` // likewise
	AccountID              string            `json:"accountId,omitempty"`
	AccountType            string            `json:"accountType,omitempty"`
	Email                  string            `json:"email"`
	PublicName             string            `json:"publicName"`
	ProfilePicture         picture           `json:"profilePicture"`
	DisplayName            string            `json:"displayName"`
	TimeZone               string            `json:"timeZone,omitempty"`
	IsExternalCollaborator bool              `json:"isExternalCollaborator"`
	Operations             []operation       `json:"operations,omitempty"`
	Expandable             map[string]string `json:"_expandable"`
	Links                  map[string]string `json:"_links"`
}

type picture struct {
	Path      string `json:"path"`
	Width     int    `json:"width"`
	Height    int    `json:"height"`
	IsDefault bool   `json:"isDefault"`
}

// operation is something a person may do with the application as a whole.
type operation struct {
	Operation  string `json:"operation"`
	TargetType string `json:"targetType"`
}

// confluence writes a person; known is false for the anonymous visitor.
func (r request) confluence(p person, known bool) confluencePerson {
	s := r.gate.site
	written := confluencePerson{
		Type: "anonymous", DisplayName: "Anonymous", Expandable: map[string]string{"operations": ""},
		ProfilePicture: picture{Path: s.ContextPath + "/aa-avatar/default", Width: 48, Height: 48, IsDefault: true},
		Links:          map[string]string{"base": s.BaseURL, "context": s.ContextPath},
	}
	if known {
		written.Type, written.AccountID, written.AccountType = "known", p.AccountID, p.accountType()
		written.Email, written.PublicName, written.DisplayName, written.TimeZone = r.caller.email(p), p.DisplayName, p.DisplayName, p.TimeZone
		written.UserKey, written.Username = r.gate.legacyNames(p)
		written.Links["self"] = s.BaseURL + "/rest/api/user?accountId=" + url.QueryEscape(p.AccountID)
	}
	if slices.Contains(strings.Split(r.query("expand"), ","), "operations") {
		delete(written.Expandable, "operations")
		for _, one := range r.gate.permissions[s.Product] {
			if one.Type == "application" && r.gate.may(p, known, one) {
				written.Operations = append(written.Operations, operation{one.Key, one.Type})
			}
		}
	}
	return written
}

// confluenceCurrentUser is the acting user, or the anonymous visitor of a page.
func confluenceCurrentUser(r request) reply { return found(r.confluence(r.caller.acting())) }

// confluenceUser is the person of the parameter accountId.
func confluenceUser(r request) reply {
	p, failure, ok := r.asked()
	if !ok {
		return failure
	}
	return found(r.confluence(p, true))
}

// confluenceCheckPermission tells whether a person may do something with a piece of content.
func confluenceCheckPermission(r request) reply {
	var asked struct {
		Subject struct {
			Type       string `json:"type"`
			Identifier string `json:"identifier"`
		} `json:"subject"`
		Operation string `json:"operation"`
	}
	if v := r.object(&asked); v.Known() {
		return refused(http.StatusBadRequest, v)
	}
	if id := r.PathValue("id"); !confluenceContent(r.gate.site.Objects(), id) {
		return missing(noContent(id))
	}
	wanted, ok := r.gate.permission(asked.Operation)
	if !ok || wanted.Type != "content" {
		return refused(http.StatusBadRequest, badInput("The operation "+asked.Operation+" is not known.", "an operation on content: read, update, delete", asked.Operation, "body"))
	}
	allowed, subject := false, asked.Subject.Identifier
	switch asked.Subject.Type {
	case "user":
		p, known := r.gate.person(subject)
		if !known && subject != "" {
			return missing("No user with the account id " + subject + " was found")
		}
		allowed = r.gate.may(p, known, wanted)
	case "group":
		if !slices.Contains(r.gate.site.Groups, subject) {
			return missing("No group with the name " + subject + " was found")
		}
		allowed = people.atLeast(wanted.Holders) || r.gate.bringsProduct(subject) && members.atLeast(wanted.Holders)
	default:
		return refused(http.StatusBadRequest, badInput("The type of the subject is not known.", "subject.type user or group", asked.Subject.Type, "body"))
	}
	return found(struct {
		HasPermission bool       `json:"hasPermission"`
		Errors        []struct{} `json:"errors"`
	}{allowed, []struct{}{}})
}
