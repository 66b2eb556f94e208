package page

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"connect-workbench/addon/descriptor"
	"connect-workbench/addon/manual"
	"connect-workbench/addon/moduleurl"
	"connect-workbench/assets"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// Params is what Pages needs; all of it is required.
type Params struct {
	Transport *exchange.Transport
	Clock     func() time.Time
	Rand      io.Reader     // of frame ids; safe for concurrent use
	NewID     func() string // ids of causes
	// Descriptors reads what is installed; the rooms of a host share one.
	Descriptors *site.Descriptors
	// Session makes the token with which a host page calls the site's resources for the frame of an
	// add-on, in the name of a viewer; "" is the anonymous one.
	Session func(s site.Running, addonKey, accountID string) string
}

// Pages signs, fetches and shows the framed modules of add-ons. It is safe for concurrent use.
type Pages struct {
	transport   *exchange.Transport
	clock       func() time.Time
	catalogue   *descriptor.Catalogue
	views       *views
	manual      func() *manual.Manual // made when it is first asked for
	descriptors *site.Descriptors
	rand        io.Reader
	newID       func() string
	session     func(s site.Running, addonKey, accountID string) string
}

// New makes Pages. It panics when the templates that ship in the binary are broken,
// which a test rules out.
func New(p Params) *Pages {
	v, err := loadViews(assets.Web)
	if err != nil {
		panic(err)
	}
	return &Pages{transport: p.Transport, clock: p.Clock, rand: p.Rand, newID: p.NewID, catalogue: descriptor.BuiltIn(), views: v,
		manual:      sync.OnceValue(func() *manual.Manual { return manual.New(descriptor.BuiltIn()) }),
		descriptors: p.Descriptors, session: p.Session}
}

// AddonScript serves all.js, the add-on's end of the bridge, whatever the path. Add-on pages load it
// from another origin, so it is open to all of them.
func (p *Pages) AddonScript(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	p.views.serveStatic(w, r, "all.js")
}

// Modules lists the modules of all installed add-ons that a product frames, in the order of the
// installations and of their descriptors; what only the other product shows is left out. An add-on that is disabled is listed too; Sign refuses it. What is left of an
// uninstalled one is not.
func (p *Pages) Modules(product site.Product, installs []site.Installation) []Module {
	var modules []Module
	for _, in := range installs {
		if in.State == site.Uninstalled {
			continue
		}
		found, err := p.modulesOf(product, in)
		if err != nil {
			continue // an unreadable descriptor has no modules; the add-on manager shows why
		}
		modules = append(modules, found...)
	}
	return modules
}

func (p *Pages) modulesOf(product site.Product, in site.Installation) ([]Module, error) {
	d, err := p.descriptors.Of(in)
	if err != nil {
		return nil, err
	}
	modules := make([]Module, 0, len(d.Pages))
	for _, page := range d.Pages {
		if !slices.Contains(page.Products, product) {
			continue
		}
		modules = append(modules, Module{
			AddonKey: in.AddonKey, AddonName: d.Name, Key: page.Key, Type: page.Type, Name: page.Name,
			URL: page.URL, Location: page.Location, Variables: moduleurl.Variables(page.URL), Pointer: page.Pointer,
		})
	}
	return modules, nil
}

func (p *Pages) module(product site.Product, in site.Installation, key string) (Module, error) {
	modules, err := p.modulesOf(product, in)
	if err != nil {
		return Module{}, err
	}
	unknown := &UnknownModuleError{AddonKey: in.AddonKey, ModuleKey: key}
	for _, m := range modules {
		if m.Key == key {
			return m, nil
		}
		unknown.Have = append(unknown.Have, m.Key)
	}
	return Module{}, unknown
}

// Defaults gives the variables of a module's url the values they have on this site where the module
// is shown. A variable that is not bound there is in the map too, with empty text.
func (p *Pages) Defaults(s site.Running, m Module) map[string]string {
	where := p.catalogue.Surface(s.Product, m.Type, m.Location)
	var viewer site.User
	if len(s.Users) > 0 {
		viewer = s.Users[0]
	}
	bound := p.bind(s, where, viewer, nil)
	values := make(map[string]string, len(m.Variables))
	for _, name := range m.Variables {
		values[name] = bound[name]
	}
	return values
}

// Fetch signs a page request and makes it, as a browser's iframe would; the exchange is recorded. The
// record is valid also when there was no answer: the error then says why. An error without a record
// (Record.ID is 0) means that there was no request to make; see Sign.
func (p *Pages) Fetch(ctx context.Context, s site.Running, in site.Installation, r Request) (Signed, exchange.Record, error) {
	signed, err := p.Sign(s, in, r)
	if err != nil {
		return Signed{}, exchange.Record{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, signed.URL, nil)
	if err != nil {
		return signed, exchange.Record{}, fmt.Errorf("make request to %s: %w", signed.URL, err)
	}
	locale := "en-US"
	if u, ok := s.User(r.UserID); ok && u.Locale != "" {
		locale = u.Locale
	}
	AsFrame(req.Header, locale)
	record, err := p.transport.Send(req, exchange.Meta{
		Cause: p.newID(), Site: s.ID, Addon: in.AddonKey, Module: r.ModuleKey, Kind: exchange.KindPage,
		Direction: exchange.ToAddon, Token: signed.Token,
	})
	if err != nil {
		return signed, record, fmt.Errorf("fetch page %s of %s: %w", r.ModuleKey, in.AddonKey, err)
	}
	return signed, record, nil
}

// AsFrame sets the headers with which a browser asks for the page of a frame.
func AsFrame(h http.Header, locale string) {
	h.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
	h.Set("Accept-Language", locale)
	h.Set("User-Agent", "Mozilla/5.0 (compatible; Connect Workbench)")
	h.Set("Sec-Fetch-Dest", "iframe")
	h.Set("Sec-Fetch-Mode", "navigate")
	h.Set("Upgrade-Insecure-Requests", "1")
}

// hostPageURL is the address of the site's own page that frames a module.
func hostPageURL(s site.Running, r Request) string {
	query := make(url.Values, len(r.Context)+1)
	for name, value := range r.Context {
		query.Set(name, value)
	}
	query.Set(viewerParameter, r.UserID)
	return s.BaseURL + servletPath + moduleurl.EncodePath(r.AddonKey) + "/" + moduleurl.EncodePath(r.ModuleKey) + "?" + query.Encode()
}
