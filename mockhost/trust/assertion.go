package trust

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/site"
)

// Names fixed by the protocol. Source: protocol rest.md §3, frameworks.md §5.
const (
	grantJWTBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	clientPrefix   = "urn:atlassian:connect:clientid:"
	accountPrefix  = "urn:atlassian:connect:useraccountid:"
	userKeyPrefix  = "urn:atlassian:connect:userkey:"
)

// Rules of the token endpoint besides those of the token.
const (
	ruleRequest connectjwt.RuleID = "oauth.request" // the form
	ruleGrant   connectjwt.RuleID = "oauth.grant"   // grant_type
	ruleSub     connectjwt.RuleID = "oauth.sub"     // whom to act as
	ruleTnt     connectjwt.RuleID = "oauth.tnt"     // the site meant
	ruleScope   connectjwt.RuleID = "oauth.scope"   // what the add-on may do, and what it asks for
	ruleServer  connectjwt.RuleID = "oauth.server"  // ours: no token could be made
)

// refusal is an answer of the token endpoint other than a token. Source: RFC 6749 §5.2.
type refusal struct {
	status  int
	code    string // "invalid_grant"
	verdict connectjwt.Verdict
}

func (r *refusal) description() string {
	text := r.verdict.Summary
	if r.verdict.Cause != "" {
		text += ": " + r.verdict.Cause
	}
	return text
}

// invalidGrant refuses an assertion for what one of its claims says.
func invalidGrant(rule connectjwt.RuleID, claim, summary, expected, received, fix string) *refusal {
	return &refusal{http.StatusBadRequest, "invalid_grant", connectjwt.Verdict{
		Rule: rule, Summary: summary, Expected: expected, Received: received,
		At: connectjwt.Place{Part: "claim", Name: claim}, Fix: fix,
	}}
}

// identified is an assertion whose sender is known.
type identified struct {
	client Client
	token  connectjwt.Token
}

// identify finds out whose assertion it is, and checks signature, lifetime and audience. An
// oauthClientId belongs to a site, so the secrets of all its add-ons are tried.
func (o *OAuth) identify(assertion string, now time.Time) (identified, *refusal) {
	token, err := connectjwt.Decode(assertion)
	if err != nil {
		_, verdict := connectjwt.Check{Algorithm: connectjwt.HS256, Now: now}.Verify(assertion)
		return identified{}, &refusal{http.StatusBadRequest, "invalid_grant", verdict}
	}
	id, ok := strings.CutPrefix(token.Claims.Issuer, clientPrefix)
	if !ok {
		return identified{}, invalidGrant(connectjwt.RuleIss, "iss", "issuer is not a Connect client",
			clientPrefix+"<oauthClientId>", token.Claims.Issuer, "write oauthClientId of the installed body behind the prefix")
	}
	clients := o.clients(id)
	if len(clients) == 0 {
		return identified{}, &refusal{http.StatusUnauthorized, "invalid_client", connectjwt.Verdict{
			Rule: connectjwt.RuleTenant, Summary: "no add-on is installed under this client id", Received: id,
			At:    connectjwt.Place{Part: "claim", Name: "iss"},
			Cause: "the oauthClientId belongs to no site of this project, or the add-on is not installed and enabled there",
			Fix:   "take oauthClientId from the last installed body, and install the add-on",
		}}
	}
	var verdict connectjwt.Verdict
	for _, c := range clients {
		token, verdict = o.verify(assertion, c, now)
		if verdict.Rule != connectjwt.RuleSignature {
			if verdict.OK {
				return identified{client: c, token: token}, nil
			}
			break
		}
	}
	return identified{}, &refusal{http.StatusBadRequest, "invalid_grant", verdict}
}

// verify checks everything about the token but what it asks for. Its audience is the vendor's server,
// which every framework has built in, or ours.
func (o *OAuth) verify(assertion string, c Client, now time.Time) (connectjwt.Token, connectjwt.Verdict) {
	return connectjwt.Check{
		Algorithm:        connectjwt.HS256,
		Secret:           c.Installation.SharedSecret,
		OldSecrets:       c.Installation.Former(),
		Audience:         append([]string{o.baseURL(), o.baseURL() + tokenPath}, o.audiences...),
		QSH:              connectjwt.QSHIgnored,
		IssuedAtOptional: true, // some frameworks leave it out
		Now:              now,
		Leeway:           connectjwt.HostLeeway,
	}.Verify(assertion)
}

// user finds whom the assertion wants to act as.
func (i identified) user() (site.User, *refusal) {
	sub := i.token.Claims.Subject
	id, byAccount := strings.CutPrefix(sub, accountPrefix)
	key, byKey := strings.CutPrefix(sub, userKeyPrefix)
	if !byAccount && !byKey {
		return site.User{}, invalidGrant(ruleSub, "sub", "subject is not a Connect user",
			accountPrefix+"<accountId>", sub, "write the user's account id behind the prefix")
	}
	for _, user := range i.client.Site.Users {
		if byAccount && user.AccountID == id || byKey && (user.AccountID == key || i.client.Site.UserKey(user) == key) {
			return user, nil
		}
	}
	return site.User{}, invalidGrant(ruleSub, "sub", "no such user on this site",
		"an account id of "+i.client.Site.Title, sub, "take an account id from the site's users")
}

// tenant checks that the assertion names the site it was made for.
func (i identified) tenant() *refusal {
	var tnt string
	if raw, ok := i.token.Claims.Extra["tnt"]; ok {
		_ = json.Unmarshal(raw, &tnt) // not a string: stays empty and is refused below
	}
	if want := i.client.Site.BaseURL; strings.TrimSuffix(tnt, "/") != want {
		return invalidGrant(ruleTnt, "tnt", "tenant is not this site", want, tnt,
			"write baseUrl of the installed body, unchanged")
	}
	return nil
}

// lifetime refuses assertions that could be used for long: frameworks write 60 s.
func (i identified) lifetime(now time.Time) *refusal {
	left := time.Unix(i.token.Claims.Expires, 0).Sub(now)
	if left <= maxAssertion+connectjwt.HostLeeway {
		return nil
	}
	return invalidGrant(connectjwt.RuleExp, "exp", "assertion lives too long",
		fmt.Sprintf("at most %d s from now", int(maxAssertion.Seconds())), fmt.Sprintf("%d s", int(left.Seconds())),
		"set exp to 60 s from now: an assertion is used once, at once")
}

// scopes checks that the add-on may act as users, and gives the scopes of the token: those
// asked for, or all that the descriptor has. Go's oauth2/jira puts a plus, encoded, between them
// where the protocol has a space.
func (i identified) scopes(requested string) ([]string, *refusal) {
	granted := i.client.Scopes
	if !slices.Contains(granted, scopeActAsUser) {
		return nil, &refusal{http.StatusBadRequest, "unauthorized_client", connectjwt.Verdict{
			Rule: ruleScope, Summary: "the add-on may not act as a user",
			Expected: scopeActAsUser, Received: strings.Join(granted, " "),
			Cause: "the descriptor does not ask for the scope " + scopeActAsUser,
			Fix:   "add " + scopeActAsUser + " to the descriptor's scopes and install again",
		}}
	}
	if strings.Trim(requested, " +") == "" {
		return granted, nil
	}
	wanted := strings.FieldsFunc(requested, func(r rune) bool { return r == ' ' || r == '+' })
	for _, w := range wanted {
		if !slices.Contains(granted, w) {
			return nil, &refusal{http.StatusBadRequest, "invalid_scope", connectjwt.Verdict{
				Rule: ruleScope, Summary: "a scope was asked for that the descriptor does not have",
				Expected: strings.Join(granted, " "), Received: w,
				At:    connectjwt.Place{Part: "request", Name: "scope"},
				Cause: "scopes of a token are a choice of the descriptor's, spelled in upper case",
				Fix:   "leave scope out, or ask for scopes of the descriptor",
			}}
		}
	}
	return wanted, nil
}
