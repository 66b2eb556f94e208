package rest

import (
	"net/http"
	"net/url"
	"strconv"
)

// jiraMyself is the acting user as JIRA writes it. Source: protocol rest.md §6.
func jiraMyself(r request) (int, any) {
	type list struct {
		Size  int        `json:"size"`
		Items []struct{} `json:"items"`
	}
	u := r.caller.user
	return http.StatusOK, struct {
		Self             string            `json:"self"`
		AccountID        string            `json:"accountId"`
		AccountType      string            `json:"accountType"`
		EmailAddress     string            `json:"emailAddress,omitempty"`
		AvatarURLs       map[string]string `json:"avatarUrls"`
		DisplayName      string            `json:"displayName"`
		Active           bool              `json:"active"`
		TimeZone         string            `json:"timeZone"`
		Locale           string            `json:"locale"`
		Groups           list              `json:"groups"`
		ApplicationRoles list              `json:"applicationRoles"`
	}{
		Self:      r.gate.site.BaseURL + "/rest/api/2/user?accountId=" + url.QueryEscape(u.AccountID),
		AccountID: u.AccountID, AccountType: r.caller.accountType(), EmailAddress: u.Email,
		AvatarURLs: map[string]string{}, DisplayName: u.DisplayName, Active: true,
		TimeZone: u.TimeZone, Locale: u.Locale,
		Groups: list{Items: []struct{}{}}, ApplicationRoles: list{Items: []struct{}{}},
	}
}

// jiraServerInfo is what anybody may know of the site. Source: protocol rest.md §6.
func jiraServerInfo(r request) (int, any) {
	s := r.gate.site
	build, _ := strconv.Atoi(s.ServerVersion) // not a number: build 0
	return http.StatusOK, struct {
		BaseURL        string `json:"baseUrl"`
		Version        string `json:"version"`
		VersionNumbers []int  `json:"versionNumbers"`
		DeploymentType string `json:"deploymentType"`
		BuildNumber    int    `json:"buildNumber"`
		ServerTime     string `json:"serverTime"`
		ServerTitle    string `json:"serverTitle"`
	}{
		BaseURL: s.BaseURL, Version: "1001.0.0-SNAPSHOT", VersionNumbers: []int{1001, 0, 0},
		DeploymentType: "Cloud", BuildNumber: build,
		ServerTime: r.gate.Clock().Format("2006-01-02T15:04:05.000-0700"), ServerTitle: s.Title,
	}
}

// accountType is "app" for an add-on's own user. Source: protocol rest.md §1.
func (c caller) accountType() string {
	if c.kind == addonItself {
		return "app"
	}
	return "atlassian"
}
