package inspect

import (
	"net/http"
	"testing"

	"connect-workbench/mockhost/exchange"
)

func TestHalves(t *testing.T) {
	r := exchange.Record{
		Method: "POST", URL: "http://localhost:3000/hook",
		RequestHeader:  http.Header{"Content-Type": {"application/json"}, "Accept": {"*/*"}},
		RequestBody:    []byte(`{"a":1}`),
		Status:         401,
		ResponseHeader: http.Header{"Content-Type": {"image/png"}},
		ResponseBody:   []byte{0, 1},
	}
	request := RequestHalf(r)
	if want := "POST http://localhost:3000/hook\nAccept: */*\nContent-Type: application/json\n\n{\"a\":1}"; request.Raw != want {
		t.Errorf("raw request\n%s\nwant\n%s", request.Raw, want)
	}
	if request.Body.Text != "{\n  \"a\": 1\n}" || request.Size != 7 {
		t.Errorf("request body %+v", request)
	}
	answer := AnswerHalf(r)
	if want := "401 Unauthorized\nContent-Type: image/png\n\n" + answer.Body.Text; answer.Line != "401 Unauthorized" || answer.Raw != want {
		t.Errorf("answer %+v", answer)
	}
}

func TestNoAnswerSaysWhy(t *testing.T) {
	h := AnswerHalf(exchange.Record{Error: "connection refused"})
	if h.Line != "No answer" || h.Absent != "connection refused" {
		t.Errorf("got %+v", h)
	}
}
