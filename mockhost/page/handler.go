package page

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"connect-workbench/addon/descriptor"
	"connect-workbench/addon/moduleurl"
	"connect-workbench/mockhost/site"
)

const (
	servletPath     = "/plugins/servlet/ac/"
	viewerParameter = "user" // account id of the viewer; present and empty: nobody is logged in
)

// handler serves the pages of one site.
type handler struct {
	pages    *Pages
	site     site.Running
	installs func() []site.Installation
}

// Handler serves a site's own pages in a browser; installs lists what the site has when a page is
// asked for. It is given full paths, with the context path:
//
//	/                                         the site and its add-ons
//	/plugins/servlet/ac/{addonKey}/{moduleKey} a module, framed, signed anew for each request;
//	                                          ?user= is the viewer, every other parameter is context;
//	                                          classifier=json gives the frame as JSON, raw the bare frame
//	/atlassian-connect/all.js                 the add-on's end of the bridge
//	/atlassian-connect/docs/                  the reference of descriptors; ?q= searches
//	/_workbench/host/                         style and script of these pages
//
// Everything else is 404, as a page. A request under another name of this host (127.0.0.1 for
// localhost) is sent to the site's own address, because that is the origin the frames are told.
func (p *Pages) Handler(s site.Running, installs func() []site.Installation) http.Handler {
	h := &handler{pages: p, site: s, installs: installs}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", h.home)
	mux.HandleFunc("GET "+servletPath+"{addonKey}/{moduleKey}", h.module)
	mux.HandleFunc("GET /atlassian-connect/{file}", h.addonScript)
	mux.HandleFunc("GET "+descriptor.DocsRoot+"{path...}", h.docs)
	mux.HandleFunc("GET /_workbench/host/{file}", func(w http.ResponseWriter, r *http.Request) {
		p.views.serveStatic(w, r, r.PathValue("file"))
	})
	mux.HandleFunc("/", h.notFound)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if own, err := url.Parse(s.BaseURL); err == nil && own.Host != r.Host && r.Method == http.MethodGet {
			http.Redirect(w, r, s.Origin()+r.URL.RequestURI(), http.StatusFound)
			return
		}
		if s.ContextPath == "" {
			mux.ServeHTTP(w, r)
			return
		}
		if r.URL.Path == "/" || r.URL.Path == s.ContextPath {
			http.Redirect(w, r, s.ContextPath+"/", http.StatusFound)
			return
		}
		if !strings.HasPrefix(r.URL.Path, s.ContextPath+"/") {
			h.notFound(w, r)
			return
		}
		http.StripPrefix(s.ContextPath, mux).ServeHTTP(w, r)
	})
}

// addonScript serves all.js under the names it has on a site.
func (h *handler) addonScript(w http.ResponseWriter, r *http.Request) {
	switch r.PathValue("file") {
	case "all.js", "all-debug.js":
		h.pages.AddonScript(w, r)
	case "docs":
		http.Redirect(w, r, h.site.ContextPath+descriptor.DocsRoot, http.StatusFound)
	default:
		h.notFound(w, r)
	}
}

func (h *handler) layout(r *http.Request, title string) layoutData {
	viewer, _ := h.site.User(viewerOf(h.site, r.URL.Query()))
	return layoutData{Title: title, Base: h.site.ContextPath, Site: h.site, ProductName: h.site.Product.Name(), Viewer: viewer}
}

// viewerOf is the account id a page is shown to: the one asked for, else the site's first user.
func viewerOf(s site.Running, query url.Values) string {
	if query.Has(viewerParameter) || len(s.Users) == 0 {
		return query.Get(viewerParameter)
	}
	return s.Users[0].AccountID
}

func (h *handler) home(w http.ResponseWriter, r *http.Request) {
	data := homeData{layoutData: h.layout(r, "Add-ons")}
	for _, in := range h.installs() {
		if in.State == site.Uninstalled {
			continue
		}
		data.Addons = append(data.Addons, h.homeAddon(in, data.Viewer))
	}
	// A failed write means that the browser has gone; there is nobody left to tell.
	_ = render(w, http.StatusOK, h.pages.views.home, "layout", "", data)
}

func (h *handler) homeAddon(in site.Installation, viewer site.User) homeAddon {
	addon := homeAddon{Key: in.AddonKey, Name: in.Name, BaseURL: in.BaseURL, State: in.State}
	if addon.Name == "" {
		addon.Name = in.AddonKey
	}
	modules, err := h.pages.modulesOf(h.site.Product, in)
	if err != nil {
		addon.Problem = err.Error()
		return addon
	}
	for _, m := range modules {
		page := homePage{Name: m.Name, Type: m.Type, Location: m.Location}
		if page.Name == "" {
			page.Name = m.Key
		}
		if in.State == site.Enabled {
			page.Href = hostPageURL(h.site, Request{AddonKey: in.AddonKey, ModuleKey: m.Key, UserID: viewer.AccountID})
		}
		addon.Pages = append(addon.Pages, page)
	}
	return addon
}

func (h *handler) module(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	request := requestOf(h.site, r, query)
	asJSON := query.Get("classifier") == "json"
	fail := h.problem
	if asJSON {
		fail = problemJSON
	}
	prepared, f, err := h.prepare(request)
	if err != nil {
		fail(w, r, statusOf(err), err.Error())
		return
	}
	switch {
	case asJSON:
		h.frameJSON(w, prepared, f)
	case query.Has("raw"):
		_ = render(w, http.StatusOK, h.pages.views.raw, "raw", f.Origin, h.moduleData(r, request, prepared, f)) // see home
	default:
		_ = render(w, http.StatusOK, h.pages.views.module, "layout", f.Origin, h.moduleData(r, request, prepared, f)) // see home
	}
}

// isControl tells the parameters of a module's address that are no context.
func isControl(name string) bool {
	return name == viewerParameter || name == "classifier" || name == "raw"
}

func requestOf(s site.Running, r *http.Request, query url.Values) Request {
	request := Request{
		AddonKey: r.PathValue("addonKey"), ModuleKey: r.PathValue("moduleKey"),
		UserID: viewerOf(s, query), Context: make(map[string]string),
	}
	for name := range query {
		if !isControl(name) {
			request.Context[name] = query.Get(name)
		}
	}
	return request
}

var errNotInstalled = errors.New("no add-on of this key is installed on this site")

func (h *handler) prepare(request Request) (*prepared, frame, error) {
	installs := h.installs()
	i := slices.IndexFunc(installs, func(in site.Installation) bool { return in.AddonKey == request.AddonKey })
	if i < 0 {
		return nil, frame{}, errNotInstalled
	}
	v, err := h.pages.prepare(h.site, installs[i], request)
	if err != nil {
		return nil, frame{}, err
	}
	query := url.Values{viewerParameter: {request.UserID}}
	for name, value := range request.Context {
		query.Set(name, value)
	}
	f, err := h.pages.frame(v, query.Encode())
	return v, f, err
}

func statusOf(err error) int {
	var unknown *UnknownModuleError
	var disabled *NotEnabledError
	var conflict *ConflictError
	switch {
	case errors.Is(err, errNotInstalled), errors.As(err, &unknown):
		return http.StatusNotFound
	case errors.As(err, &disabled), errors.As(err, &conflict):
		return http.StatusConflict
	case errors.Is(err, ErrUnknownUser), errors.Is(err, moduleurl.ErrAbsolute):
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

func (h *handler) moduleData(r *http.Request, request Request, v *prepared, f frame) moduleData {
	data := moduleData{
		layoutData: h.layout(r, v.module.Name), Module: v.module, Kind: v.surface.Kind, Around: v.surroundings(),
		Frame: f, Fields: v.urlFields(), Unsigned: v.URL, SignedPage: v.Token != "",
	}
	data.Unsigned, _, _ = strings.Cut(v.URL, "&jwt=")
	data.Carried = fieldsOf(request.Context)
	return data
}

func (h *handler) frameJSON(w http.ResponseWriter, v *prepared, f frame) {
	answer, err := v.answer(f)
	if err != nil {
		problemJSON(w, nil, http.StatusInternalServerError, err.Error())
		return
	}
	setPageHeaders(w.Header(), "")
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(answer) // see home
}

func (h *handler) notFound(w http.ResponseWriter, r *http.Request) {
	h.problem(w, r, http.StatusNotFound, "This pretend site has no page at "+r.URL.Path+".")
}

func (h *handler) problem(w http.ResponseWriter, r *http.Request, status int, text string) {
	data := problemData{layoutData: h.layout(r, http.StatusText(status)), Problem: text}
	_ = render(w, status, h.pages.views.problem, "layout", "", data) // see home
}

// problemJSON answers in the form of RFC 9457.
func problemJSON(w http.ResponseWriter, _ *http.Request, status int, text string) {
	setPageHeaders(w.Header(), "")
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"title": http.StatusText(status), "status": status, "detail": text}) // see home
}
