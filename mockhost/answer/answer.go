// Package answer writes the JSON answers of everything here that is asked over HTTP.
package answer

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// JSON answers with body as JSON, in which <, > and & stay as they are. A body that cannot be
// written as JSON is a 500 that says why, and nothing of it is sent.
func JSON(w http.ResponseWriter, status int, contentType string, body any) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes()) // the connection is gone: nobody is left to tell
}
