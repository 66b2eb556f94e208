package mockhost

import (
	"net/http"
	"time"

	"connect-workbench/mockhost/trust"
)

// ProxyURL is the address of the proxy, which add-ons take as HTTPS_PROXY. "" before Start.
func (h *Host) ProxyURL() string {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.proxyURL
}

// Authority is the project's certificate authority; add-ons that use the proxy have to trust it.
func (h *Host) Authority() *trust.Authority { return h.authority }

// loadAuthority reads the project's certificate authority, and makes it the first time.
func (h *Host) loadAuthority() error {
	fit := func(certificate, private []byte) bool {
		a, err := trust.ParseAuthority(certificate, private)
		return err == nil && a.Fit(time.Now())
	}
	certificate, private, err := h.store.Authority(h.ctx, fit, func() ([]byte, []byte, error) {
		a, err := trust.NewAuthority(time.Now())
		if err != nil {
			return nil, nil, err
		}
		return a.Marshal()
	})
	if err != nil {
		return err
	}
	h.authority, err = trust.ParseAuthority(certificate, private)
	return err
}

func (h *Host) furnishProxy(allowed func() []string) {
	if allowed == nil {
		allowed = func() []string { return nil }
	}
	h.proxy = trust.NewProxy(trust.ProxyParams{
		Log: h.log, Clock: h.clock.Now, Authority: h.authority, Key: h.key, OAuth: h.oauth,
		Script: http.HandlerFunc(h.pages.AddonScript), Client: h.client, Allowed: allowed, Logf: h.logf,
	})
}
