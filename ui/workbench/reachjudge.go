package workbench

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/page"
)

// judge sets state, words and advice by the last answer.
func (c *reachCheck) judge(r *Reached, last exchange.Record, end deadEnd) {
	r.State = ReachOK
	switch {
	case last.Status == 0:
		r.fail(last)
	case end.why != "":
		r.State, r.What, r.Do = ReachFailed, end.why, "Answer with the page itself: a redirect loses the host's parameters."
		if end.outside {
			r.State = ReachWarning
		}
	case r.Use == descriptor.UseCallback:
		c.judgeCallback(r, last)
	case r.Use == descriptor.UseBase:
		// Any answer will do: no host ever asks for the base URL itself.
	case last.Status/100 == 2:
		c.judgeAnswer(r, last)
	case r.unsigned() && wantsSignature(last.Status):
		r.State, r.What = ReachUnknown, fmt.Sprintf("it answers %s to a request without a signature, as it should if it is there", statusText(last.Status))
		if r.Framed {
			r.Do = "Install the add-on on a site and enable it there: then it is asked with one."
		}
	default:
		r.fail(last)
	}
}

// fail takes over what the exchange's verdict says.
func (r *Reached) fail(last exchange.Record) {
	v := last.Verdict
	r.State, r.What, r.Do = ReachFailed, v.Summary, sentence(v.Fix)
	if v.Cause != "" {
		r.What += ": " + v.Cause
	}
}

func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprint(status, " ", http.StatusText(status)))
}

// judgeCallback tells whether something takes POST at an address, without posting. A server that
// answers OPTIONS everywhere, or nowhere, does not give it away.
func (c *reachCheck) judgeCallback(r *Reached, last exchange.Record) {
	allow := strings.ToUpper(strings.Join(last.ResponseHeader.Values("Allow"), ","))
	methods := strings.FieldsFunc(allow, func(c rune) bool { return c == ',' || c == ' ' })
	post := slices.Contains(methods, http.MethodPost)
	switch {
	case gone(last.Status) && (!gone(c.options.there) || !gone(c.options.missing)):
		r.State, r.What = ReachFailed, "nothing is there: the add-on answers "+statusText(last.Status)+" to OPTIONS"
		r.Do = "Serve this path, or correct it in the descriptor."
	case gone(last.Status):
		r.State, r.What = ReachUnknown, "cannot be told without posting: the add-on answers "+statusText(last.Status)+" to OPTIONS even where something is"
		r.Do = "Install the add-on or fire the event to see."
	case len(methods) > 0 && !post:
		r.State, r.What = ReachFailed, "the address takes "+strings.Join(methods, ", ")+", but the host posts to it"
		r.Do = "Take POST at this path."
	case last.Status/100 == 5 && last.Status != http.StatusNotImplemented:
		r.State, r.What, r.Do = ReachWarning, "the add-on answers "+statusText(last.Status)+" to OPTIONS", "Look into its log."
	case !gone(c.options.missing) && !post:
		r.State, r.What = ReachUnknown, "cannot be told without posting: the add-on answers OPTIONS everywhere"
		r.Do = "Install the add-on or fire the event to see."
	}
}

// judgeAnswer looks at a good answer: is it of the kind its place needs, and will a browser show it.
func (c *reachCheck) judgeAnswer(r *Reached, last exchange.Record) {
	kind := strings.ToLower(r.ContentType)
	switch {
	case r.Use == descriptor.UseIcon && !strings.HasPrefix(kind, "image/"):
		r.State, r.What, r.Do = ReachWarning, "it answers "+named(r.ContentType)+", not a picture", "Serve the picture with its own content type."
		return
	case r.Use != descriptor.UsePage || !inFrame(r.Address):
		return
	}
	framing := page.FramingOf(last, c.origin(r.Site))
	r.Framing = &framing
	html := page.IsHTML(last.ResponseHeader)
	if r.Bridge = ""; html {
		r.Bridge = page.BridgeScript(last.ResponseBody)
	}
	switch {
	case !framing.Allowed:
		r.State, r.What, r.Do = ReachFailed, "a browser refuses to show it: "+framing.Header+" is "+framing.Value, "Let "+framing.Origin+" frame this page: name it in frame-ancestors."
	case !html:
		r.State, r.What, r.Do = ReachWarning, "it answers "+named(r.ContentType)+", not a page", "Serve HTML as text/html."
	case last.Error != "":
		r.State, r.What, r.Do = ReachWarning, last.Error+"; the rest was not looked at", "Make the page smaller."
	case r.Bridge == "":
		r.State, r.What, r.Do = ReachWarning, "the page's HTML does not load the bridge script (all.js)", "Load all.js in the page: without it the host cannot size the frame, and AP calls do not work."
	}
}

func named(contentType string) string {
	if contentType == "" {
		return "without a content type"
	}
	return contentType
}

// inFrame tells whether a browser puts what an address answers into a frame. The host fetches static
// macros itself, and search request views are windows of their own. Source: protocol descriptor.md §3.
func inFrame(a descriptor.Address) bool {
	return a.Module != "staticContentMacros" && a.Module != "jiraSearchRequestViews"
}

// origin is that of the site's pages; of the first site when none is meant.
func (c *reachCheck) origin(siteID string) string {
	for _, s := range c.sites {
		if siteID != "" && s.ID != siteID {
			continue
		}
		if u, err := url.Parse(s.BaseURL); err == nil {
			return u.Scheme + "://" + u.Host
		}
	}
	return ""
}
