package mockhost

import (
	"encoding/json"
	"net/http"
	"time"

	"connect-workbench/addon/descriptor"
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
		Schema: descriptorSchema, Script: http.HandlerFunc(h.pages.AddonScript), Client: h.client, Allowed: allowed, Logf: h.logf,
	})
}

// descriptorSchema is what the catalogue says of a product's descriptors, as a JSON schema.
func descriptorSchema(product string) []byte {
	p := descriptor.Product(product)
	if p != descriptor.Jira && p != descriptor.Confluence {
		return nil
	}
	text, err := json.MarshalIndent(descriptor.BuiltIn().JSONSchema(p), "", "  ")
	if err != nil { // maps of texts and numbers always marshal
		return nil
	}
	return append(text, '\n')
}
