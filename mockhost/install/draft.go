package install

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// draft is a descriptor the host has accepted, and what follows from it for the callbacks.
type draft struct {
	descriptor.Descriptor
	text []byte
}

// path is the callback's path below baseUrl; "" when the descriptor does not ask for it.
func (d draft) path(event exchange.Kind) string { return d.Lifecycle[string(event)] }

// newDraft reads a text that the check stage accepted.
func newDraft(text []byte) (draft, error) {
	d, err := descriptor.Read(text)
	if err != nil {
		return draft{}, err
	}
	return draft{Descriptor: d, text: text}, nil
}

// draftOf reads the descriptor of what is installed.
func (v *verb) draftOf(in site.Installation) (draft, error) {
	d, err := newDraft(in.Descriptor)
	if err != nil {
		return draft{}, fmt.Errorf("read the installed descriptor of %s: %w", in.AddonKey, err)
	}
	return d, nil
}

// check is the stage between fetch and callback: what the host would refuse ends the install,
// all faults in one message. Both products' rules are asked, because one descriptor may serve
// both; only when all of it is for the other product the site refuses.
func (v *verb) check(fetched []byte) (draft, error) {
	v.running(CheckStage, "the descriptor")
	text := v.spoiled(fetched)
	report := descriptor.Check(text, descriptor.Options{Product: descriptor.Auto, DevMode: true, Era: v.site.Era})
	if report.Errors > 0 {
		return draft{}, v.failed(invalid(text, report))
	}
	d, err := newDraft(text)
	if err != nil {
		return draft{}, v.failed(failure(CheckStage, problem(keyMalformed, fmt.Sprintf("The host cannot read the descriptor: %v.", err)), 0, err))
	}
	for _, p := range []*Problem{unrendered(d), foreign(v.site.Product, report.Product, d), unaskable(report)} {
		if p != nil {
			return draft{}, v.failed(failure(CheckStage, *p, 0, nil))
		}
	}
	if p := v.refused(); p != nil {
		return draft{}, v.failed(failure(CheckStage, *p, 0, nil))
	}
	v.done(CheckStage, checked(d, report), 0)
	return d, nil
}

// listedFaults is how many faults a message names: those of a file that is no JSON have no end.
const listedFaults = 10

// invalid lists the errors of the report, under the host's key for the first of them. Of a text that
// is no JSON it lists only what makes it none: what seems to be missing may stand behind the fault.
func invalid(text []byte, report descriptor.Report) *Error {
	wrong := slices.DeleteFunc(slices.Clone(report.Problems), func(p descriptor.Problem) bool { return p.Severity != descriptor.Error })
	total, key := report.Errors, keyValidation
	if syntax := slices.DeleteFunc(slices.Clone(wrong), func(p descriptor.Problem) bool { return !isSyntax(p) }); len(syntax) > 0 {
		total -= len(wrong) - len(syntax)
		wrong = syntax
	}
	if len(wrong) > 0 {
		key = validationKey(wrong[0], text)
	}
	var faults []string
	for _, p := range wrong[:min(len(wrong), listedFaults)] {
		faults = append(faults, fmt.Sprintf("line %d: %s", p.Line, strings.TrimRight(p.Message, ".?")))
	}
	if unlisted := total - len(faults); unlisted > 0 {
		faults = append(faults, fmt.Sprintf("and %d more", unlisted))
	}
	count := "1 fault"
	if total > 1 {
		count = fmt.Sprintf("%d faults", total)
	}
	happened := fmt.Sprintf("The host refuses the descriptor for %s: %s.", count, strings.Join(faults, "; "))
	return failure(CheckStage, problem(key, happened), 0, nil)
}

// isSyntax reports whether a fault makes a text no JSON.
func isSyntax(p descriptor.Problem) bool { return strings.HasPrefix(p.Rule, "syntax.") }

// validationKey is the host's message key for a rule of package descriptor. What has no key of
// its own is a fault against the schema.
func validationKey(p descriptor.Problem, text []byte) string {
	switch p.Rule {
	case "meaning.installed":
		return keyNoInstalled
	case "meaning.base-url", "shape.pattern":
		if p.Pointer == "/baseUrl" {
			return baseURLKey(descriptor.Parse(text).Root().Child("baseUrl").Text())
		}
	case "meaning.webhook-scope":
		return keyMissingScope
	case "meaning.page-condition":
		return keyPageCondition
	case "meaning.unknown-module", "meaning.module-product", "meaning.other-product":
		return keyUnknownModule
	case "meaning.location-refused":
		return keyInvalidLocation
	}
	if isSyntax(p) {
		return keyMalformed
	}
	return keyValidation
}

func baseURLKey(baseURL string) string {
	if strings.HasPrefix(baseURL, "http://") {
		return keyNoTLS
	}
	return keyNoScheme
}

// unrendered refuses a template that was served as it is: its key and base URL would be taken
// by the letter.
func unrendered(d draft) *Problem {
	base, err := url.Parse(d.BaseURL)
	if err == nil && base.Host != "" && !strings.ContainsAny(d.Key+d.BaseURL, "{}<>$") {
		return nil
	}
	p := problem(keyValidation, fmt.Sprintf("The descriptor's key is %q and its baseUrl %q, which looks like a template that was not filled in.", d.Key, d.BaseURL))
	return &p
}

// foreign refuses a descriptor whose modules all belong to the other product.
func foreign(host site.Product, meant descriptor.Product, d draft) *Problem {
	other := descriptor.Confluence
	if host == site.Confluence {
		other = descriptor.Jira
	}
	if meant != other || len(d.Modules) == 0 {
		return nil
	}
	p := problem(keyUnknownModule, fmt.Sprintf("The modules of %s are for %s, and this site is %s.",
		d.Key, other.Name(), host.Name()))
	return &p
}

// unaskable refuses a condition without the parameters it needs. To the editor that is a warning,
// because newer hosts may know more than the catalogue. Source: protocol descriptor.md §4.
func unaskable(report descriptor.Report) *Problem {
	for _, found := range report.Problems {
		if found.Rule == "meaning.condition-params" {
			p := problem(keyConditionParams, fmt.Sprintf("Line %d: %s.", found.Line, strings.TrimRight(found.Message, ".?")))
			return &p
		}
	}
	return nil
}

func checked(d draft, report descriptor.Report) string {
	detail := d.Key
	if d.Version != "" {
		detail += " " + d.Version
	}
	switch report.Warnings {
	case 0:
		return detail + ": no faults"
	case 1:
		return detail + ": no errors, 1 warning"
	}
	return fmt.Sprintf("%s: no errors, %d warnings", detail, report.Warnings)
}

// registered says what the register stage put in place.
func registered(d draft, before, next site.Installation) string {
	total := 0
	for _, n := range d.Modules {
		total += n
	}
	modules := fmt.Sprintf("%d modules", total)
	if total == 1 {
		modules = "1 module"
	}
	if !d.Authenticated() {
		return modules + "; no secret, the descriptor asks for no authentication"
	}
	if next.SharedSecret == before.SharedSecret {
		return modules + "; the secret stays, as it did in the site's time"
	}
	return modules + "; the new secret is in force"
}
