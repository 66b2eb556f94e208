package desktop

import (
	"errors"
	"fmt"
	"strings"

	"connect-workbench/mockhost/install"
	"connect-workbench/ui/workbench"
)

// failure is an error in the window's words: what happened, why, what to do, where.
type failure struct {
	What     string // the title: what the person wanted and did not get
	Why      string
	Do       string // empty when there is nothing to advise
	Admin    string // for an install: what the customer's admin would read
	Expected string // of the verdict, when a rule was broken
	Received string
	Exchange int64 // the exchange that shows it; 0 for none
}

// explain turns an error into words. title says what was wanted.
func explain(title string, err error) failure {
	f := failure{What: title, Why: sentence(err.Error()), Do: workbench.Advice(err)}
	var refused *install.Error
	if errors.As(err, &refused) {
		p := refused.Problem
		f.Why, f.Admin, f.Exchange = sentence(p.Developer), p.Admin, refused.Exchange
		f.Expected, f.Received = p.Verdict.Expected, p.Verdict.Received
	}
	return f
}

// parts are the failure's labelled texts in the order they are read, without empty ones.
func (f failure) parts() [][2]string {
	var parts [][2]string
	for _, part := range [][2]string{
		{"Why", f.Why},
		{"Expected", f.Expected},
		{"Received", f.Received},
		{"What to do", f.Do},
		{"What the admin would see", f.Admin},
	} {
		if part[1] != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// text is the whole failure as plain text, for the clipboard.
func (f failure) text() string {
	var b strings.Builder
	b.WriteString(f.What)
	for _, part := range f.parts() {
		fmt.Fprintf(&b, "\n%s: %s", part[0], part[1])
	}
	return b.String()
}

// sentence makes an error's text readable on screen: a capital, and a full stop.
// A first word that is no plain lower-case word (a path, a name, a quotation) stays as it is.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return text
	}
	first, _, _ := strings.Cut(text, " ")
	if strings.Trim(first, "abcdefghijklmnopqrstuvwxyz") == "" {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	if !strings.ContainsAny(text[len(text)-1:], ".!?:") {
		text += "."
	}
	return text
}
