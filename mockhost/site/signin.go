package site

import (
	"crypto/subtle"
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
