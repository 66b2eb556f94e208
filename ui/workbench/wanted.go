package workbench

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"connect-workbench/mockhost/site"
)

// maxTitle is how many characters a site's title may have: it stands on buttons and in lists.
const maxTitle = 255

// wanted checks what a person asks of a site beyond what keeps it from being run; a project that has
// it already still opens. before is the site as it is, the zero value for a new one. The error is a
// *site.InvalidError.
func (w *Workbench) wanted(s, before site.Site) error {
	faults := []error{validTitle(s.Title)}
	if s.Port != 0 && s.Port != before.Port {
		faults = append(faults, w.freeOfOthers(s))
	}
	for _, u := range s.Users {
		if strings.TrimSpace(u.DisplayName) == "" {
			faults = append(faults, fmt.Errorf("the user %s has no displayName: people know one another by it", u.AccountID))
		}
		if old, known := before.User(u.AccountID); !known || old.TimeZone != u.TimeZone || old.Locale != u.Locale {
			faults = append(faults, validPlace(u))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return &site.InvalidError{Err: fmt.Errorf("site %q: %w", s.ID, err)}
	}
	return nil
}

// validPlace checks where a user lives: add-ons format times and texts by it. "" is left to them.
func validPlace(u site.User) error {
	if _, err := time.LoadLocation(u.TimeZone); err != nil {
		return fmt.Errorf("timeZone %q of %s is none: write one as in \"Europe/Berlin\"", u.TimeZone, u.DisplayName)
	}
	if u.Locale == "" {
		return nil
	}
	if _, err := language.Parse(u.Locale); err != nil {
		return fmt.Errorf("locale %q of %s is no language tag: write one as in \"en-GB\"", u.Locale, u.DisplayName)
	}
	return nil
}

func validTitle(title string) error {
	switch {
	case strings.TrimSpace(title) == "":
		return errors.New("title is empty: people know a site by it")
	case strings.ContainsFunc(title, unicode.IsControl):
		return fmt.Errorf("title %q is not one line of text", title)
	case utf8.RuneCountInString(title) > maxTitle:
		return fmt.Errorf("title has %d characters; %d are enough", utf8.RuneCountInString(title), maxTitle)
	}
	return nil
}

// freeOfOthers says whose port a site asks for: both could never be there at once.
func (w *Workbench) freeOfOthers(s site.Site) error {
	all := w.currentSettings()
	for _, other := range all.Sites {
		if other.ID != s.ID && other.Port == s.Port {
			return fmt.Errorf("port %d is that of the site %q (%s): give each a port of its own, or 0 for any free one", s.Port, other.ID, other.Title)
		}
	}
	if s.Port == all.Addon.Port {
		return fmt.Errorf("port %d is that of the built-in add-on: give the site one of its own, or 0 for any free one", s.Port)
	}
	return nil
}
