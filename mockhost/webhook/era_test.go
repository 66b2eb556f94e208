package webhook

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/site"
)

// Every event that protocol webhooks.md §4 and §5 names.
func TestTheCatalogueHasAllEvents(t *testing.T) {
	named := map[site.Product]string{
		site.Jira: `jira:issue_created jira:issue_updated jira:issue_deleted comment_created comment_updated comment_deleted
			worklog_created worklog_updated worklog_deleted attachment_created attachment_deleted issuelink_created issuelink_deleted
			issue_property_set issue_property_deleted issuetype_created issuetype_updated issuetype_deleted
			project_created project_updated project_deleted project_soft_deleted project_restored_deleted project_archived project_restored_archived
			jira:version_created jira:version_updated jira:version_released jira:version_unreleased jira:version_moved jira:version_deleted jira:version_merged
			filter_created filter_updated filter_deleted user_created user_updated user_deleted
			option_voting_changed option_watching_changed option_unassigned_issues_changed option_subtasks_changed option_issuelinks_changed
			option_timetracking_changed option_timetracking_provider_changed option_attachments_changed
			sprint_created sprint_updated sprint_started sprint_closed sprint_deleted
			board_created board_updated board_deleted board_configuration_changed jira_expression_evaluation_failed
			app_access_to_objects_blocked app_access_to_objects_in_container_blocked connect_addon_enabled connect_addon_disabled
			version_created version_updated version_released version_unreleased version_moved version_deleted version_merged jira:worklog_updated server_upgraded`,
		site.Confluence: `page_created page_updated page_viewed page_trashed page_restored page_removed page_archived page_moved page_children_reordered
			page_copied page_published page_initialized page_started blog_created blog_updated blog_viewed blog_trashed blog_restored blog_removed
			comment_created comment_updated comment_removed
			attachment_created attachment_updated attachment_viewed attachment_trashed attachment_restored attachment_removed attachment_archived
			label_created label_deleted label_added label_removed
			space_created space_updated space_removed space_logo_updated space_permissions_updated
			content_created content_updated content_trashed content_restored content_removed content_permissions_updated
			relation_created relation_deleted blueprint_page_created search_performed
			user_created user_removed user_deactivated user_reactivated user_followed group_created group_removed
			login logout login_failed theme_enabled connect_addon_enabled connect_addon_disabled
			cache_statistics_changed plugin_enabled plugins_upgraded server_upgraded status_cleared status_created status_removed`,
	}
	d := testDispatcher()
	for product, text := range named {
		want := strings.Fields(text)
		var got, unsampled []string
		for _, e := range d.Events(product) {
			got = append(got, e.Name)
			if !e.Sampled {
				unsampled = append(unsampled, e.Name)
			}
		}
		for _, name := range want {
			if !slices.Contains(got, name) {
				t.Errorf("%s lacks %s", product, name)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s has %d events, %d are named", product, len(got), len(want))
		}
		if len(unsampled) > len(got)/8 || len(unsampled) == 0 {
			t.Errorf("%s: without a body are %q", product, unsampled)
		}
	}
}

// Of a site of 2016 no body names anybody by account id, and of one of the present nobody by name or key.
func TestBodiesNamePeopleAsTheEraDoes(t *testing.T) {
	for _, product := range []site.Product{site.Jira, site.Confluence} {
		for _, era := range descriptor.Eras() {
			d, s := testDispatcher(), testSite(product)
			s.Era = era
			s.Users[0].Email, s.Users[1].Email, s.Users[2].Email = "ada@acme.example", "mel@acme.example", "cas@acme.example"
			s.Users[0].EmailHidden = true
			for _, e := range d.Events(product) {
				if !e.Sampled {
					continue
				}
				body, err := d.Body(e.Name, s, nil)
				if err != nil {
					t.Errorf("%s %s: %v", era, e.Name, err)
					continue
				}
				old := strings.Contains(string(body), `"key": "mel"`) || strings.Contains(string(body), `"userKey": `)
				modern := strings.Contains(string(body), "5f:") || strings.Contains(string(body), "5f%3A") || strings.Contains(string(body), "ccountId")
				if era == site.Cloud2016 && modern || era != site.Cloud2016 && old {
					t.Errorf("%s %s %s: %s", product, era, e.Name, body)
				}
				if strings.Contains(string(body), "ada@acme.example") || era != site.Cloud2016 && strings.Contains(string(body), "@acme.example") {
					t.Errorf("%s %s %s shows a hidden address: %s", product, era, e.Name, body)
				}
			}
		}
	}
	d, s := testDispatcher(), testSite(site.Jira)
	s.Era, s.Users[1].Email = site.Cloud2016, "mel@acme.example"
	body, err := d.Body("jira:issue_created", s, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"self": "http://localhost:2990/rest/api/2/user?username=mel",
    "name": "mel",
    "key": "mel",
    "emailAddress": "mel@acme.example",`, `"to": "mel"`,
	} {
		if !strings.Contains(string(body), want) {
			t.Errorf("the body lacks %s:\n%s", want, body)
		}
	}
}

func TestParametersOfTheEra(t *testing.T) {
	const hook = `{"event":"comment_created","url":"/hook"},{"event":"comment_created","url":"/hook?a=b"}`
	for _, tc := range []struct {
		product site.Product
		era     site.Era
		body    string // "": the site's own
		want    string // appended to /hook
	}{
		{site.Jira, site.CloudNow, "", ""},
		{site.Jira, site.Cloud2020, "", ""},
		{site.Jira, site.Cloud2016, "", "user_id=mel.member&user_key=mel.member"},
		{site.Jira, site.Cloud2016, `{"comment":{"updateAuthor":{"name":"someone else"}}}`, "user_id=someone%20else&user_key=someone%20else"},
		{site.Jira, site.Cloud2016, `{}`, "user_id=&user_key="},
		{site.Confluence, site.CloudNow, "", ""},
		{site.Confluence, site.Cloud2020, "", "lic=active"},
		{site.Confluence, site.Cloud2016, `{"userKey":""}`, "user_id=&user_key="},
	} {
		d, s := testDispatcher(), testSite(tc.product)
		s.Era = tc.era
		body := []byte(tc.body)
		if tc.body == "" {
			var err error
			if body, err = d.Body("comment_created", s, nil); err != nil {
				t.Fatal(err)
			}
		}
		got := d.Recipients(s, []site.Installation{install("a", "http://localhost:3000", hooks(hook))}, "comment_created", body)
		first, second := "http://localhost:3000/hook", "http://localhost:3000/hook?a=b"
		if tc.want != "" {
			first, second = first+"?"+tc.want, second+"&"+tc.want
		}
		if got[0].URL != first || got[1].URL != second {
			t.Errorf("%s %s: %s and %s, want %s appended", tc.product, tc.era, got[0].URL, got[1].URL, tc.want)
		}
	}
}

// What is sent in 2016 has no identifier to know a retry by, and so none.
func TestNoRetryIn2016(t *testing.T) {
	s := newShaky(t, site.Jira, createdHook)
	s.site.Era = site.Cloud2016
	s.answer("/hook", http.StatusServiceUnavailable)
	if sent := s.fire(t, "jira:issue_created").Sent[0]; sent.Retry != 0 || len(s.PendingRetries("jira")) != 0 {
		t.Errorf("%+v", sent)
	}
	got, _ := s.requests("/hook")
	h := got[0].Header
	if h.Get("User-Agent") != "Atlassian-Connect/1.1.84" || h.Get("Atlassian-Connect-Version") != "1.1.84" ||
		h.Get("X-Atlassian-Webhook-Identifier")+h.Get("X-Atlassian-Webhook-Flow") != "" || h.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", h)
	}
	for want, s := range map[time.Duration]site.Site{
		20 * time.Second: {Product: site.Jira}, 10 * time.Second: {Product: site.Jira, Era: site.Cloud2016},
	} {
		if got := timeoutOf(s); got != want {
			t.Errorf("%+v waits %v, want %v", s, got, want)
		}
	}
	if timeoutOf(site.Site{Product: site.Confluence}) != 10*time.Second {
		t.Error("Confluence waits 10 s")
	}
}

func TestATraceGoesWithEveryAttempt(t *testing.T) {
	s := newShaky(t, site.Jira, createdHook)
	s.answer("/hook", http.StatusServiceUnavailable)
	fire := func(trace string) error {
		_, err := s.Fire(WithTrace(t.Context(), trace), s.site, []site.Installation{s.install}, "jira:issue_created", nil)
		return err
	}
	if err := fire("build 4711 ~"); err != nil {
		t.Fatal(err)
	}
	s.clock.Advance(16 * time.Minute)
	got, _ := s.requests("/hook")
	if len(got) < 2 {
		t.Fatalf("%d attempts", len(got))
	}
	for _, r := range got {
		if r.Header.Get("X-Atlassian-Webhook-Trace") != "build 4711 ~" {
			t.Errorf("trace %q", r.Header.Get("X-Atlassian-Webhook-Trace"))
		}
	}
	if err := fire(strings.Repeat("x", 1024)); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{strings.Repeat("x", 1025), "a\nb", "ä", " a", "a "} {
		if trace := (*TraceError)(nil); !errors.As(fire(bad), &trace) {
			t.Errorf("%.20q was sent along", bad)
		}
	}
	s.site.Era = site.Cloud2016
	if trace := (*TraceError)(nil); !errors.As(fire("a"), &trace) {
		t.Error("a trace in 2016")
	}
}

func TestAnEventAboutAnAddonGoesToNoOther(t *testing.T) {
	d, s := testDispatcher(), testSite(site.Jira)
	hook := hooks(`{"event":"connect_addon_enabled","url":"/hook"}`)
	installs := []site.Installation{install("a", "http://localhost:3000", hook), install("b", "http://localhost:3001", hook)}
	installs[0].State = site.Disabled
	body, err := d.Body("connect_addon_enabled", s, installs)
	if err != nil {
		t.Fatal(err)
	}
	got := d.Recipients(s, installs, "connect_addon_enabled", body)
	if got[0].Will || got[0].Reason != `it goes only to the add-on that its body names; this one names "b"` || !got[1].Will {
		t.Errorf("%+v of %s", got, body)
	}
}

func TestATokenLivesAsTheSiteSays(t *testing.T) {
	d, _ := bench(t)
	url, got := strictAddon(t, "")
	s := testSite(site.Jira)
	s.TokenSeconds = 60
	installs := []site.Installation{install("a", url, hooks(`{"event":"comment_created","url":"/hook"}`))}
	if _, err := d.Fire(t.Context(), s, installs, "comment_created", nil); err != nil {
		t.Fatal(err)
	}
	if c := got()[0].token.Claims; c.Expires-c.IssuedAt != 60 {
		t.Errorf("it lives %d s", c.Expires-c.IssuedAt)
	}
}

func TestABodyThatIsTooLargeIsDropped(t *testing.T) {
	d := testDispatcher()
	body := append([]byte(`{"x":"`), slices.Repeat([]byte("x"), maxBody)...)
	body = append(body, `"}`...)
	jira, confluence := testSite(site.Jira), testSite(site.Confluence)
	hook := hooks(`{"event":"comment_created","url":"/a"},{"event":"comment_created","url":"/b","excludeBody":true}`)
	installs := []site.Installation{install("a", "http://localhost:3000", hook)}
	got := d.Recipients(jira, installs, "comment_created", body)
	if got[0].Will || got[0].Reason != "the body has 25.0 MB; JIRA drops what has more than 25 MB" || !got[1].Will {
		t.Errorf("%+v", got)
	}
	if got := d.Recipients(confluence, installs, "comment_created", body); !got[0].Will {
		t.Errorf("nothing is known of Confluence: %+v", got)
	}
	delivery, err := d.Fire(t.Context(), jira, []site.Installation{install("a", "http://localhost:3000", hooks(`{"event":"comment_created","url":"/a"}`))}, "comment_created", body)
	if err != nil || len(delivery.NotSent) != 1 || !strings.Contains(delivery.Reason, "JIRA drops") {
		t.Errorf("%+v, %v", delivery, err)
	}
}
