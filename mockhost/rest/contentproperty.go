package rest

import (
	"encoding/json"
	"hash/fnv"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"connect-workbench/mockhost/site"
)

// Bounds of a list of content properties. R of protocol rest.md: not verified there.
const (
	usualContentProperties = 10
	mostContentProperties  = 200
)

// contentProperty is a property as Confluence writes one. Source: protocol rest.md §7.
type contentProperty struct {
	ID         string            `json:"id"`
	Key        string            `json:"key"`
	Value      json.RawMessage   `json:"value"`
	Version    *contentVersion   `json:"version,omitempty"`
	Content    *contentReference `json:"content,omitempty"`
	Expandable map[string]string `json:"_expandable"`
	Links      map[string]string `json:"_links"`
}

type contentVersion struct {
	Number    int    `json:"number"`
	Message   string `json:"message"`
	MinorEdit bool   `json:"minorEdit"`
}

type contentReference struct {
	ID string `json:"id"`
}

// ofContent finds the content of the path and lets in who may.
func ofContent(answer func(request, site.Entity) reply) func(request) reply {
	return func(r request) reply {
		id := r.PathValue("id")
		if !confluenceContent(r.gate.site.Objects(), id) {
			return missing(noContent(id))
		}
		wanted := "update"
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			wanted = "read"
		}
		if !r.callerMay(wanted) {
			return refused(http.StatusForbidden, notPermitted(r.caller, "You do not have permission to "+wanted+" this content.", wanted))
		}
		return answer(r, site.Entity{SiteID: r.gate.site.ID, Kind: site.OfContent, ID: id})
	}
}

func (r request) contentPropertyURL(e site.Entity) string {
	return r.gate.site.BaseURL + "/rest/api/content/" + e.ID + "/property"
}

// written is a property as expand asks for it; the version is expanded unless it asks for others.
func (r request) written(e site.Entity, p site.Property) contentProperty {
	hash := fnv.New32a()
	hash.Write([]byte(e.ID + "\x00" + p.Key)) // a hash never fails
	w := contentProperty{
		ID: strconv.FormatUint(uint64(hash.Sum32()), 10), Key: p.Key, Value: p.Value, Expandable: map[string]string{},
		Links: map[string]string{"self": r.contentPropertyURL(e) + "/" + escaped(p.Key)},
	}
	expand := []string{"version"}
	if r.URL.Query().Has("expand") {
		expand = strings.Split(r.query("expand"), ",")
	}
	if slices.Contains(expand, "version") {
		w.Version = &contentVersion{Number: p.Version}
	} else {
		w.Expandable["version"] = ""
	}
	if slices.ContainsFunc(expand, func(name string) bool { return name == "content" || strings.HasPrefix(name, "content.") }) {
		w.Content = &contentReference{e.ID}
	} else {
		w.Expandable["content"] = "/rest/api/content/" + e.ID
	}
	return w
}

func listContentProperties(r request, e site.Entity) reply {
	all := r.gate.Store.Properties(e)
	if keys := r.URL.Query()["key"]; len(keys) > 0 {
		all = slices.DeleteFunc(all, func(p site.Property) bool { return !slices.Contains(keys, p.Key) })
	}
	start := r.number("start", 0, len(all))
	limit := r.number("limit", usualContentProperties, mostContentProperties)
	end := min(len(all), start+limit)
	results := []contentProperty{}
	for _, p := range all[start:end] {
		results = append(results, r.written(e, p))
	}
	links := map[string]string{"self": r.contentPropertyURL(e), "base": r.gate.site.BaseURL, "context": r.gate.site.ContextPath}
	if end < len(all) && limit > 0 {
		next := url.Values{"start": {strconv.Itoa(end)}, "limit": {strconv.Itoa(limit)}}
		if r.URL.Query().Has("expand") {
			next.Set("expand", r.query("expand"))
		}
		links["next"] = "/rest/api/content/" + e.ID + "/property?" + next.Encode()
	}
	return found(struct {
		Results []contentProperty `json:"results"`
		Start   int               `json:"start"`
		Limit   int               `json:"limit"`
		Size    int               `json:"size"`
		Links   map[string]string `json:"_links"`
	}{results, start, limit, len(results), links})
}

func noContentProperty(key string) reply {
	return missing("Cannot find content property with key: [" + key + "]")
}

func getContentProperty(r request, e site.Entity) reply {
	key := r.PathValue("property")
	p, err := r.gate.Store.Property(e, key)
	if err != nil {
		return noContentProperty(key)
	}
	return found(r.written(e, p))
}

// sentProperty is the body of a write.
type sentProperty struct {
	Key     string          `json:"key"`
	Value   json.RawMessage `json:"value"`
	Version *struct {
		Number int `json:"number"`
	} `json:"version"`
}

// createContentProperty stores a property that is not there yet; its key may stand in the path.
func createContentProperty(r request, e site.Entity) reply { return r.writeContentProperty(e, true) }

// putContentProperty changes a property, whose version has to be the next, or creates it with version 1.
func putContentProperty(r request, e site.Entity) reply { return r.writeContentProperty(e, false) }

func (r request) writeContentProperty(e site.Entity, create bool) reply {
	var sent sentProperty
	if v := r.object(&sent); v.Known() {
		return refused(http.StatusBadRequest, v)
	}
	key := r.PathValue("property")
	if key == "" {
		key = sent.Key
	}
	switch {
	case key == "":
		return refused(http.StatusBadRequest, badInput("A content property needs a key.", "the member key", "none", "body"))
	case sent.Key != "" && sent.Key != key:
		return refused(http.StatusBadRequest, badInput("The key in the path and the key in the body are not the same.", key, sent.Key, "body"))
	case sent.Value == nil:
		return refused(http.StatusBadRequest, badInput("A content property needs a value.", "the member value", "none", "body"))
	case !create && (sent.Version == nil || sent.Version.Number < 1):
		return refused(http.StatusBadRequest, badInput("A change of a content property needs a version.", "version.number, one more than the present version", "none", "body"))
	}
	if fault := (propertyLimits{mostEntityKey, http.StatusRequestEntityTooLarge}).check(key, sent.Value); fault.Known() {
		return refused(fault.status, fault.Verdict)
	}
	write := site.Write{New: create}
	if !create {
		write.Version = sent.Version.Number
	}
	p, fault, err := r.store(e, key, sent.Value, write)
	switch {
	case err != nil:
		return broken(err)
	case fault.Known():
		return refused(fault.status, fault.Verdict)
	}
	return found(r.written(e, p))
}

func deleteContentProperty(r request, e site.Entity) reply {
	key := r.PathValue("property")
	return r.remove(e, key, noContentProperty(key))
}
