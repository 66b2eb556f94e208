package server

import (
	"bytes"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/addon/descriptor"
	"connect-workbench/assets"
)

// pageTemplates are the two answers to a page request: a document for a frame, and a fragment that
// the host puts into its own page.
type pageTemplates struct {
	document, fragment *template.Template
}

func parsePageTemplates() pageTemplates {
	parse := func(name string) *template.Template {
		return template.Must(template.ParseFS(assets.Web, "web/addon/"+name))
	}
	return pageTemplates{document: parse("page.html"), fragment: parse("fragment.html")}
}

// row is one line of a table: what it is, its value, and what the value means.
type row struct{ Name, Value, Words string }

// pageView is what a page shows.
type pageView struct {
	Title, Addon, Type, Key string
	Open                    bool // no token was asked for
	Site, User, Licence     row
	Claims                  []row
	Module                  []row // parameters of the module's own URL
	Host                    []row // parameters that every host adds
	Target, Canonical, QSH  string
	Steps                   []connectjwt.CanonicalStep
	Header, Payload         string // of the token, indented
	Signature               string
	Bridge                  string // address of the host's script; "" when the page was not opened by a host
}

func (s *Server) servePage(w http.ResponseWriter, c call, m module) {
	a, ok := s.admit(w, c, "")
	if !ok {
		return
	}
	view := newPageView(c, a, m)
	page := s.pages.document
	if m.inline() {
		page = s.pages.fragment
	}
	var out bytes.Buffer
	if err := page.Execute(&out, view); err != nil {
		s.p.Logf("built-in add-on: render %s: %v", m.Key, err)
		writeProblem(w, problem{Title: "The page could not be made", Status: http.StatusInternalServerError, Detail: err.Error()})
		return
	}
	// The host frames the page, so nothing here may forbid framing.
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Write(out.Bytes())
}

func newPageView(c call, a admitted, m module) pageView {
	signed := c.signed()
	view := pageView{
		Title: m.Name, Addon: c.descriptor.Name, Type: m.Type, Key: m.Key, Open: a.open,
		Target: withoutToken(c.RequestURI), Canonical: signed.Canonical(), QSH: signed.QSH(), Steps: signed.Steps(),
		Bridge: bridgeScript(c.URL.Query()),
	}
	if view.Title == "" {
		view.Title = m.Key
	}
	if view.Addon == "" {
		view.Addon = c.descriptor.Key
	}
	view.Module, view.Host = parameterRows(c.URL.RawQuery)
	view.Licence = licenceRow(c.URL.Query().Get("lic"), a.token.Claims)
	if a.open {
		return view
	}
	view.Site = row{"Site", a.tenant.BaseURL, descriptor.Product(a.tenant.Product).Name()}
	view.User = userRow(a.token.Claims)
	view.Claims = claimRows(a)
	view.Header, view.Payload = indented(a.token.HeaderJSON), indented(a.token.ClaimsJSON)
	view.Signature = a.token.Raw[strings.LastIndexByte(a.token.Raw, '.')+1:]
	return view
}

// claimRows says in words what the token says.
func claimRows(a admitted) []row {
	c := a.token.Claims
	rows := []row{{"iss", c.Issuer, "the site that made the token, by its clientKey"}}
	if c.Subject != "" {
		rows = append(rows, row{"sub", c.Subject, "the user who is looking"})
	} else {
		rows = append(rows, row{"sub", "none", "nobody is signed in"})
	}
	rows = append(rows, row{"qsh", c.QSH, "the hash of exactly this request"})
	for _, t := range c.Times(a.now) {
		rows = append(rows, row{t.Name, t.At.Format("2006-01-02 15:04:05 UTC"), t.Words})
	}
	if len(c.Audience) > 0 {
		rows = append(rows, row{"aud", strings.Join(c.Audience, ", "), "who the token is for"})
	}
	if c.Context != nil {
		rows = append(rows, row{"context", string(c.Context), "what the site says about the page"})
	}
	return rows
}

// userRow names the viewer; an older host gives more than the account id in context.user.
func userRow(c connectjwt.Claims) row {
	var context struct {
		User struct{ AccountID, DisplayName, UserKey string }
	}
	// A context of another shape only means that it names no user.
	_ = json.Unmarshal(c.Context, &context)
	switch {
	case c.Subject == "":
		return row{"User", "Nobody", "not signed in"}
	case context.User.DisplayName != "":
		return row{"User", context.User.DisplayName, c.Subject}
	default:
		return row{"User", c.Subject, "account id"}
	}
}

// licenceRow takes the licence from the request, or from the token of a context. Source: protocol
// lifecycle.md §5.
func licenceRow(lic string, c connectjwt.Claims) row {
	var context struct{ License *struct{ Active bool } }
	_ = json.Unmarshal(c.Context, &context) // of another shape: it names no licence
	if context.License != nil && lic == "" {
		lic = "none"
		if context.License.Active {
			lic = "active"
		}
	}
	switch lic {
	case "active":
		return row{"Licence", "Active", "lic=active"}
	case "none":
		return row{"Licence", "None", "lic=none: no licence, or one that has run out"}
	default:
		return row{"Licence", "Not told", "the request has no lic"}
	}
}

// hostParameter says what a parameter means that hosts add to the module's own URL; ok is false for
// any other. Source: protocol iframe.md §1.
func hostParameter(name string) (words string, ok bool) {
	switch name {
	case "xdm_e":
		return "origin of the host page", true
	case "xdm_c":
		return "channel of this frame", true
	case "cp":
		return "context path of the site", true
	case "xdm_deprecated_addon_key_do_not_use":
		return "key of the add-on", true
	case "lic":
		return "licence", true
	case "cv":
		return "version of Connect", true
	case "tz":
		return "time zone of the user", true
	case "loc":
		return "language of the user", true
	case "user_id", "user_key":
		return "user, as older hosts name one", true
	}
	return "", false
}

// parameterRows lists the parameters in the order of the request, without the token.
func parameterRows(query string) (module, host []row) {
	for pair := range strings.SplitSeq(query, "&") {
		rawName, rawValue, _ := strings.Cut(pair, "=")
		name, value := unescape(rawName), unescape(rawValue)
		if pair == "" || name == "jwt" {
			continue
		}
		shown := value
		if shown == "" {
			shown = "(empty)"
		}
		if words, ok := hostParameter(name); ok {
			host = append(host, row{name, shown, words})
		} else {
			module = append(module, row{name, shown, ""})
		}
	}
	return module, host
}

// unescape decodes a piece of a query, or leaves it as it is.
func unescape(s string) string {
	if decoded, err := url.QueryUnescape(s); err == nil {
		return decoded
	}
	return s
}

// bridgeScript is the address of the host's side of AP, made from what the signed request says
// about the host page. Source: protocol iframe.md §3.
func bridgeScript(query url.Values) string {
	origin, err := url.Parse(query.Get("xdm_e"))
	if err != nil || origin.Host == "" || origin.Scheme != "http" && origin.Scheme != "https" {
		return ""
	}
	script := url.URL{Scheme: origin.Scheme, Host: origin.Host}
	return script.JoinPath(query.Get("cp"), "atlassian-connect", "all.js").String()
}

// indented writes JSON for reading; text that is none stays as it is.
func indented(text []byte) string {
	var out bytes.Buffer
	if json.Indent(&out, text, "", "  ") != nil {
		return string(text)
	}
	return out.String()
}

// serveAsset answers with one of the add-on's own files.
func serveAsset(w http.ResponseWriter, r *http.Request, name, contentType string) {
	if !readOnly(w, r) {
		return
	}
	text, err := assets.Web.ReadFile(name)
	if err != nil {
		notFound(w, r)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "no-cache")
	w.Write(text)
}
