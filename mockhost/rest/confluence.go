package rest

import (
	"net/http"
	"net/url"
)

// confluenceUser is the acting user as Confluence writes it. Source: protocol rest.md §7.
func confluenceUser(r request) (int, any) {
	s, u := r.gate.site, r.caller.user
	return http.StatusOK, struct {
		Type                   string            `json:"type"`
		AccountID              string            `json:"accountId"`
		AccountType            string            `json:"accountType"`
		Email                  string            `json:"email"`
		PublicName             string            `json:"publicName"`
		DisplayName            string            `json:"displayName"`
		TimeZone               string            `json:"timeZone"`
		IsExternalCollaborator bool              `json:"isExternalCollaborator"`
		Links                  map[string]string `json:"_links"`
	}{
		Type: "known", AccountID: u.AccountID, AccountType: r.caller.accountType(), Email: u.Email,
		PublicName: u.DisplayName, DisplayName: u.DisplayName, TimeZone: u.TimeZone,
		Links: map[string]string{
			"self":    s.BaseURL + "/rest/api/user?accountId=" + url.QueryEscape(u.AccountID),
			"base":    s.BaseURL,
			"context": s.ContextPath,
		},
	}
}
