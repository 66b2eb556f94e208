package upm

import (
	"context"
	"net/http"

	"connect-workbench/mockhost/answer"
	"connect-workbench/mockhost/site"
)

// pingAfter is when to ask for a task again, in milliseconds. Source: protocol lifecycle.md §6.
const pingAfter = 100

// install begins an install and answers with its task.
func (m *siteManager) install(w http.ResponseWriter, r *http.Request, u site.User) {
	if token := r.URL.Query().Get("token"); !m.tokens.take(token, u.AccountID) {
		refuse(w, r, http.StatusForbidden, "upm.error.invalid.token", badToken(token))
		return
	}
	var body struct {
		PluginURI string `json:"pluginUri"`
	}
	if err := readJSON(r, &body, typeInstall); err != nil {
		refuseBody(w, r, err, typeInstall)
		return
	}
	if body.PluginURI == "" {
		refuse(w, r, http.StatusBadRequest, "upm.error.invalid.body", badBody("pluginUri, the descriptor's address, is missing"))
		return
	}
	begun, ok := m.tasks.begin(m.NewID(), body.PluginURI, u.AccountID)
	if !ok {
		refuse(w, r, http.StatusServiceUnavailable, "upm.error.busy", tooMany())
		return
	}
	if err := m.Verbs.Background(func(ctx context.Context) { m.run(site.WithActor(ctx, u), begun) }); err != nil {
		m.tasks.fail(begun.id, m.Verbs.Explain(err))
		m.fail(w, err)
		return
	}
	w.Header().Set("Location", m.link("/pending/"+begun.id))
	answer.JSON(w, http.StatusAccepted, typePending, m.describeTask(begun))
}

// run is what goes on after the 202.
func (m *siteManager) run(ctx context.Context, t task) {
	in, err := m.Verbs.Install(ctx, m.site.ID, t.source, func() { m.tasks.downloaded(t.id) })
	if err != nil {
		m.tasks.fail(t.id, m.Verbs.Explain(err))
		return
	}
	m.tasks.succeed(t.id, in.AddonKey)
}

// poll tells how far an install is, and sends on to what was installed.
func (m *siteManager) poll(w http.ResponseWriter, r *http.Request, _ site.User) {
	id := r.PathValue("id")
	t, ok := m.tasks.get(id)
	if !ok {
		refuse(w, r, http.StatusNotFound, "upm.error.no.such.task", noTask(id))
		return
	}
	if t.phase == complete {
		annotate(r, t.addonKey)
		w.Header().Set("Location", m.link(addonPath(t.addonKey)))
		answer.JSON(w, http.StatusSeeOther, typePending, m.describeTask(t))
		return
	}
	answer.JSON(w, http.StatusOK, typePending, m.describeTask(t))
}

// pending lists the installs under way.
func (m *siteManager) pending(w http.ResponseWriter, _ *http.Request, _ site.User) {
	list := []pendingTask{}
	for _, t := range m.tasks.pending() {
		list = append(list, m.describeTask(t))
	}
	answer.JSON(w, http.StatusOK, typePending, struct {
		Tasks []pendingTask     `json:"tasks"`
		Links map[string]string `json:"links"`
	}{list, map[string]string{"self": m.link("/pending")}})
}

// pendingTask is a task as the add-on manager writes it. Source: protocol lifecycle.md §6.
type pendingTask struct {
	Type      string            `json:"type"`
	PingAfter int               `json:"pingAfter"`
	Status    taskStatus        `json:"status"`
	Links     map[string]string `json:"links"`
	UserKey   string            `json:"userKey"`
	Timestamp int64             `json:"timestamp"` // milliseconds
	ID        string            `json:"id"`
}

type taskStatus struct {
	Done         bool   `json:"done"`
	StatusCode   int    `json:"statusCode"`
	ContentType  string `json:"contentType"`
	SubCode      string `json:"subCode,omitempty"`
	ErrorMessage string `json:"errorMessage,omitempty"`
	Source       string `json:"source"`
}

func (m *siteManager) describeTask(t task) pendingTask {
	status := taskStatus{Done: t.over(), StatusCode: http.StatusOK, Source: t.source}
	links := map[string]string{"self": m.link("/pending/" + t.id)}
	switch t.phase {
	case downloading:
		status.ContentType = typeDownloading
	case installing:
		status.ContentType = typeInstalling
	case complete:
		status.ContentType = typeComplete
		links["alternate"] = m.link(addonPath(t.addonKey))
	case failed:
		status.ContentType, status.SubCode, status.ErrorMessage = typeFailed, t.failure.Key, t.failure.Admin
	}
	return pendingTask{
		Type: "INSTALL", PingAfter: pingAfter, Status: status, Links: links,
		UserKey: t.accountID, Timestamp: t.started.UnixMilli(), ID: t.id,
	}
}
