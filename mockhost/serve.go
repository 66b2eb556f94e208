package mockhost

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"connect-workbench/loopback"
)

// graceTime is how long requests may go on after Close: add-ons and browsers keep connections they
// may never use, and net/http would wait for those too.
const graceTime = time.Second

// serve answers on l with handlers that run under the host's context.
func (h *Host) serve(l *loopback.Listener, handler http.Handler) *loopback.Server {
	return loopback.Serve(h.ctx, l, onlyLoopback(l.Port(), handler), h.logf)
}

// closeServer lets requests under way finish for a moment; that some are cut off is no error.
func closeServer(ctx context.Context, s interface{ Close(context.Context) error }) error {
	ctx, cancel := context.WithTimeout(ctx, graceTime)
	defer cancel()
	if err := s.Close(ctx); err != nil && !errors.Is(err, ctx.Err()) {
		return err
	}
	return nil
}

// onlyLoopback turns away requests that were made for another name than this machine's.
func onlyLoopback(port int, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopback.Names(r.Host, port) {
			http.Error(w, "This server answers for localhost, 127.0.0.1 and [::1] at port "+strconv.Itoa(port)+
				" only, and the request was for "+strconv.Quote(r.Host)+".", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
