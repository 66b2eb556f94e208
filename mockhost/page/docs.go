package page

import (
	"net/http"
	"strings"

	"connect-workbench/addon/descriptor"
	"connect-workbench/addon/manual"
)

// docsData is what a page of the reference shows: the index, the list of a kind, the results of a
// search, or one thing.
type docsData struct {
	layoutData
	Root  string // path of the index
	Query string
	Era   string

	Kinds  []docsKind
	Kind   *manual.Kind
	Known  []manual.Row
	Others []manual.Row

	Searched bool
	Found    []manual.Row
	More     int

	Page *manual.Page
}

// docsKind is a kind on the index.
type docsKind struct {
	manual.Kind
	Path  string
	Count int
}

// docs serves the reference of descriptors, as this site's product and era know it:
//
//	/atlassian-connect/docs/              the index; ?q= searches
//	/atlassian-connect/docs/{kind}/       the list of a kind
//	/atlassian-connect/docs/{kind}/{name} one thing; see descriptor.DocsPath
func (h *handler) docs(w http.ResponseWriter, r *http.Request) {
	kind, name, _ := strings.Cut(r.PathValue("path"), "/")
	data := docsData{Root: h.site.ContextPath + descriptor.DocsRoot, Query: r.URL.Query().Get("q")}
	s := manual.Site{Product: h.site.Product, Era: h.site.Era}
	data.Era = descriptor.EraName(s.Era)
	status := http.StatusOK
	switch {
	case strings.TrimSpace(data.Query) != "":
		h.docsSearch(&data, r, s)
	case kind == "" && name == "":
		h.docsIndex(&data, r, s)
	case name == "":
		status = h.docsList(&data, r, kind, s)
	default:
		status = h.docsPage(&data, r, kind, name, s)
	}
	data.Plain = true
	_ = render(w, status, h.pages.views.docs, "layout", "", data) // see home
}

func (h *handler) docsIndex(data *docsData, r *http.Request, s manual.Site) {
	data.layoutData = h.layout(r, "Descriptor reference")
	for _, k := range manual.Kinds() {
		known, _ := h.pages.manual().List(k.ID, s)
		data.Kinds = append(data.Kinds, docsKind{k, data.Root + k.ID + "/", len(known)})
	}
}

func (h *handler) docsSearch(data *docsData, r *http.Request, s manual.Site) {
	data.layoutData = h.layout(r, "Search: "+data.Query)
	found, more := h.pages.manual().Search(data.Query, s)
	data.Searched, data.Found, data.More = true, docsRows(found, s), more
}

func (h *handler) docsList(data *docsData, r *http.Request, kind string, s manual.Site) int {
	for _, k := range manual.Kinds() {
		if k.ID == kind {
			data.layoutData, data.Kind = h.layout(r, k.Title), &k
			known, others := h.pages.manual().List(kind, s)
			data.Known, data.Others = docsRows(known, s), docsRows(others, s)
			return http.StatusOK
		}
	}
	return h.docsNotFound(data, r, kind, s)
}

func (h *handler) docsPage(data *docsData, r *http.Request, kind, name string, s manual.Site) int {
	entry, ok := h.pages.manual().Find(kind, name, s)
	if !ok {
		return h.docsNotFound(data, r, name, s)
	}
	page := h.pages.manual().Page(entry, s)
	data.layoutData, data.Page = h.layout(r, name), &page
	for _, k := range manual.Kinds() {
		if k.ID == kind {
			data.Kind = &k
		}
	}
	return http.StatusOK
}

// docsNotFound searches for the name instead.
func (h *handler) docsNotFound(data *docsData, r *http.Request, name string, s manual.Site) int {
	data.Query = name
	h.docsSearch(data, r, s)
	data.Title = "No page about " + name
	return http.StatusNotFound
}

func docsRows(entries []manual.Entry, s manual.Site) []manual.Row {
	rows := make([]manual.Row, len(entries))
	for i, e := range entries {
		rows[i] = manual.Row{Entry: e, Missing: s.Missing(e)}
	}
	return rows
}
