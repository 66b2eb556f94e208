package trust

import (
	"net/http"
	"strings"

	"connect-workbench/mockhost/exchange"
)

// Handler answers everything of this room. Each key fetch and each token request goes through
// the log.
func Handler(log *exchange.Log, k Key, o *OAuth) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+KeysPath+"/{kid...}", serveKey(k))
	for _, path := range []string{OAuthPath, OAuthPath + tokenPath, tokenPath} {
		mux.Handle("POST "+path, o)
	}
	return log.Middleware(mux, describe)
}

// describe says which requests are exchanges with an add-on.
func describe(r *http.Request) (exchange.Meta, bool) {
	switch {
	case r.URL.Path == OAuthPath, strings.HasSuffix(r.URL.Path, tokenPath):
		return exchange.Meta{Kind: exchange.KindOAuth, Direction: exchange.ToHost}, true
	case strings.HasPrefix(r.URL.Path, KeysPath+"/"):
		return exchange.Meta{Kind: exchange.KindKey, Direction: exchange.ToHost}, true
	}
	return exchange.Meta{}, false
}
