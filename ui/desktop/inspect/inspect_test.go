package inspect

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestCompare(t *testing.T) {
	long := strings.Repeat("a", 60)
	for _, tc := range []struct {
		name, expected, received string
		width                    int
		want                     Comparison
	}{
		{
			name: "points at the first difference", expected: "POST&/issue&", received: "POST&/webhooks/issue&", width: 60,
			want: Comparison{"POST&/issue&", "POST&/webhooks/issue&", "      ^ first difference, character 7"},
		},
		{
			name: "one is the start of the other", expected: "GET&/", received: "GET&/&", width: 60,
			want: Comparison{"GET&/", "GET&/&", "     ^ first difference, character 6"},
		},
		{
			name: "nothing in common, nothing to point at", expected: "HS256", received: "none", width: 60,
			want: Comparison{"HS256", "none", ""},
		},
		{
			name: "equal texts have no difference", expected: "a", received: "a", width: 60,
			want: Comparison{"a", "a", ""},
		},
		{
			name: "long texts are cut around the difference", expected: long + "bcd", received: long + "xyz", width: 40,
			want: Comparison{
				"…" + strings.Repeat("a", 24) + "bcd",
				"…" + strings.Repeat("a", 24) + "xyz",
				strings.Repeat(" ", 25) + "^ first difference, character 61",
			},
		},
		{
			name: "what a line cannot show is replaced", expected: "a\nb", received: "a\x00b", width: 60,
			want: Comparison{"a⏎b", "a·b", " ^ first difference, character 2"},
		},
		{
			name: "columns count characters, not bytes", expected: "größe=1", received: "größe=2", width: 60,
			want: Comparison{"größe=1", "größe=2", "      ^ first difference, character 7"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Compare(tc.expected, tc.received, tc.width); got != tc.want {
				t.Errorf("got  %+v\nwant %+v", got, tc.want)
			}
		})
	}
}

func TestCompareFitsTheWidth(t *testing.T) {
	for _, same := range []int{0, 1, 30, 200} {
		common := strings.Repeat("q", same)
		c := Compare(common+strings.Repeat("e", 90), common+strings.Repeat("r", 7), 50)
		for _, line := range []string{c.Expected, c.Received} {
			if n := len([]rune(line)); n > 50 {
				t.Errorf("%d characters in common: a line of %d characters does not fit into 50", same, n)
			}
		}
	}
}

func TestPretty(t *testing.T) {
	for _, tc := range []struct {
		name, body, contentType string
		want                    Body
	}{
		{"json by its type", `{"a":1}`, "application/json;charset=UTF-8", Body{Text: "{\n  \"a\": 1\n}", Language: "json"}},
		{"json by its look", `[1]`, "", Body{Text: "[\n  1\n]", Language: "json"}},
		{"problem json", `{}`, "application/problem+json", Body{Text: "{}", Language: "json"}},
		{"broken json stays as it came", `{"a":`, "application/json",
			Body{Text: `{"a":`, Language: "plain", Note: "Shown as it came: said to be JSON, but unexpected end of JSON input."}},
		{"form", "grant_type=x&assertion=a%20b", "application/x-www-form-urlencoded",
			Body{Text: "grant_type = x\nassertion = a b", Language: "plain", Note: "Form fields, decoded."}},
		{"plain", "hello", "text/plain", Body{Text: "hello", Language: "plain"}},
		{"script", "x=1", "application/javascript", Body{Text: "x=1", Language: "javascript"}},
		{"binary", "\x00\x01", "image/png",
			Body{Text: "00000000  00 01                                             |..|", Language: "plain", Note: "Binary, 2 bytes.", Binary: true}},
		{"nothing", "", "text/html", Body{Text: "", Language: "plain"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Pretty([]byte(tc.body), tc.contentType); got != tc.want {
				t.Errorf("got  %+v\nwant %+v", got, tc.want)
			}
		})
	}
}

func TestPrettyHTML(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{
			"blocks get lines, words stay together",
			"<!doctype html><html><head><meta charset=utf-8><title>Hi  there</title></head><body><p>One <b>two</b>\n three</p></body></html>",
			"<!doctype html>\n<html>\n  <head>\n    <meta charset=utf-8>\n    <title>Hi there</title>\n  </head>\n  <body>\n    <p>One <b>two</b> three</p>\n  </body>\n</html>",
		},
		{"verbatim text is kept", "<div><pre>a\n   b</pre></div>", "<div>\n  <pre>a\n   b</pre>\n</div>"},
		{"an end without a start", "</div><p>x", "</div>\n<p>\n  x"},
		{"a tag that never closes keeps its text", "<p>x</p><a href=", "<p>x</p>\n<a href="},
		{"an empty element stays on one line", "<div id=root></div>", "<div id=root></div>"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := prettyHTML(tc.in); got != tc.want {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
}

func FuzzPrettyHTML(f *testing.F) {
	f.Add("<p>One <b>two</b>")
	f.Add("<script>a < b</script><pre> x </pre")
	f.Fuzz(func(t *testing.T, text string) {
		if got, want := letters(prettyHTML(text)), letters(text); got != want {
			t.Errorf("more than white space changed\ngot  %q\nwant %q", got, want)
		}
	})
}

// letters is text without its white space.
func letters(text string) string { return strings.Join(strings.Fields(text), "") }

func TestCurl(t *testing.T) {
	m := Message{
		Method: "POST",
		URL:    "http://localhost:3000/hook?jwt=aaa.bbb.ccc",
		Header: http.Header{"Authorization": {"JWT aaa.bbb.ccc"}, "Content-Length": {"9"}, "Content-Type": {"application/json"}},
		Body:   []byte(`{"a":"'"}`),
		Token:  "aaa.bbb.ccc",
	}
	want := `curl -X 'POST' \
  -H 'Authorization: JWT PASTE_A_TOKEN_HERE' \
  -H 'Content-Type: application/json' \
  --data-binary '{"a":"'\''"}' \
  'http://localhost:3000/hook?jwt=PASTE_A_TOKEN_HERE'`
	if got := Curl(m, false); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := Curl(m, true); !strings.Contains(got, "JWT aaa.bbb.ccc") {
		t.Errorf("the token was asked for and is not there:\n%s", got)
	}
}

func TestFigures(t *testing.T) {
	for _, tc := range []struct{ got, want string }{
		{Millis(400 * time.Microsecond), "0.4"},
		{Millis(12 * time.Millisecond), "12"},
		{Millis(1240 * time.Millisecond), "1,240"},
		{Count(0), "0"},
		{Count(2140), "2,140"},
		{Count(1234567), "1,234,567"},
		{Count(-123), "-123"},
		{Bytes(1), "1 byte"},
		{Bytes(2048), "2.0 KB"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}
