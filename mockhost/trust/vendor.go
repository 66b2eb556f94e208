package trust

import (
	"encoding/json"
	"fmt"
	"strings"

	"connect-workbench/assets"
)

// service is what a host of the vendor is asked for.
type service string

// The services the proxy answers for.
const (
	serviceKeys   service = "keys"   // install keys, at /<kid>
	serviceOAuth  service = "oauth"  // access tokens, at /oauth2/token
	serviceScript service = "script" // all.js, the add-on's end of the bridge
	serviceSchema service = "schema" // schemas of the descriptor
)

// vendorHost is a host that add-ons have built in.
type vendorHost struct {
	Host    string   `json:"host"` // lower case
	Answers service  `json:"answers"`
	Paths   []string `json:"paths,omitempty"` // of script and schema; "*" at the end is anything
	Help    string   `json:"help"`
}

// vendor is what assets say of the vendor's hosts. Nothing changes it after loading.
type vendor struct {
	Domains []string     `json:"domains"` // all hosts are in one of these
	Hosts   []vendorHost `json:"hosts"`
}

// vendorFile is where the assets list the hosts. Source of the names: protocol jwt.md §6, rest.md §3,
// iframe.md §3, descriptor.md §1, and the frameworks themselves.
const vendorFile = "connect/vendor-hosts.json"

// knownVendor reads the assets, which are part of the program: that they are in order is tested.
func knownVendor() vendor {
	text, err := assets.Connect.ReadFile(vendorFile)
	if err != nil {
		panic(fmt.Sprintf("trust: read the vendor's hosts: %v", err))
	}
	var v vendor
	if err := json.Unmarshal(text, &v); err != nil {
		panic(fmt.Sprintf("trust: read the vendor's hosts: %v", err))
	}
	return v
}

// Serves reports whether an address, a host and a port, is one of the vendor's at which the proxy
// answers as a service: "keys", "oauth", "script" or "schema".
func Serves(address, as string) bool {
	t, err := parseTarget(address, 443)
	h, ok := knownVendor().find(t.host)
	return err == nil && ok && h.Answers == service(as)
}

// find gives the entry of a host, whose name is in lower case.
func (v vendor) find(host string) (vendorHost, bool) {
	for _, h := range v.Hosts {
		if h.Host == host {
			return h, true
		}
	}
	return vendorHost{}, false
}

// audiences are what an assertion may name as its receiver: the OAuth servers' addresses.
func (v vendor) audiences() []string {
	var list []string
	for _, h := range v.Hosts {
		if h.Answers == serviceOAuth {
			list = append(list, "https://"+h.Host)
		}
	}
	return list
}

// has reports whether a path is one that the host answers.
func (h vendorHost) has(path string) bool {
	for _, p := range h.Paths {
		if start, any := strings.CutSuffix(p, "*"); path == p || any && strings.HasPrefix(path, start) {
			return true
		}
	}
	return false
}
