package workbench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"connect-workbench/addon/descriptor"
	"connect-workbench/addon/moduleurl"
	"connect-workbench/mockhost"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/page"
	"connect-workbench/mockhost/site"
)

// maxRedirects is how many redirects in a row are followed.
const maxRedirects = 5

// plan says how an address will be asked, or why not.
func (c *reachCheck) plan(a descriptor.Address) Reached {
	r := Reached{Address: a, State: ReachNotAsked}
	address, own := c.tree.WithoutBase(a.URL)
	if a.Pointer == "/baseUrl" { // whatever it says, it stands for where the add-on runs
		address, own = "", true
	}
	address = moduleurl.Expand(address, func(string) string { return "" })
	switch {
	case own:
		asked, err := moduleurl.Join(c.base, address)
		if err != nil {
			r.State, r.What = ReachFailed, err.Error()
			return r
		}
		r.Asked = asked
	case !strings.Contains(address, "//"):
		r.What = "a template decides what this address is"
		return r
	case !c.near(address):
		r.What = "it leads outside of this machine, where nothing is asked"
		return r
	default:
		r.Asked = address
	}
	switch a.Use {
	case descriptor.UseCallback:
		r.Method = http.MethodOptions
	case descriptor.UsePage, descriptor.UseCondition:
		r.Method = http.MethodGet
	default:
		r.Method = http.MethodHead
	}
	return r
}

// fine tells which statuses, beside 200 to 299, are no fault of an address: redirects are followed, a
// callback may well refuse OPTIONS, a page that asks for a signature is there, and a HEAD that is
// refused is asked again with GET.
func fine(r Reached) func(status int) bool {
	return func(status int) bool {
		switch {
		case r.Use == descriptor.UseBase, status/100 == 3:
			return true
		case r.Method == http.MethodOptions:
			return !gone(status) && status/100 != 5
		case r.Method == http.MethodHead:
			return refusesMethod(status)
		}
		return r.unsigned() && wantsSignature(status)
	}
}

// unsigned tells whether an address was asked without the signature a host would send.
func (r Reached) unsigned() bool {
	return !r.Signed && (r.Use == descriptor.UsePage || r.Use == descriptor.UseCondition)
}

// wantsSignature tells whether a status may mean that there is something, for those who sign.
func wantsSignature(status int) bool {
	return status == http.StatusBadRequest || status == http.StatusUnauthorized || status == http.StatusForbidden
}

func refusesMethod(status int) bool {
	return status == http.StatusMethodNotAllowed || status == http.StatusNotImplemented
}

func gone(status int) bool { return status == http.StatusNotFound || status == http.StatusGone }

// near tells whether an address is on this machine, or at the add-on itself.
func (c *reachCheck) near(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback() || c.atAddon(address)
}

// atAddon tells whether an address is one of the running add-on's.
func (c *reachCheck) atAddon(address string) bool {
	u, err := url.Parse(address)
	base, baseErr := url.Parse(c.base)
	return err == nil && baseErr == nil && strings.EqualFold(base.Host, u.Host)
}

// ask asks one address and judges what it answers.
func (c *reachCheck) ask(ctx context.Context, r Reached) Reached {
	switch {
	case r.Asked == "":
		return r
	case ctx.Err() != nil:
		return cancelled(r)
	case c.down != nil && c.atAddon(r.Asked):
		r.State, r.What, r.Do, r.Exchange = ReachFailed, c.down.What, c.down.Do, c.down.Exchange
		return r
	}
	visit := mockhost.Visit{Method: r.Method, URL: r.Asked, Addon: c.key, Module: r.Key, Frame: r.Use == descriptor.UsePage}
	if r.Framed {
		if failed := c.sign(&r, &visit); failed != nil {
			r.State, r.What = ReachFailed, failed.Error()
			return r
		}
	}
	visit.Fine = fine(r)
	last, end := c.follow(ctx, &r, visit)
	if ctx.Err() != nil && last.Status == 0 {
		return cancelled(r)
	}
	r.Status, r.Exchange, r.ContentType = last.Status, last.ID, last.ResponseHeader.Get("Content-Type")
	c.judge(&r, last, end)
	return r
}

// sign makes a visit a signed page request of the first site that shows the page. Without one it
// stays unsigned, and Unsigned says why. The error says why a host could never ask for the page.
func (c *reachCheck) sign(r *Reached, v *mockhost.Visit) error {
	reason := "the add-on is not installed on any site"
	if len(c.sites) == 1 {
		reason = "the add-on is not installed on " + c.sites[0].Title
	}
	for _, s := range c.sites {
		request := page.Request{AddonKey: c.key, ModuleKey: r.Key}
		if len(s.Users) > 0 {
			request.UserID = s.Users[0].AccountID
		}
		signed, err := c.visits.SignPage(s.ID, []byte(c.text), c.base, request)
		var conflict *page.ConflictError
		var disabled *page.NotEnabledError
		var unknown *page.UnknownModuleError
		switch {
		case err == nil:
			r.Site, r.Signed = s.ID, signed.Token != ""
			v.Site, v.URL, v.Token = s.ID, signed.URL, signed.Token
			r.Asked = withoutJWT(signed.URL)
			return nil
		case errors.As(err, &conflict):
			return conflict
		case errors.As(err, &disabled):
			reason = disabled.Error()
		case errors.As(err, &unknown):
			reason = "the add-on is not installed on a site that shows it"
		case !errors.Is(err, site.ErrNotInstalled):
			reason = err.Error()
		}
	}
	r.Unsigned = reason
	return nil
}

// withoutJWT cuts the token off a page request; it is the last parameter.
func withoutJWT(address string) string {
	for _, separator := range []string{"&jwt=", "?jwt="} {
		if i := strings.LastIndex(address, separator); i >= 0 {
			return address[:i]
		}
	}
	return address
}

// deadEnd is why redirects were not followed to an answer. The zero value is none.
type deadEnd struct {
	why     string
	outside bool // of this machine
}

// follow makes a visit and goes along redirects, as a browser does.
func (c *reachCheck) follow(ctx context.Context, r *Reached, v mockhost.Visit) (last exchange.Record, end deadEnd) {
	been := map[string]bool{v.URL: true}
	for hops := 0; ; hops++ {
		last, _ = c.visits.Visit(ctx, v) // the record says what the error says
		r.Millis += millis(last.Duration)
		if v.Method == http.MethodHead && refusesMethod(last.Status) {
			v.Method, r.Method = http.MethodGet, http.MethodGet
			v.Parent = last.ID
			continue
		}
		location := last.ResponseHeader.Get("Location")
		if last.Status/100 != 3 || location == "" || v.Method == http.MethodOptions {
			return last, deadEnd{}
		}
		at, err := url.Parse(v.URL)
		if err == nil {
			at, err = at.Parse(location)
		}
		switch {
		case err != nil:
			return last, deadEnd{why: fmt.Sprintf("redirects to %q, which is no address", withoutJWT(location))}
		case !c.near(at.String()):
			return last, deadEnd{why: "redirects to " + withoutJWT(at.String()) + ", outside of this machine", outside: true}
		case been[at.String()]:
			return last, deadEnd{why: "redirects in a circle"}
		case hops == maxRedirects:
			return last, deadEnd{why: fmt.Sprintf("redirects more than %d times", maxRedirects)}
		}
		v.URL, v.Parent, v.Token = at.String(), last.ID, at.Query().Get("jwt")
		been[v.URL] = true
	}
}

// optionsAnswers tell what an answer to OPTIONS is worth with this add-on.
type optionsAnswers struct {
	missing int // status at an address that is not there
	there   int // status at the descriptor, which is
}

// reachNowhere is a path no add-on has.
const reachNowhere = "/connect-workbench/no-such-address"

// greet finds out whether the add-on answers at all, and what its answers to OPTIONS mean. Some
// servers answer it everywhere, some nowhere.
func (c *reachCheck) greet(ctx context.Context) {
	greeting := mockhost.Visit{
		Method: http.MethodOptions, URL: strings.TrimSuffix(c.base, "/") + reachNowhere, Addon: c.key,
		Fine: func(int) bool { return true },
	}
	first, err := c.visits.Visit(ctx, greeting)
	if ctx.Err() != nil {
		return
	}
	if first.Status == 0 {
		c.down = &Reached{Exchange: first.ID, What: "the add-on does not answer at " + c.base, Do: "Start the add-on, or correct its address."}
		if err != nil {
			c.down.What += ": " + err.Error()
		}
		return
	}
	greeting.URL = c.descriptorURL
	second, _ := c.visits.Visit(ctx, greeting)
	c.options = optionsAnswers{missing: first.Status, there: second.Status}
}
