package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"connect-workbench/addon/moduleurl"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/page"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/webhook"
	"connect-workbench/ui/workbench"
)

// Limits of GET /exchanges.
const (
	defaultLimit = 100
	maxLimit     = 1000
)

func (s *Server) project(rw http.ResponseWriter, r *http.Request) {
	addon := s.w.Addon()
	notices := []map[string]string{}
	for _, n := range s.w.Notices() {
		notices = append(notices, map[string]string{"level": n.Level, "text": n.Text, "advice": n.Advice})
	}
	writeJSON(rw, http.StatusOK, map[string]any{
		"dir":     s.w.Project().Dir,
		"name":    s.w.Project().Name,
		"addon":   map[string]any{"mode": addon.Mode, "baseUrl": addon.BaseURL, "up": addon.Up, "detail": addon.Detail},
		"notices": notices,
	})
}

func (s *Server) sites(rw http.ResponseWriter, r *http.Request) {
	views := []siteView{}
	for _, one := range s.w.Sites() {
		views = append(views, newSiteView(one))
	}
	writeJSON(rw, http.StatusOK, views)
}

func (s *Server) installAddon(rw http.ResponseWriter, r *http.Request) {
	siteState, ok := s.site(rw, r)
	if !ok {
		return
	}
	var ask struct {
		DescriptorURL string `json:"descriptorUrl"`
	}
	if !readJSON(rw, r, &ask) {
		return
	}
	s.lifecycle(rw, siteState.ID, http.StatusCreated, nil, func(progress func(install.Stage)) error {
		return s.w.Install(r.Context(), siteState.ID, ask.DescriptorURL, progress)
	})
}

func (s *Server) uninstallAddon(rw http.ResponseWriter, r *http.Request) {
	siteState, ok := s.site(rw, r)
	if !ok || !s.hasAddon(rw, r, siteState) {
		return
	}
	s.lifecycle(rw, siteState.ID, http.StatusOK, nil, func(progress func(install.Stage)) error {
		return s.w.Uninstall(r.Context(), siteState.ID, r.PathValue("addon"), progress)
	})
}

func (s *Server) setEnabled(enabled bool) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		siteState, ok := s.site(rw, r)
		if !ok || !s.hasAddon(rw, r, siteState) {
			return
		}
		s.lifecycle(rw, siteState.ID, http.StatusOK, nil, func(progress func(install.Stage)) error {
			return s.w.SetEnabled(r.Context(), siteState.ID, r.PathValue("addon"), enabled, progress)
		})
	}
}

// lifecycle runs a verb and answers with its stages and the add-ons the site has afterwards; more,
// which may be nil, adds to the answer once the verb is done.
func (s *Server) lifecycle(rw http.ResponseWriter, siteID string, success int, more func(map[string]any), verb func(func(install.Stage)) error) {
	stages := []stage{}
	err := verb(func(st install.Stage) {
		if st.State != install.Running {
			stages = append(stages, stage{Name: st.Name, State: st.State, Detail: st.Detail, Exchange: st.Exchange, Problem: st.Problem})
		}
	})
	var refused *install.Error
	switch {
	case errors.As(err, &refused):
		writeProblem(rw, problem{Status: http.StatusUnprocessableEntity, Type: "install:" + refused.Problem.Key,
			Title: refused.Problem.Admin, Detail: refused.Problem.Developer, Stages: stages, Exchange: refused.Exchange,
			Verdict: verdictOf(refused.Problem.Verdict)})
	case errors.Is(err, site.ErrNothingPending), errors.Is(err, site.ErrNotInstalled):
		writeProblem(rw, problem{Status: http.StatusConflict, Title: "Nothing to do", Detail: err.Error(), Stages: stages})
	case err != nil:
		writeProblem(rw, problem{Status: http.StatusInternalServerError, Title: "Not done", Detail: err.Error(),
			Advice: workbench.Advice(err), Stages: stages})
	default:
		view := siteView{}
		for _, one := range s.w.Sites() {
			if one.ID == siteID {
				view = newSiteView(one)
			}
		}
		answer := map[string]any{"site": view, "stages": stages}
		if more != nil {
			more(answer)
		}
		writeJSON(rw, success, answer)
	}
}

func (s *Server) events(rw http.ResponseWriter, r *http.Request) {
	siteState, ok := s.site(rw, r)
	if !ok {
		return
	}
	views := []eventView{}
	for _, e := range s.w.Events(siteState.ID) {
		views = append(views, newEventView(e))
	}
	writeJSON(rw, http.StatusOK, views)
}

func (s *Server) fire(rw http.ResponseWriter, r *http.Request) {
	siteState, ok := s.site(rw, r)
	if !ok {
		return
	}
	var ask struct {
		Event string          `json:"event"`
		Body  json.RawMessage `json:"body"`
		Trace string          `json:"trace"`
	}
	if !readJSON(rw, r, &ask) {
		return
	}
	if ask.Event == "" {
		badRequest(rw, `"event" is missing: name one of GET /sites/`+siteState.ID+`/events.`)
		return
	}
	d, err := s.w.Fire(workbench.WithTrace(r.Context(), ask.Trace), siteState.ID, ask.Event, givenBody(ask.Body))
	if err != nil {
		askError(rw, err)
		return
	}
	writeJSON(rw, http.StatusOK, newDelivery(d))
}

func (s *Server) pages(rw http.ResponseWriter, r *http.Request) {
	siteState, ok := s.site(rw, r)
	if !ok {
		return
	}
	modules, err := s.w.Pages(siteState.ID)
	if err != nil {
		notDone(rw, err)
		return
	}
	views := []map[string]any{}
	for _, m := range modules {
		views = append(views, map[string]any{"addonKey": m.AddonKey, "moduleKey": m.Key, "type": m.Type, "name": m.Name,
			"url": m.URL, "location": m.Location, "variables": append([]string{}, m.Variables...)})
	}
	writeJSON(rw, http.StatusOK, views)
}

func (s *Server) signPage(rw http.ResponseWriter, r *http.Request) {
	siteState, ok := s.site(rw, r)
	if !ok {
		return
	}
	var ask page.Request
	if !readJSON(rw, r, &ask) {
		return
	}
	if ask.AddonKey == "" || ask.ModuleKey == "" {
		badRequest(rw, `"addonKey" and "moduleKey" are needed: GET /sites/`+siteState.ID+`/pages lists them.`)
		return
	}
	signed, err := s.w.SignPage(r.Context(), siteState.ID, ask)
	if err != nil {
		askError(rw, err)
		return
	}
	writeJSON(rw, http.StatusOK, map[string]string{
		"url": signed.URL, "contextToken": signed.ContextToken, "hostPageUrl": signed.HostPageURL, "canonical": signed.Canonical,
	})
}

func (s *Server) exchanges(rw http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	limit, okLimit := number(query.Get("limit"), defaultLimit)
	after, okAfter := number(query.Get("after"), 0)
	before, okBefore := number(query.Get("before"), 0)
	if !okLimit || !okAfter || !okBefore || limit < 1 || limit > maxLimit {
		badRequest(rw, fmt.Sprintf(`"limit" is a whole number from 1 to %d, "after" and "before" are exchange ids.`, maxLimit))
		return
	}
	filter := query.Get("filter")
	rows, err := s.w.ExchangeRows(r.Context(), filter, before, after, int(limit))
	if err != nil {
		s.exchangeError(rw, err)
		return
	}
	matching, all, err := s.w.ExchangeCount(r.Context(), filter)
	if err != nil {
		s.exchangeError(rw, err)
		return
	}
	views := make([]Exchange, len(rows))
	for i, row := range rows {
		views[i] = NewExchange(row)
	}
	writeJSON(rw, http.StatusOK, map[string]any{"exchanges": views, "matching": matching, "all": all})
}

func (s *Server) exchange(rw http.ResponseWriter, r *http.Request) {
	id, ok := number(r.PathValue("id"), 0)
	if !ok || id < 1 {
		badRequest(rw, "An exchange id is a whole number.")
		return
	}
	record, err := s.w.Exchange(r.Context(), id)
	if err != nil {
		s.exchangeError(rw, err)
		return
	}
	writeJSON(rw, http.StatusOK, newFullExchange(record))
}

func (s *Server) exchangeError(rw http.ResponseWriter, err error) {
	var filter *exchange.FilterError
	switch {
	case errors.As(err, &filter):
		badRequest(rw, "The filter cannot be read: "+err.Error())
	case errors.Is(err, exchange.ErrNotFound):
		writeProblem(rw, problem{Status: http.StatusNotFound, Title: "No such exchange", Detail: err.Error()})
	default:
		notDone(rw, err)
	}
}

// askError answers for an event or a page that was not to be had: 400 where another request would
// have been, 500 where the host is at fault.
func askError(rw http.ResponseWriter, err error) {
	var (
		event    *webhook.UnknownEventError
		body     *webhook.BodyError
		burst    *webhook.BurstError
		trace    *webhook.TraceError
		module   *page.UnknownModuleError
		disabled *page.NotEnabledError
		conflict *page.ConflictError
	)
	switch {
	case errors.As(err, &event), errors.As(err, &body), errors.As(err, &burst), errors.As(err, &trace),
		errors.As(err, &module), errors.As(err, &disabled), errors.As(err, &conflict),
		errors.Is(err, webhook.ErrNoSample), errors.Is(err, page.ErrUnknownUser), errors.Is(err, site.ErrNotInstalled),
		errors.Is(err, moduleurl.ErrAbsolute):
		badRequest(rw, err.Error())
	default:
		notDone(rw, err)
	}
}

// site finds the site of the path, or answers 404 with the ids there are.
func (s *Server) site(rw http.ResponseWriter, r *http.Request) (workbench.SiteState, bool) {
	id := r.PathValue("site")
	var ids []string
	for _, one := range s.w.Sites() {
		if one.ID == id {
			return one, true
		}
		ids = append(ids, one.ID)
	}
	writeProblem(rw, problem{Status: http.StatusNotFound, Title: "No such site",
		Detail: fmt.Sprintf("There is no site %q; the sites are %q.", id, ids)})
	return workbench.SiteState{}, false
}

func (s *Server) hasAddon(rw http.ResponseWriter, r *http.Request, on workbench.SiteState) bool {
	key := r.PathValue("addon")
	for _, a := range on.Addons {
		if a.Key == key && a.State != site.Uninstalled {
			return true
		}
	}
	writeProblem(rw, problem{Status: http.StatusNotFound, Title: "No such add-on on this site",
		Detail: fmt.Sprintf("%q is not installed on %s.", key, on.Title)})
	return false
}

// readJSON reads the request body into v; an empty body leaves v as it is.
func readJSON(rw http.ResponseWriter, r *http.Request, v any) bool {
	data, err := io.ReadAll(r.Body)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		writeProblem(rw, problem{Status: http.StatusRequestEntityTooLarge, Title: "Request too large",
			Detail: fmt.Sprintf("A request body may be up to %d MB.", tooLarge.Limit>>20)})
		return false
	case err == nil && len(data) > 0:
		err = unmarshal(data, v)
	}
	if err != nil {
		badRequest(rw, "The body cannot be used: "+workbench.JSONFault(err)+".")
		return false
	}
	return true
}

// unmarshal refuses members that v does not have: a misspelt one would be passed over, and the
// request be taken for another.
func unmarshal(data []byte, v any) error {
	if err := json.Unmarshal(data, new(json.RawMessage)); err != nil { // finds text behind the value too
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(v)
}

func number(text string, missing int64) (n int64, ok bool) {
	if text == "" {
		return missing, true
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n >= 0
}
