package sites

import (
	"fmt"

	"connect-workbench/mockhost/site"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// facts are what is known of a site: where it is, and how it is set.
func facts(s workbench.SiteState) []widgets.KeyValue {
	address := widgets.KeyValue{Label: "Address", Value: s.BaseURL}
	rows := []widgets.KeyValue{address}
	if moved := port(s); moved != "" {
		rows = append(rows, widgets.KeyValue{Label: "Moved", Value: moved, Status: widgets.StatusWarning, Prose: true})
	}
	rows = append(rows, widgets.KeyValue{Label: "Product", Value: s.Product.Name() + " " + s.ServerVersion, Prose: true})
	return append(rows, settled(s.Site)...)
}

// settled is a site's settings in the words of the list of facts.
func settled(s site.Site) []widgets.KeyValue {
	facts := []widgets.KeyValue{
		{Label: "Licence", Value: licenceName(s.Licence), Prose: true},
		{Label: "Era", Value: site.EraTitle(s.Era), Prose: true},
	}
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, widgets.KeyValue{Label: label, Value: value})
		}
	}
	add("Display URL", s.DisplayURL)
	add("Help centre", s.HelpCenterURL)
	if s.TokenSeconds != 0 {
		facts = append(facts, widgets.KeyValue{Label: "Token life", Value: fmt.Sprintf("%d s", s.TokenSeconds), Prose: true})
	}
	if s.UninstalledFirst {
		facts = append(facts, widgets.KeyValue{Label: "Last callbacks", Value: "uninstalled before disabled", Prose: true})
	}
	add("clientKey", s.ClientKey)
	add("oauthClientId", s.OAuthClientID)
	return facts
}
