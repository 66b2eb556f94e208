package control

import (
	"errors"
	"net/http"
	"time"

	"connect-workbench/ui/workbench"
)

// clockView is the host's clock as JSON.
type clockView struct {
	Now          time.Time `json:"now"`
	AheadSeconds float64   `json:"aheadSeconds"` // of real time
}

func (s *Server) clock(rw http.ResponseWriter, _ *http.Request) {
	c := s.w.Clock()
	writeJSON(rw, http.StatusOK, clockView{Now: c.Now, AheadSeconds: c.Ahead.Seconds()})
}

// moveClock answers when what fell due on the way has ended. The request's end leaves the clock where
// it has come to.
func (s *Server) moveClock(rw http.ResponseWriter, r *http.Request) {
	var ask struct {
		Advance string `json:"advance"`
		Reset   bool   `json:"reset"`
	}
	if !readJSON(rw, r, &ask) {
		return
	}
	if ask.Reset == (ask.Advance != "") {
		badRequest(rw, `Give either "advance", such as "4m" or "24h", or "reset": true.`)
		return
	}
	var err error
	if ask.Reset {
		err = s.w.ResetClock(r.Context())
	} else {
		by, parseErr := time.ParseDuration(ask.Advance)
		if parseErr != nil {
			badRequest(rw, `"advance" is `+ask.Advance+`: write hours, minutes and seconds, such as "1h", "4m" or "1h30m".`)
			return
		}
		err = s.w.AdvanceClock(r.Context(), by)
	}
	var tooFar *workbench.AdvanceError
	switch {
	case errors.As(err, &tooFar):
		badRequest(rw, err.Error())
	case err != nil:
		notDone(rw, err)
	default:
		s.clock(rw, r)
	}
}
