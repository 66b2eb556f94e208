package inspect

import (
	"fmt"
	"net/http"
	"strings"

	"connect-workbench/mockhost/exchange"
)

// Half is one message of an exchange, ready to be shown: the request or the answer.
// Making one formats the body, so it is made off the UI goroutine.
type Half struct {
	Line    string // "POST http://localhost:3000/installed", "401 Unauthorized"
	Absent  string // why there is no such message: "connection refused"; the rest is then empty
	Headers []Header
	Body    Body
	Size    int    // of the body, bytes
	Raw     string // as it went over the wire, as far as it was text
}

// Header is one header line.
type Header struct{ Name, Value string }

// RequestHalf prepares the request of a record.
func RequestHalf(r exchange.Record) Half {
	h := Half{
		Line:    r.Method + " " + r.URL,
		Headers: headers(r.RequestHeader),
		Body:    Pretty(r.RequestBody, r.RequestHeader.Get("Content-Type")),
		Size:    len(r.RequestBody),
	}
	h.Raw = h.raw(r.RequestBody)
	return h
}

// AnswerHalf prepares the answer of a record.
func AnswerHalf(r exchange.Record) Half {
	if r.Status == 0 {
		return Half{Line: "No answer", Absent: r.Error}
	}
	h := Half{
		Line:    strings.TrimSpace(fmt.Sprintf("%d %s", r.Status, http.StatusText(r.Status))),
		Headers: headers(r.ResponseHeader),
		Body:    Pretty(r.ResponseBody, r.ResponseHeader.Get("Content-Type")),
		Size:    len(r.ResponseBody),
	}
	h.Raw = h.raw(r.ResponseBody)
	return h
}

// raw writes line, headers and body as they are, or the body's hex dump when it is not text.
func (h Half) raw(body []byte) string {
	var b strings.Builder
	b.WriteString(h.Line + "\n")
	for _, header := range h.Headers {
		b.WriteString(header.Name + ": " + header.Value + "\n")
	}
	b.WriteByte('\n')
	if h.Body.Binary {
		b.WriteString(h.Body.Text)
	} else {
		b.Write(body)
	}
	return b.String()
}

func headers(h http.Header) []Header {
	var list []Header
	for _, name := range sortedNames(h) {
		for _, value := range h[name] {
			list = append(list, Header{name, value})
		}
	}
	return list
}
