package control

import (
	"net/http"

	"connect-workbench/ui/workbench"
)

// checkRules tells whose rules the open descriptor is checked by.
func (s *Server) checkRules(rw http.ResponseWriter, _ *http.Request) {
	writeJSON(rw, http.StatusOK, s.w.CheckRules())
}

// setCheckRules takes the rules as a whole: what the request leaves out is found by the modules, or
// is of today.
func (s *Server) setCheckRules(rw http.ResponseWriter, r *http.Request) {
	var ask workbench.CheckRules
	if !readJSON(rw, r, &ask) {
		return
	}
	if err := ask.Valid(); err != nil {
		badRequest(rw, "The rules cannot be used: "+err.Error()+".")
		return
	}
	if err := s.w.SetCheckRules(ask); err != nil {
		internalError(rw, err)
		return
	}
	s.checkRules(rw, r)
}
