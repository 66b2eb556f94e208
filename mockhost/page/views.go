package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"connect-workbench/addon/manual"
	"connect-workbench/mockhost/site"
)

const (
	webFolder     = "web/host"
	usualPageSize = 16 << 10
)

// views are the parsed templates and the files browsers load; nothing changes them after loading.
type views struct {
	home, module, raw, problem, docs *template.Template
	apis                             apis
	static                           map[string]staticFile
}

type staticFile struct {
	content []byte
	etag    string
}

func loadViews(files fs.FS) (*views, error) {
	v := &views{static: make(map[string]staticFile)}
	for _, t := range []struct {
		into  **template.Template
		files []string
	}{
		{&v.home, []string{"layout.html", "home.html"}},
		{&v.module, []string{"layout.html", "module.html"}},
		{&v.raw, []string{"module.html", "raw.html"}},
		{&v.problem, []string{"layout.html", "problem.html"}},
		{&v.docs, []string{"layout.html", "docs.html"}},
	} {
		paths := make([]string, len(t.files))
		for i, name := range t.files {
			paths[i] = path.Join(webFolder, name)
		}
		parsed, err := template.New("").Funcs(template.FuncMap{"rows": newListing}).ParseFS(files, paths...)
		if err != nil {
			return nil, fmt.Errorf("parse host page: %w", err)
		}
		*t.into = parsed
	}
	var err error
	if v.apis, err = loadAPIs(files); err != nil {
		return nil, err
	}
	for _, name := range []string{"host.css", "bridge.js", "all.js"} {
		content, err := fs.ReadFile(files, path.Join(webFolder, name))
		if err != nil {
			return nil, fmt.Errorf("read host file: %w", err)
		}
		sum := sha256.Sum256(content)
		v.static[name] = staticFile{content: content, etag: `"` + hex.EncodeToString(sum[:8]) + `"`}
	}
	return v, nil
}

// serveStatic answers with a file of assets/web/host; browsers ask again each time and get 304.
func (v *views) serveStatic(w http.ResponseWriter, r *http.Request, name string) {
	file, ok := v.static[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("ETag", file.etag)
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(file.content))
}

// layoutData is what every page shows.
type layoutData struct {
	Title       string
	Base        string // context path
	Site        site.Running
	ProductName string
	Viewer      site.User
	Carried     []field // parameters the viewer form keeps
	Plain       bool    // the page is the same for every viewer: no form to choose one
}

// listing is a list of the reference for its template.
type listing struct {
	Base  string
	Rows  []manual.Row
	Kinds bool // say of each what it is
}

func newListing(base string, rows []manual.Row, kinds bool) listing {
	return listing{base, rows, kinds}
}

type homeData struct {
	layoutData
	Addons []homeAddon
}

type homeAddon struct {
	Key, Name, BaseURL, Problem string
	State                       site.State
	Pages                       []homePage
}

type homePage struct{ Name, Type, Location, Href string }

type moduleData struct {
	layoutData
	Module     Module
	Kind       string
	Around     around
	Frame      frame
	Fields     []field
	Unsigned   string // the page request without its token
	SignedPage bool
}

type problemData struct {
	layoutData
	Problem string
}

// render writes a whole page or, when the template fails, nothing but an error status.
func render(w http.ResponseWriter, status int, t *template.Template, name, frameOrigin string, data any) error {
	var page bytes.Buffer
	page.Grow(usualPageSize)
	if err := t.ExecuteTemplate(&page, name, data); err != nil {
		http.Error(w, "this page could not be drawn", http.StatusInternalServerError)
		return fmt.Errorf("draw host page: %w", err)
	}
	setPageHeaders(w.Header(), frameOrigin)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := w.Write(page.Bytes())
	return err
}

// setPageHeaders keeps a page to itself: scripts, styles and connections of this site only, frames of
// the one add-on only, and no frame around it, because it has to be the top window.
func setPageHeaders(h http.Header, frameOrigin string) {
	frames := "'none'"
	if frameOrigin != "" {
		frames = frameOrigin
	}
	h.Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
		"frame-src " + frames, "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
	}, "; "))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}
