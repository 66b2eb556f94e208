package control

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
)

// pending is a version that waits for the administrator, as JSON.
type pending struct {
	Version    string                `json:"version,omitempty"`
	Reason     string                `json:"reason"` // "adds WRITE"
	AskedAt    time.Time             `json:"askedAt"`
	Comparison descriptor.Comparison `json:"comparison"`
}

func newPending(p *mockhost.PendingUpgrade) *pending {
	if p == nil {
		return nil
	}
	return &pending{Version: p.Version, Reason: p.Comparison.Reason(), AskedAt: p.AskedAt, Comparison: p.Comparison}
}

// updateAddon answers 200 also for a version that waits; "waits" tells.
func (s *Server) updateAddon(rw http.ResponseWriter, r *http.Request) {
	siteState, ok := s.site(rw, r)
	if !ok || !s.hasAddon(rw, r, siteState) {
		return
	}
	var outcome install.Outcome
	s.lifecycle(rw, siteState.ID, http.StatusOK, func(answer map[string]any) {
		answer["comparison"], answer["waits"] = outcome.Comparison, outcome.Waits
	}, func(progress func(install.Stage)) (err error) {
		outcome, err = s.w.Update(r.Context(), siteState.ID, r.PathValue("addon"), progress)
		return err
	})
}

func (s *Server) pending(rw http.ResponseWriter, r *http.Request) {
	siteState, ok := s.site(rw, r)
	if !ok || !s.hasAddon(rw, r, siteState) {
		return
	}
	for _, a := range siteState.Addons {
		if a.Key == r.PathValue("addon") && a.Pending != nil {
			writeJSON(rw, http.StatusOK, newPending(a.Pending))
			return
		}
	}
	writeProblem(rw, problem{Status: http.StatusNotFound, Title: "Nothing waits", Detail: site.ErrNothingPending.Error() + "."})
}

// answerPending approves or refuses the version that waits.
func (s *Server) answerPending(verb func(ctx context.Context, siteID, addonKey string, progress func(install.Stage)) error) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		siteState, ok := s.site(rw, r)
		if !ok || !s.hasAddon(rw, r, siteState) {
			return
		}
		s.lifecycle(rw, siteState.ID, http.StatusOK, nil, func(progress func(install.Stage)) error {
			return verb(r.Context(), siteState.ID, r.PathValue("addon"), progress)
		})
	}
}

// compare takes each descriptor as a JSON object, or as a text that holds one.
func (s *Server) compare(rw http.ResponseWriter, r *http.Request) {
	var ask struct {
		Old json.RawMessage `json:"old"`
		New json.RawMessage `json:"new"`
	}
	if !readJSON(rw, r, &ask) {
		return
	}
	if ask.Old == nil || ask.New == nil {
		badRequest(rw, `"old" and "new" are needed: a descriptor each, as an object or as a text.`)
		return
	}
	c, err := s.w.Compare(descriptorText(ask.Old), descriptorText(ask.New))
	if err != nil {
		badRequest(rw, err.Error())
		return
	}
	writeJSON(rw, http.StatusOK, c)
}

func descriptorText(given json.RawMessage) []byte {
	var text string
	if json.Unmarshal(given, &text) == nil {
		return []byte(text)
	}
	return given
}

func (s *Server) installFailures(rw http.ResponseWriter, _ *http.Request) {
	writeJSON(rw, http.StatusOK, s.w.InstallFaults())
}

// failNext takes effect with the next install on the site, once.
func (s *Server) failNext(rw http.ResponseWriter, r *http.Request) {
	siteState, ok := s.site(rw, r)
	if !ok {
		return
	}
	var ask struct {
		Key string `json:"key"`
	}
	if !readJSON(rw, r, &ask) {
		return
	}
	err := install.ErrUnknownFault
	if ask.Key != "" {
		err = s.w.FailNextInstall(siteState.ID, ask.Key)
	}
	switch {
	case errors.Is(err, install.ErrUnknownFault):
		badRequest(rw, `"key" is one of GET /install-failures.`)
	case err != nil:
		notDone(rw, err)
	default:
		rw.WriteHeader(http.StatusNoContent)
	}
}

func (s *Server) failNextNot(rw http.ResponseWriter, r *http.Request) {
	siteState, ok := s.site(rw, r)
	if !ok {
		return
	}
	if err := s.w.FailNextInstall(siteState.ID, ""); err != nil {
		notDone(rw, err)
		return
	}
	rw.WriteHeader(http.StatusNoContent)
}

func (s *Server) reinstallOnSave(rw http.ResponseWriter, _ *http.Request) {
	doing, stage := s.w.Working()
	writeJSON(rw, http.StatusOK, map[string]any{"on": s.w.ReinstallOnSave(), "working": doing, "stage": stage})
}

func (s *Server) setReinstallOnSave(rw http.ResponseWriter, r *http.Request) {
	var ask struct {
		On *bool `json:"on"`
	}
	if !readJSON(rw, r, &ask) {
		return
	}
	if ask.On == nil {
		badRequest(rw, `"on" is missing: true or false.`)
		return
	}
	if err := s.w.SetReinstallOnSave(*ask.On); err != nil {
		notDone(rw, err)
		return
	}
	s.reinstallOnSave(rw, r)
}
