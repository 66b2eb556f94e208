package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"connect-workbench/mockhost"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/workbench"
)

// siteDetail is a site with all its settings, spelled as in workbench.json.
type siteDetail struct {
	siteView
	Settings site.Site `json:"settings"`
}

func (s *Server) siteDetail(rw http.ResponseWriter, r *http.Request) {
	if state, ok := s.site(rw, r); ok {
		s.answerSite(rw, http.StatusOK, state)
	}
}

// addSite makes a site of the product, and puts what the request says over it.
func (s *Server) addSite(rw http.ResponseWriter, r *http.Request) {
	var ask map[string]json.RawMessage
	if !readJSON(rw, r, &ask) {
		return
	}
	var what struct {
		Product site.Product `json:"product"`
		Title   string       `json:"title"`
	}
	for member, into := range map[string]any{"product": &what.Product, "title": &what.Title} {
		if text, ok := ask[member]; ok && json.Unmarshal(text, into) != nil {
			badRequest(rw, fmt.Sprintf("%q is to be text.", member))
			return
		}
	}
	if what.Product != site.Jira && what.Product != site.Confluence {
		badRequest(rw, fmt.Sprintf(`"product" is to be "jira" or "confluence", not %q.`, what.Product))
		return
	}
	wanted, err := s.w.SiteWith(s.w.NewSite(what.Product, what.Title), ask)
	if err != nil {
		badRequest(rw, "The body cannot be used: "+workbench.JSONFault(err)+".")
		return
	}
	added, err := s.w.AddSite(r.Context(), wanted)
	s.answerChange(rw, http.StatusCreated, added, err)
}

// changeSite puts what the request says over the settings there are; see workbench.PatchSite.
func (s *Server) changeSite(rw http.ResponseWriter, r *http.Request) {
	state, ok := s.site(rw, r)
	if !ok {
		return
	}
	var ask map[string]json.RawMessage
	if !readJSON(rw, r, &ask) {
		return
	}
	changed, err := s.w.PatchSite(r.Context(), state.ID, ask)
	s.answerChange(rw, http.StatusOK, changed, err)
}

func (s *Server) cloneSite(rw http.ResponseWriter, r *http.Request) {
	state, ok := s.site(rw, r)
	if !ok {
		return
	}
	var ask struct {
		Title string `json:"title"`
	}
	if !readJSON(rw, r, &ask) {
		return
	}
	wanted, err := s.w.CloneOf(state.ID, ask.Title)
	var added workbench.SiteState
	if err == nil {
		added, err = s.w.AddSite(r.Context(), wanted)
	}
	s.answerChange(rw, http.StatusCreated, added, err)
}

func (s *Server) removeSite(rw http.ResponseWriter, r *http.Request) {
	state, ok := s.site(rw, r)
	if !ok {
		return
	}
	if err := s.w.RemoveSite(r.Context(), state.ID); err != nil {
		internalError(rw, err)
		return
	}
	rw.WriteHeader(http.StatusNoContent)
}

func (s *Server) resetSite(rw http.ResponseWriter, r *http.Request) {
	state, ok := s.site(rw, r)
	if !ok {
		return
	}
	if err := s.w.ResetSite(r.Context(), state.ID); err != nil {
		internalError(rw, err)
		return
	}
	s.siteDetail(rw, r)
}

// answerChange answers with the site as it is now, or with why it is not.
func (s *Server) answerChange(rw http.ResponseWriter, success int, state workbench.SiteState, err error) {
	var invalid *site.InvalidError
	var patch *workbench.PatchError
	switch {
	case errors.As(err, &patch):
		badRequest(rw, "The body cannot be used: "+patch.Why+".")
	case errors.As(err, &invalid), errors.Is(err, mockhost.ErrProduct):
		badRequest(rw, err.Error())
	case err != nil:
		internalError(rw, err)
	default:
		s.answerSite(rw, success, state)
	}
}

func (s *Server) answerSite(rw http.ResponseWriter, status int, state workbench.SiteState) {
	settings, err := s.w.SiteSettings(state.ID)
	if err != nil { // removed in this moment
		internalError(rw, err)
		return
	}
	writeJSON(rw, status, siteDetail{newSiteView(state), settings})
}
