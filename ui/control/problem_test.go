package control

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"connect-workbench/mockhost"
)

func TestStatusOfWhatWasNotDone(t *testing.T) {
	for _, tc := range []struct {
		err    error
		status int
	}{
		{mockhost.ErrUnknownSite, http.StatusNotFound},
		{mockhost.ErrSiteBusy, http.StatusConflict},
		{mockhost.ErrNotRunning, http.StatusServiceUnavailable},
		{errors.New("disk full"), http.StatusInternalServerError},
	} {
		if p := notDone(fmt.Errorf("reset the site: %w", tc.err)); p.Status != tc.status || p.Title == "" || p.Detail == "" {
			t.Errorf("%v: %+v", tc.err, p)
		}
	}
}
