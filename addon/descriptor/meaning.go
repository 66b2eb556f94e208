package descriptor

import (
	"bytes"
	"net"
	"net/url"
	"slices"
	"strings"
)

// meaning checks what concerns the descriptor as a whole.
func (k *Checker) meaning(root Node) {
	k.installed(root)
	k.baseURL(root.Child("baseUrl"))
	k.regions(root)
	k.webhookScope(root)
	k.scopesNeeded(root)
	k.apiVersion(root)
	k.signedInstall(root)
}

// installed: with jwt, hosts insist on the callback that hands over the secret.
// Source: descriptor.md §2 (lifecycle).
func (k *Checker) installed(root Node) {
	auth := root.Child("authentication")
	kind := auth.Child("type")
	if auth.Kind() != Object || kind.HasPlaceholder() || kind.Exists() && !bytes.EqualFold(kind.bytes(), []byte("jwt")) {
		return
	}
	lifecycle := root.Child("lifecycle")
	if lifecycle.Kind() == Placeholder || lifecycle.Child("installed").HasPlaceholder() || lifecycle.Child("installed").Text() != "" {
		return
	}
	at := auth
	if lifecycle.Kind() == Object {
		at = lifecycle
	}
	k.add(finding{rule: ruleInstalled, node: at, at: keyOf(at)},
		`authentication by jwt needs "installed" in "lifecycle": the host sends the shared secret there, and refuses to install without`)
}

// baseURL: https everywhere but on a developer's machine. What is no web address at all is
// the pattern's to say. Source: descriptor.md §2 (baseUrl).
func (k *Checker) baseURL(n Node) {
	if n.Kind() != String || n.HasPlaceholder() {
		return
	}
	f := finding{rule: ruleBaseURL, node: n}
	text := n.Text()
	if text == "" {
		k.add(f, `"baseUrl" is empty; the host needs an address with https://`)
		return
	}
	scheme, rest, _ := strings.Cut(text, "://")
	if scheme != "https" && scheme != "http" || rest == "" {
		return
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		k.add(f, `"baseUrl" is no address: %s`, shorten(strings.TrimPrefix(err.Error(), "parse ")))
	case u.Host == "":
		k.add(f, `"baseUrl" names no host`)
	case u.Scheme == "https":
		k.port(f, u)
	case u.Port() == "443":
		f.fix = toHTTPS(n)
		k.add(f, `"baseUrl" speaks http to port 443; write https://`)
	case !isLoopback(u.Hostname()):
		k.plainHTTP(f, u)
	case !k.DevMode:
		f.severity = Warning
		k.add(f, `"baseUrl" is an address of this machine without https; hosts on the network refuse it`)
	}
}

func (k *Checker) plainHTTP(f finding, u *url.URL) {
	if k.DevMode {
		f.severity = Warning
	}
	if u.Port() == "" {
		f.fix = toHTTPS(f.node)
	}
	k.add(f, `"baseUrl" must begin with https://; hosts take http only from a developer's machine`)
}

// toHTTPS is the fix that changes the scheme of an address; nil when that is written with escapes.
func toHTTPS(n Node) *Fix {
	from, _ := n.Range()
	if !bytes.HasPrefix(n.Raw(), []byte(`"http:`)) {
		return nil
	}
	return replace("Change to https", from+1, from+1+len("http"), "https")
}

func isLoopback(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// webhookScope: hosts refuse webhooks without the scope to read. Source: descriptor.md §5.
func (k *Checker) webhookScope(root Node) {
	hooks, scopes := root.Find("modules", "webhooks"), root.Child("scopes")
	if !hooks.First().Exists() || hooks.Kind() != Array || scopes.Exists() && scopes.Kind() != Array {
		return
	}
	if k.mayRead(root, scopes) {
		return
	}
	k.add(finding{rule: ruleWebhookScope, node: hooks, at: keyOf(hooks), fix: addScope(root, scopes, "READ")},
		`webhooks need READ in "scopes", or a scope that implies it; the host refuses to install without`)
}

// mayRead tells whether the scopes hold READ or one that implies it, as far as they can be read.
func (k *Checker) mayRead(root, scopes Node) bool {
	for s := range scopes.Children() {
		if s.HasPlaceholder() || s.Kind() != String {
			return true // READ may be meant, and what is no string is reported as that
		}
	}
	return ScopeGranted(readScopes(root), "READ")
}

// addScope puts a scope behind the others, or a list of scopes before the modules.
func addScope(root, scopes Node, scope string) *Fix {
	title := "Add the scope " + scope
	if scopes.Exists() {
		edits, err := root.t.AddElement("/scopes", -1, scope)
		return fixOf(title, edits, err)
	}
	edits, err := root.t.AddMember("", "scopes", slices.Index(slices.Collect(root.Children()), root.Child("modules")), []string{scope})
	return fixOf(title, edits, err)
}
