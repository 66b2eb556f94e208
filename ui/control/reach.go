package control

import (
	"errors"
	"fmt"
	"net/http"

	"connect-workbench/mockhost"
)

// reach asks every address of the descriptor in the editor and answers when all have answered. The
// request's end cuts the check off.
func (s *Server) reach(rw http.ResponseWriter, r *http.Request) {
	var ask struct {
		Site string `json:"site"`
	}
	if !readJSON(rw, r, &ask) {
		return
	}
	report, err := s.w.Reach(r.Context(), ask.Site, nil)
	switch {
	case errors.Is(err, mockhost.ErrUnknownSite):
		badRequest(rw, fmt.Sprintf(`"site" names no site: %q; GET /sites lists them.`, ask.Site))
	case err != nil:
		internalError(rw, err)
	default:
		writeJSON(rw, http.StatusOK, report)
	}
}
