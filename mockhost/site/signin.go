package site

import (
	"crypto/subtle"
	"slices"
	"strings"
)

// AdminName is the Basic name of a site's first administrator, and Password that of all its people.
// The accounts are a pretence on loopback; frameworks that register themselves want one in their
// configuration. Source: protocol lifecycle.md §6.
const (
	AdminName = "admin"
	Password  = "admin"
)

// SignIn finds the person who signs in with an e-mail address, or as AdminName, and a password.
func (s Site) SignIn(name, password string) (User, bool) {
	right := subtle.ConstantTimeCompare([]byte(password), []byte(Password)) == 1
	for _, u := range s.Users {
		if u.Admin && name == AdminName || u.Email != "" && strings.EqualFold(name, u.Email) {
			return u, right
		}
	}
	return User{}, false
}

// SignInAdvice says how to be let in as an administrator; a site may have none.
func (s Site) SignInAdvice() string {
	if !slices.ContainsFunc(s.Users, func(u User) bool { return u.Admin }) {
		return "make one of the site's users an administrator in its settings: it has none, so nobody can sign in as " + AdminName
	}
	return "sign in as " + AdminName + " with the password " + Password
}
