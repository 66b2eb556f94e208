package site

import (
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/addon/descriptor"
)

// Era is the time a site believes to live in: it decides who signs what, with which key, how people
// are named, and what of a descriptor the site knows. "" stands for CloudNow.
type Era = descriptor.Era

// The eras. Source: protocol jwt.md §2, §3 and §6, webhooks.md §2.
const (
	// CloudNow signs installed and uninstalled with the install key, names people by account id,
	// and marks context tokens with a constant. A descriptor may still opt out of the first.
	CloudNow = descriptor.CloudNow
	// Cloud2020 is the transition: account ids, but the install key and the constant only for
	// descriptors that ask for them in apiMigrations.
	Cloud2020 = descriptor.Cloud2020
	// Cloud2016 knows shared secrets only, names people by user key, and says who acts in the
	// parameters user_id and user_key. A descriptor that sets apiMigrations.gdpr gets account ids.
	Cloud2016 = descriptor.Cloud2016
)

// EraTitle is an era's name with what tells it from the others, as people read it.
func EraTitle(e Era) string {
	what := "signed install, account ids"
	switch e {
	case Cloud2020:
		what = "shared secret, opt-in to signed install"
	case Cloud2016:
		what = "shared secret, user keys"
	}
	return descriptor.EraName(e) + " (" + what + ")"
}

// Practice is what a site does with one add-on: its era, as far as the descriptor's apiMigrations
// leave it as it is.
type Practice struct {
	// SignedInstall: installed and uninstalled carry RS256 with the install key. Otherwise the first
	// installed is unsigned, a later one HS256 with the secret of before, uninstalled HS256.
	SignedInstall bool
	// KeepsSecret: an upgrade sends the secret there is; only a re-install brings a new one.
	KeepsSecret bool
	// AccountIDs: sub and context name people by account id; otherwise by user key and name.
	AccountIDs bool
	// UserContext: the context claim of a token bound to a request has the user.
	UserContext bool
	// UserParameters: user_id and user_key of who acts are appended to every address, and signed.
	UserParameters bool
	// ContextQSH: the qsh of a context token is the constant; otherwise that of the page request.
	ContextQSH bool

	TokenLife        time.Duration // of tokens bound to a request
	ContextTokenLife time.Duration
}

// Practice is what the site does with an add-on whose descriptor has these apiMigrations.
func (s Site) Practice(m descriptor.Migrations) Practice {
	p := Practice{
		SignedInstall: m.SignedInstall != descriptor.OptedOut, AccountIDs: true, ContextQSH: true,
		TokenLife: connectjwt.HostTokenLife, ContextTokenLife: connectjwt.ContextTokenLife,
	}
	switch s.Era {
	case Cloud2020:
		p.SignedInstall = m.SignedInstall == descriptor.OptedIn
		p.ContextQSH = m.ContextQSH == descriptor.OptedIn
		p.KeepsSecret = true
	case Cloud2016:
		p.SignedInstall, p.ContextQSH = false, false
		p.KeepsSecret, p.UserContext = true, true
		p.AccountIDs = m.GDPR == descriptor.OptedIn
		p.UserParameters = !p.AccountIDs
	}
	if s.TokenSeconds > 0 {
		p.TokenLife = time.Duration(s.TokenSeconds) * time.Second
	}
	return p
}
