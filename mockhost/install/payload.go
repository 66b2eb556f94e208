package install

import (
	"encoding/json"
	"fmt"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// payload is the body of a lifecycle callback, in the order the host writes it. sharedSecret
// is there in installed only; the licence numbers only for add-ons that enable licensing.
// Source: protocol lifecycle.md §2.
type payload struct {
	Key                      string        `json:"key"`
	ClientKey                string        `json:"clientKey"`
	OAuthClientID            string        `json:"oauthClientId,omitempty"`
	PublicKey                string        `json:"publicKey"` // deprecated, and not the install key: always empty
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
func body(s site.Running, addonKey string, event exchange.Kind, secret string, licensing bool) ([]byte, error) {
	display := s.DisplayURL
	if display == "" {
		display = s.BaseURL
	}
	p := payload{
		Key: addonKey, ClientKey: s.ClientKey, OAuthClientID: s.OAuthClientID,
		ServerVersion: s.ServerVersion, PluginsVersion: s.ConnectVersion(),
		BaseURL: s.BaseURL, DisplayURL: display, DisplayURLHelpCenter: display,
		ProductType: s.Product, Description: s.Title, EventType: event,
	}
	if event == exchange.KindInstalled {
		p.SharedSecret = secret
	}
	if licensing {
		p.SupportEntitlementNumber = s.SupportEntitlementNumber
		p.EntitlementID = s.EntitlementID
		p.EntitlementNumber = s.EntitlementNumber
	}
	text, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("write the %s body: %w", event, err)
	}
	return text, nil
}
