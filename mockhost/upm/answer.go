package upm

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/answer"
	"connect-workbench/mockhost/exchange"
)

// Content types of the add-on manager. Source: protocol lifecycle.md §6.
const (
	typeInstalled   = "application/vnd.atl.plugins.installed+json"
	typePending     = "application/vnd.atl.plugins.pending-task+json"
	typePlugin      = "application/vnd.atl.plugins.plugin+json"
	typeInstall     = "application/vnd.atl.plugins.remote.install+json"
	typeDownloading = "application/vnd.atl.plugins.install.downloading+json"
	typeInstalling  = "application/vnd.atl.plugins.install.installing+json"
	typeComplete    = "application/vnd.atl.plugins.install.complete+json"
	typeFailed      = "application/vnd.atl.plugins.task.install.err+json"
	typeJSON        = "application/json"
)

// failureBody is an error as the add-on manager writes it.
type failureBody struct {
	SubCode      string `json:"subCode"`
	ErrorMessage string `json:"errorMessage"`
}

// refuse turns a request away, and leaves in the log why.
func refuse(w http.ResponseWriter, r *http.Request, status int, subCode string, v connectjwt.Verdict) {
	exchange.Annotate(r.Context(), func(rec *exchange.Record) { rec.Verdict = v })
	message := v.Summary
	if v.Fix != "" {
		message += ": " + v.Fix
	}
	answer.JSON(w, status, typeJSON, failureBody{subCode, message})
}

// fail says that the host did not manage; the request was right.
func (m *siteManager) fail(w http.ResponseWriter, err error) {
	f := m.Verbs.Explain(err)
	answer.JSON(w, http.StatusInternalServerError, typeJSON, failureBody{f.Key, f.Admin})
}

// errContentType says that a body is of another type than the resource takes.
var errContentType = errors.New("unsupported content type")

// readJSON reads a body that is one of the types. The error is errContentType, or says what is
// wrong with the JSON.
func readJSON(r *http.Request, body any, types ...string) error {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // unreadable: none of the types
	if !slices.Contains(types, kind) {
		return errContentType
	}
	if err := json.NewDecoder(r.Body).Decode(body); err != nil {
		return fmt.Errorf("the body is not the JSON it should be: %w", err)
	}
	return nil
}

// refuseBody answers a request whose body readJSON did not take.
func refuseBody(w http.ResponseWriter, r *http.Request, err error, types ...string) {
	if errors.Is(err, errContentType) {
		refuse(w, r, http.StatusUnsupportedMediaType, "upm.error.unsupported.type", wrongType(r, types))
		return
	}
	refuse(w, r, http.StatusBadRequest, "upm.error.invalid.body", badBody(err.Error()))
}
