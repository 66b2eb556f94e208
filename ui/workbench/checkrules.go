package workbench

import (
	"fmt"
	"slices"

	"connect-workbench/addon/descriptor"
)

// CheckRules say whose rules the open descriptor is checked, completed and explained by. The zero
// value finds the product by the descriptor's modules and takes the hosts of today.
type CheckRules struct {
	Product descriptor.Product `json:"product,omitempty"` // Jira or Confluence; "": found by the modules
	Era     descriptor.Era     `json:"era,omitempty"`     // "": CloudNow
}

// Valid says what of the rules is not known.
func (r CheckRules) Valid() error {
	if r.Product != "" && r.Product != descriptor.Jira && r.Product != descriptor.Confluence {
		return fmt.Errorf("product %q is neither %q nor %q", r.Product, descriptor.Jira, descriptor.Confluence)
	}
	if r.Era != "" && !slices.Contains(descriptor.Eras(), r.Era) {
		return fmt.Errorf("era %q is none of %q", r.Era, descriptor.Eras())
	}
	return nil
}

// CheckRules are those of the project.
func (w *Workbench) CheckRules() CheckRules { return w.currentSettings().Check }

// SetCheckRules has the descriptor checked by other rules from now on, and keeps them in
// workbench.json. An error leaves those there were.
func (w *Workbench) SetCheckRules(r CheckRules) error {
	if err := r.Valid(); err != nil {
		return fmt.Errorf("choose the rules of the check: %w", err)
	}
	defer w.changed(DescriptorChanged)
	return w.saveSettings(func(s *settings) { s.Check = r })
}

// checkOptions are the project's rules. A loopback http baseUrl is fine here: the add-on under test
// runs on this machine.
func (w *Workbench) checkOptions() descriptor.Options {
	r := w.CheckRules()
	return descriptor.Options{Product: r.Product, Era: r.Era, DevMode: true}
}
