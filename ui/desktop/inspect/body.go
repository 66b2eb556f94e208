package inspect

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime"
	"net/url"
	"strings"
	"unicode/utf8"

	"connect-workbench/ui/desktop/widgets"
)

// Body is a message body made readable.
type Body struct {
	Text     string
	Language string // one that widgets.Source knows
	Note     string // what was done to it, or why it could not be: "not valid JSON: …"; empty when nothing is worth saying
	Binary   bool   // Text is a hex dump
}

// hexLimit is how much of a binary body is shown, in bytes.
const hexLimit = 4096

// Pretty makes body readable by what contentType and the bytes themselves say it is.
// Nothing is ever cut silently: a binary body shows its first bytes and says how many there are.
func Pretty(body []byte, contentType string) Body {
	if len(body) == 0 {
		return Body{Language: widgets.LanguagePlain}
	}
	media, _, _ := mime.ParseMediaType(contentType)
	if !utf8.Valid(body) || bytes.IndexByte(body, 0) >= 0 {
		return prettyBinary(body)
	}
	switch {
	case strings.HasSuffix(media, "json"), media == "" && looksLikeJSON(body):
		return prettyJSON(body)
	case media == "text/html", media == "application/xhtml+xml", media == "" && looksLikeHTML(body):
		return Body{Text: prettyHTML(string(body)), Language: widgets.LanguageHTML}
	case media == "application/x-www-form-urlencoded":
		return prettyForm(body)
	}
	return Body{Text: string(body), Language: languageOf(media)}
}

func languageOf(media string) string {
	switch {
	case strings.HasSuffix(media, "javascript"):
		return widgets.LanguageJavaScript
	case strings.HasSuffix(media, "xml"):
		return widgets.LanguageXML
	case media == "text/css":
		return "css"
	}
	return widgets.LanguagePlain
}

func looksLikeJSON(body []byte) bool {
	trimmed := bytes.TrimSpace(body)
	return len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') && json.Valid(trimmed)
}

func looksLikeHTML(body []byte) bool {
	start := strings.ToLower(string(bytes.TrimSpace(body[:min(len(body), 256)])))
	return strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html")
}

func prettyJSON(body []byte) Body {
	var out bytes.Buffer
	if err := json.Indent(&out, bytes.TrimSpace(body), "", "  "); err != nil {
		return Body{Text: string(body), Language: widgets.LanguagePlain, Note: "Shown as it came: said to be JSON, but " + err.Error() + "."}
	}
	return Body{Text: out.String(), Language: widgets.LanguageJSON}
}

// prettyForm puts each field of an url-encoded form on a line of its own, decoded.
func prettyForm(body []byte) Body {
	var b strings.Builder
	for _, field := range strings.Split(string(body), "&") {
		name, value, _ := strings.Cut(field, "=")
		fmt.Fprintf(&b, "%s = %s\n", unescape(name), unescape(value))
	}
	return Body{Text: strings.TrimSuffix(b.String(), "\n"), Language: widgets.LanguagePlain, Note: "Form fields, decoded."}
}

func unescape(s string) string {
	if text, err := url.QueryUnescape(s); err == nil {
		return text
	}
	return s
}

func prettyBinary(body []byte) Body {
	note := fmt.Sprintf("Binary, %s.", Bytes(len(body)))
	shown := body
	if len(body) > hexLimit {
		shown = body[:hexLimit]
		note = fmt.Sprintf("Binary, %s; the first %s are shown.", Bytes(len(body)), Bytes(hexLimit))
	}
	return Body{Text: strings.TrimSuffix(hex.Dump(shown), "\n"), Language: widgets.LanguagePlain, Note: note, Binary: true}
}

// Bytes writes a size for people: "17 bytes", "4.0 KB", "1.2 MB" (of 1,024 and 1,048,576 bytes).
func Bytes(n int) string {
	switch {
	case n == 1:
		return "1 byte"
	case n < 1024:
		return fmt.Sprintf("%d bytes", n)
	case n < 1024*1024:
		return fmt.Sprintf("%.1f KB", float64(n)/1024)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1024/1024)
}
