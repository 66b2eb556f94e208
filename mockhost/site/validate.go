package site

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// idPattern keeps a site id usable in a URL path, a filter word and a file name.
const idPattern = `^[a-z0-9][a-z0-9-]{0,39}$`

// Validate says what keeps a site from being run: a bad id, an unknown product, a context
// path the host could not mount, a missing clientKey. The text names the field as it is
// spelled in workbench.json.
func (s Site) Validate() error {
	if !regexp.MustCompile(idPattern).MatchString(s.ID) {
		return fmt.Errorf("site id %q: use 1 to 40 lower-case letters, digits and hyphens", s.ID)
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
	if err := validUsers(s.Users); err != nil {
		faults = append(faults, err)
	}
	if len(faults) > 0 {
		return fmt.Errorf("site %q: %w", s.ID, errors.Join(faults...))
	}
	return nil
}

// ValidateAll checks every site, and that no two share an id or a clientKey.
func ValidateAll(sites []Site) error {
	ids, keys := map[string]bool{}, map[string]string{}
	for _, s := range sites {
		if err := s.Validate(); err != nil {
			return err
		}
		if ids[s.ID] {
			return fmt.Errorf("site %q is there twice", s.ID)
		}
		if other, taken := keys[s.ClientKey]; taken {
			return fmt.Errorf("sites %q and %q have the same clientKey %q: an add-on would take them for one customer", other, s.ID, s.ClientKey)
		}
		ids[s.ID], keys[s.ClientKey] = true, s.ID
	}
	return nil
}

func validContextPath(p string) bool {
	return strings.HasPrefix(p, "/") && !strings.HasSuffix(p, "/") &&
		!strings.Contains(p, "//") && !strings.ContainsAny(p, "?#% {}") && !strings.Contains(p, "/.")
}

func validUsers(users []User) error {
	seen := map[string]bool{}
	for _, u := range users {
		if u.AccountID == "" {
			return fmt.Errorf("user %q has no accountId", u.DisplayName)
		}
		if seen[u.AccountID] {
			return fmt.Errorf("accountId %q is given to two users", u.AccountID)
		}
		seen[u.AccountID] = true
	}
	return nil
}
