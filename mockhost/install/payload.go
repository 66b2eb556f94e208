package install

import (
	"cmp"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// payload is the body of a lifecycle callback, in the order the host writes it. sharedSecret
// is there in installed only; the licence numbers only for add-ons that enable licensing. What the
// notes call unconfirmed is left out: installationId of add-ons that are in Forge too, accountId of
// who acts, cloudId and the edition. Source: protocol lifecycle.md §2.
type payload struct {
	Key                      string        `json:"key"`
	ClientKey                string        `json:"clientKey"`
	OAuthClientID            string        `json:"oauthClientId,omitempty"`
	PublicKey                string        `json:"publicKey"` // of the tenant, in the time when it was of use
	SharedSecret             string        `json:"sharedSecret,omitempty"`
	ServerVersion            string        `json:"serverVersion"`
	PluginsVersion           string        `json:"pluginsVersion"`
	BaseURL                  string        `json:"baseUrl"`
	DisplayURL               string        `json:"displayUrl"`
	DisplayURLHelpCenter     string        `json:"displayUrlServicedeskHelpCenter"`
	ProductType              site.Product  `json:"productType"`
	Description              string        `json:"description"`
	SupportEntitlementNumber string        `json:"serviceEntitlementNumber,omitempty"`
	EntitlementID            string        `json:"entitlementId,omitempty"`
	EntitlementNumber        string        `json:"entitlementNumber,omitempty"`
	EventType                exchange.Kind `json:"eventType"`
}

// body writes the payload of one callback. secret is put in for installed, and for nothing else.
//
// Before the present the tenant's public key is sent along, the oauthClientId only to add-ons that
// may act as a user, and there are no entitlement ids of the newer billing (since September 2023).
func (v *verb) body(d draft, event exchange.Kind, secret string) ([]byte, error) {
	s := v.site
	modern := s.Era == "" || s.Era == site.CloudNow
	display := cmp.Or(s.DisplayURL, s.BaseURL)
	p := payload{
		Key: d.Key, ClientKey: s.ClientKey,
		ServerVersion: s.ServerVersion, PluginsVersion: s.ConnectVersion(),
		BaseURL: s.BaseURL, DisplayURL: display, DisplayURLHelpCenter: cmp.Or(s.HelpCenterURL, display),
		ProductType: s.Product, Description: s.Title, EventType: event,
	}
	if modern || descriptor.ScopeGranted(d.Scopes, "ACT_AS_USER") {
		p.OAuthClientID = s.OAuthClientID
	}
	if event == exchange.KindInstalled {
		p.SharedSecret = secret
	}
	if d.EnableLicensing {
		p.SupportEntitlementNumber = s.SupportEntitlementNumber
		if modern {
			p.EntitlementID, p.EntitlementNumber = s.EntitlementID, s.EntitlementNumber
		}
	}
	if !modern {
		key, err := v.m.signer.publicKey()
		if err != nil {
			return nil, fmt.Errorf("write the %s body: %w", event, err)
		}
		p.PublicKey = key
	}
	text, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("write the %s body: %w", event, err)
	}
	return text, nil
}

// publicKey is the public half as legacy payloads carry a tenant's key: base64 of its DER form. The
// project has one RSA key for all its tenants; nothing in Connect was ever signed with this one.
func (s Signer) publicKey() (string, error) {
	der, err := x509.MarshalPKIXPublicKey(&s.Key.PublicKey)
	if err != nil {
		return "", fmt.Errorf("write the tenant's public key: %w", err)
	}
	return base64.StdEncoding.EncodeToString(der), nil
}
