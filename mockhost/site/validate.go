package site

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"connect-workbench/addon/descriptor"
)

// idPattern keeps a site id usable in a URL path, a filter word and a file name.
const idPattern = `^[a-z0-9][a-z0-9-]{0,39}$`

// InvalidError is what Validate and ValidateAll find: the person has to change the settings.
type InvalidError struct{ Err error }

func (e *InvalidError) Error() string { return e.Err.Error() }

func (e *InvalidError) Unwrap() error { return e.Err }

// maxTokenSeconds bounds TokenSeconds: no host ever gave a token more than a quarter of an hour.
const maxTokenSeconds = 900

// Validate says what keeps a site from being run: a bad id, an unknown product, a context
// path the host could not mount, a missing clientKey. The text names the field as it is
// spelled in workbench.json.
func (s Site) Validate() error {
	if !regexp.MustCompile(idPattern).MatchString(s.ID) {
		return &InvalidError{fmt.Errorf("site id %q: use 1 to 40 lower-case letters, digits and hyphens", s.ID)}
	}
	var faults []error
	if s.Product != Jira && s.Product != Confluence {
		faults = append(faults, fmt.Errorf("product %q is neither %q nor %q", s.Product, Jira, Confluence))
	}
	if s.ContextPath != "" && !validContextPath(s.ContextPath) {
		faults = append(faults, fmt.Errorf("contextPath %q: begin it with one slash and end it without, as in \"/wiki\"", s.ContextPath))
	}
	if s.ClientKey == "" {
		faults = append(faults, errors.New("clientKey is empty: add-ons know a site by it"))
	}
	if s.Port < 0 || s.Port > 65535 {
		faults = append(faults, fmt.Errorf("port %d is outside 0 to 65535", s.Port))
	}
	if !slices.Contains(Licences(), s.Licence) {
		faults = append(faults, fmt.Errorf("licence %q is none of %s", s.Licence, listed(Licences())))
	}
	if s.Era != "" && !slices.Contains(descriptor.Eras(), s.Era) {
		faults = append(faults, fmt.Errorf("era %q is none of %s", s.Era, listed(descriptor.Eras())))
	}
	if s.TokenSeconds < 0 || s.TokenSeconds > maxTokenSeconds {
		faults = append(faults, fmt.Errorf("tokenSeconds %d is outside 0 (the era's own) to %d", s.TokenSeconds, maxTokenSeconds))
	}
	for _, one := range []struct{ name, address string }{{"displayUrl", s.DisplayURL}, {"helpCenterUrl", s.HelpCenterURL}} {
		if one.address != "" && !validURL(one.address) {
			faults = append(faults, fmt.Errorf("%s %q is no http or https URL", one.name, one.address))
		}
	}
	if err := validUsers(s.Users, s.Groups); err != nil {
		faults = append(faults, err)
	}
	if len(faults) > 0 {
		return &InvalidError{fmt.Errorf("site %q: %w", s.ID, errors.Join(faults...))}
	}
	return nil
}

// listed are the values of a closed list, in words.
func listed[T ~string](values []T) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = string(v)
	}
	return strings.Join(words, ", ")
}

// ValidateAll checks every site, and that no two share an id or a clientKey.
func ValidateAll(sites []Site) error {
	ids, keys := map[string]bool{}, map[string]string{}
	for _, s := range sites {
		if err := s.Validate(); err != nil {
			return err
		}
		if ids[s.ID] {
			return &InvalidError{fmt.Errorf("site %q is there twice", s.ID)}
		}
		if other, taken := keys[s.ClientKey]; taken {
			return &InvalidError{fmt.Errorf("sites %q and %q have the same clientKey %q: an add-on would take them for one customer", other, s.ID, s.ClientKey)}
		}
		ids[s.ID], keys[s.ClientKey] = true, s.ID
	}
	return nil
}

func validContextPath(p string) bool {
	return strings.HasPrefix(p, "/") && !strings.HasSuffix(p, "/") &&
		!strings.Contains(p, "//") && !strings.ContainsAny(p, "?#% {}") && !strings.Contains(p, "/.")
}

func validURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}

func validUsers(users []User, groups []string) error {
	for i, g := range groups {
		if g == "" || slices.Contains(groups[:i], g) {
			return fmt.Errorf("group %q is empty or there twice", g)
		}
	}
	seen := map[string]bool{}
	for _, u := range users {
		if u.AccountID == "" {
			return fmt.Errorf("user %q has no accountId", u.DisplayName)
		}
		if seen[u.AccountID] {
			return fmt.Errorf("accountId %q is given to two users", u.AccountID)
		}
		seen[u.AccountID] = true
		for _, g := range u.Groups {
			if !slices.Contains(groups, g) {
				return fmt.Errorf("user %q is in the group %q, which is not among the site's groups", u.DisplayName, g)
			}
		}
	}
	return nil
}
