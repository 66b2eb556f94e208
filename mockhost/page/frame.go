package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"io/fs"
	"net/url"
	"strings"

	"connect-workbench/mockhost/site"
)

const apiPath = "web/host/api.json"

// sandbox is what a framed page may do. Source: protocol iframe.md §3.
const sandbox = "allow-downloads allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-scripts " +
	"allow-same-origin allow-top-navigation-by-user-activation allow-storage-access-by-user-activation"

// frame is one iframe of a host page.
type frame struct {
	Namespace string
	ID        string // extension id: namespace and random hex
	name      string // window.name without its api and its last brace
	api       api
	Title     string
	Src       string
	Sandbox   string
	Data      string // what our end of the bridge has to know, for the data-frame attribute
	Origin    string // of the add-on, for the page's frame-src
}

// Name is window.name: what the add-on's script builds AP from.
func (f frame) Name() string { return f.name + `,"api":` + f.api.text + "}" }

// NameAttribute is Name as an attribute. The api is four fifths of the page and always the same, so
// it is escaped once, at start, and not for each page.
func (f frame) NameAttribute() template.HTMLAttr {
	return template.HTMLAttr(`name="` + html.EscapeString(f.name) + `,&#34;api&#34;:` + f.api.escaped + `}"`)
}

// nameData is the window.name payload without its api. Source: protocol iframe.md §4.
type nameData struct {
	ExtensionID string      `json:"extension_id"`
	Origin      string      `json:"origin"`
	Options     nameOptions `json:"options"`
}

// nameOptions are the options of the payload. globalOptions has to be an object, or the add-on's
// script gives up.
type nameOptions struct {
	AutoResize        bool                         `json:"autoresize"`
	HostOrigin        string                       `json:"hostOrigin"`
	IsFullPage        bool                         `json:"isFullPage"`
	ProductContext    map[string]string            `json:"productContext"`
	StructuredContext map[string]any               `json:"structuredContext"`
	ContextJWT        string                       `json:"contextJwt,omitempty"`
	ModuleType        string                       `json:"moduleType"`
	ModuleLocation    string                       `json:"moduleLocation"`
	Targets           map[string]map[string]string `json:"targets"`
	History           map[string]string            `json:"history"`
	User              nameUser                     `json:"user"`
	GlobalOptions     map[string]bool              `json:"globalOptions"`
}

type nameUser struct {
	TimeZone string `json:"timeZone"`
	FullName string `json:"fullName"`
	UID      string `json:"uid"`
	UKey     string `json:"ukey"`
}

// bridgeData is what bridge.js knows of a frame.
type bridgeData struct {
	AddonKey     string         `json:"addonKey"`
	ModuleKey    string         `json:"moduleKey"`
	Origin       string         `json:"origin"` // of the add-on: the only one messages are taken from
	Base         string         `json:"base"`   // context path of the site
	Query        string         `json:"query"`  // viewer and context, to open further modules with
	FullPage     bool           `json:"fullPage"`
	ContextToken string         `json:"contextToken,omitempty"`
	Session      string         `json:"session"` // for AP.request; no add-on gets to see it
	Context      map[string]any `json:"context"`
	User         bridgeUser     `json:"user"`
}

type bridgeUser struct {
	AccountID   string `json:"accountId"`
	DisplayName string `json:"displayName"`
	TimeZone    string `json:"timeZone"`
	Locale      string `json:"locale"`
}

// api is the api member of the payload, ready to be written.
type api struct {
	text    string
	escaped string // for an attribute
}

// apis holds the api by product.
type apis map[site.Product]api

func loadAPIs(files fs.FS) (apis, error) {
	text, err := fs.ReadFile(files, apiPath)
	if err != nil {
		return nil, fmt.Errorf("read bridge methods: %w", err)
	}
	var sections map[string]map[string]json.RawMessage
	if err := json.Unmarshal(text, &sections); err != nil {
		return nil, fmt.Errorf("parse %s: %w", apiPath, err)
	}
	all := make(apis)
	for _, product := range []site.Product{site.Jira, site.Confluence} {
		modules := make(map[string]json.RawMessage)
		for _, section := range []string{"common", string(product)} {
			for name, methods := range sections[section] {
				modules[name] = methods
			}
		}
		text, err := json.Marshal(modules)
		if err != nil {
			return nil, fmt.Errorf("write bridge methods: %w", err)
		}
		all[product] = api{text: string(text), escaped: html.EscapeString(string(text))}
	}
	return all, nil
}

// frame makes the iframe for a prepared request.
func (p *Pages) frame(v *prepared, query string) (frame, error) {
	suffix, err := p.random(4)
	if err != nil {
		return frame{}, err
	}
	addon, err := url.Parse(v.URL)
	if err != nil {
		return frame{}, fmt.Errorf("parse page address %q: %w", v.URL, err)
	}
	f := frame{
		api: p.views.apis[v.site.Product], Namespace: v.namespace, ID: v.namespace + "__" + suffix, Title: v.module.Name, Src: v.URL,
		Sandbox: sandbox, Origin: addon.Scheme + "://" + addon.Host,
	}
	structured := v.productContext()
	name := nameData{
		ExtensionID: f.ID, Origin: v.site.Origin(),
		Options: nameOptions{
			AutoResize: true, HostOrigin: v.site.Origin(), IsFullPage: v.surface.Kind == "page",
			ProductContext: v.variables, StructuredContext: structured, ContextJWT: v.ContextToken,
			ModuleType: v.module.Type, ModuleLocation: v.module.Location,
			Targets:       map[string]map[string]string{"env": {"resize": "both"}},
			History:       map[string]string{"state": ""},
			User:          nameUser{TimeZone: v.viewer.TimeZone, FullName: v.viewer.DisplayName, UID: v.viewer.AccountID, UKey: v.viewer.AccountID},
			GlobalOptions: map[string]bool{"check_init": true},
		},
	}
	payload, err := jsonText(name)
	if err != nil {
		return frame{}, fmt.Errorf("write window.name: %w", err)
	}
	f.name = strings.TrimSuffix(payload, "}")
	f.Data, err = jsonText(bridgeData{
		AddonKey: v.module.AddonKey, ModuleKey: v.module.Key, Origin: f.Origin, Base: v.site.ContextPath,
		Query: query, FullPage: name.Options.IsFullPage, ContextToken: v.ContextToken,
		Session: p.session(v.site, v.module.AddonKey, v.viewer.AccountID), Context: structured, User: v.bridgeUser(),
	})
	if err != nil {
		return frame{}, fmt.Errorf("write frame data: %w", err)
	}
	return f, nil
}

// bridgeUser is the viewer as AP.user tells of him. Somebody who is not logged in has the site's usual
// zone and language.
func (v *viewing) bridgeUser() bridgeUser {
	if v.viewer.AccountID == "" {
		return bridgeUser{TimeZone: "UTC", Locale: "en-US"}
	}
	return bridgeUser{v.viewer.AccountID, v.viewer.DisplayName, v.viewer.TimeZone, v.viewer.Locale}
}

// frameAnswer is the answer to classifier=json: the members the product's own host page hands to its
// scripts, and what bridge.js needs to build the iframe. Source: protocol iframe.md §1, §3.
type frameAnswer struct {
	URL               string          `json:"url"`
	ID                string          `json:"id"`
	Name              string          `json:"name"`
	Title             string          `json:"title"`
	Sandbox           string          `json:"sandbox"`
	Frame             json.RawMessage `json:"frame"`
	UniqueKey         string          `json:"uniqueKey"`
	AddonKey          string          `json:"addon_key"`
	Key               string          `json:"key"`
	ContextPath       string          `json:"cp"`
	General           string          `json:"general"`
	Width             string          `json:"w"`
	Height            string          `json:"h"`
	Origin            string          `json:"origin"`
	HostOrigin        string          `json:"hostOrigin"`
	ModuleType        string          `json:"moduleType"`
	ModuleLocation    string          `json:"moduleLocation"`
	ContextJWT        string          `json:"contextJwt"`
	ProductContext    string          `json:"productCtx"`
	StructuredContext string          `json:"structuredContext"`
	TimeZone          string          `json:"timeZone"`
	FullName          string          `json:"fullName"`
	UID               string          `json:"uid"`
	UKey              string          `json:"ukey"`
}

func (v *prepared) answer(f frame) (frameAnswer, error) {
	product, err := jsonText(v.variables)
	if err != nil {
		return frameAnswer{}, fmt.Errorf("write product context: %w", err)
	}
	structured, err := jsonText(v.productContext())
	if err != nil {
		return frameAnswer{}, fmt.Errorf("write structured context: %w", err)
	}
	general := ""
	if v.surface.Kind == "page" {
		general = "1"
	}
	return frameAnswer{
		URL: v.URL, ID: f.ID, Name: f.Name(), Title: f.Title, Sandbox: f.Sandbox, Frame: json.RawMessage(f.Data),
		UniqueKey: v.namespace, AddonKey: v.module.AddonKey, Key: v.module.Key, ContextPath: v.site.ContextPath,
		General: general, Width: "100%", Origin: f.Origin, HostOrigin: v.site.Origin(),
		ModuleType: v.module.Type, ModuleLocation: v.module.Location, ContextJWT: v.ContextToken,
		ProductContext: product, StructuredContext: structured,
		TimeZone: v.viewer.TimeZone, FullName: v.viewer.DisplayName, UID: v.viewer.AccountID, UKey: v.viewer.AccountID,
	}, nil
}

// jsonText writes JSON that stands in an attribute, whose escaping is the template's business.
func jsonText(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return string(bytes.TrimRight(b.Bytes(), "\n")), nil
}
