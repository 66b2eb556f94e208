package control

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"connect-workbench/mockhost"
)

func TestNotDoneTellsASiteThatWent(t *testing.T) {
	for _, tc := range []struct {
		err    error
		status int
	}{
		{fmt.Errorf("burst on jira: %w", mockhost.ErrSiteBusy), http.StatusConflict},
		{fmt.Errorf("remove the site: %w", mockhost.ErrUnknownSite), http.StatusNotFound},
		{errors.New("the disk is full"), http.StatusInternalServerError},
	} {
		rw := httptest.NewRecorder()
		notDone(rw, tc.err)
		if rw.Code != tc.status {
			t.Errorf("%v: %d, want %d", tc.err, rw.Code, tc.status)
		}
	}
}
