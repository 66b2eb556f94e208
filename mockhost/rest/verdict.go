package rest

import (
	"slices"
	"strings"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/site"
)

// Rules of the gate besides those of the token.
const (
	ruleAddon        connectjwt.RuleID = "rest.addon"        // the add-on is not enabled, or its descriptor cannot be read
	ruleBasic        connectjwt.RuleID = "rest.basic"        // name or password
	ruleBearer       connectjwt.RuleID = "rest.bearer"       // access token
	ruleSession      connectjwt.RuleID = "rest.session"      // session token of a page
	rulePath         connectjwt.RuleID = "rest.path"         // not in normal form
	ruleScope        connectjwt.RuleID = "rest.scope"        // not in an authorized API scope
	ruleVisitor      connectjwt.RuleID = "rest.visitor"      // nobody is logged in
	rulePermission   connectjwt.RuleID = "rest.permission"   // the acting person may not
	ruleOwner        connectjwt.RuleID = "rest.owner"        // belongs to another add-on
	ruleInput        connectjwt.RuleID = "rest.input"        // query or body is not what the resource takes
	ruleLimit        connectjwt.RuleID = "rest.limit"        // too large, too long, too many
	ruleVersion      connectjwt.RuleID = "rest.version"      // not the version that comes next
	ruleNotSimulated connectjwt.RuleID = "rest.notsimulated" // ours: the product has it, we do not
)

// admitted says, for the log, as whom a call is answered and what let it in.
func admitted(res resource, c caller) string {
	who := c.user.DisplayName
	switch {
	case !c.known():
		who = "an anonymous visitor"
	case c.kind == addonItself:
		who += " (app)"
	}
	if !c.scoped() {
		return "acts as " + who
	}
	return "acts as " + who + "; needs " + res.scope + ", the descriptor grants " + listed(c.scopes)
}

// listed writes scopes as people read them.
func listed(scopes []string) string {
	if len(scopes) == 0 {
		return "none"
	}
	return strings.Join(scopes, " ")
}

// unknownAddon is the verdict on a token whose issuer is no add-on of the site. Two tokens get here by
// mistake, both the host's own; they are named.
func unknownAddon(c connectjwt.Claims, s site.Running) connectjwt.Verdict {
	v := connectjwt.Verdict{
		Rule: connectjwt.RuleTenant, Summary: "the issuer is not an add-on of this site",
		Expected: "the key of an add-on installed on " + s.Title, Received: c.Issuer,
		At:    connectjwt.Place{Part: "claim", Name: "iss"},
		Cause: "no add-on with this key was ever installed here",
		Fix:   "write the descriptor's key into iss, and install the add-on on this site",
	}
	switch {
	case c.Issuer == "":
		v.Received, v.Cause = "none", "the claim iss is missing"
	case c.Issuer == s.ClientKey && c.QSH == connectjwt.ContextQSH:
		v.Cause = "this is a context token, which the host makes for pages to call their own server"
		v.Fix = "sign each call to the host with the shared secret: iss is the add-on key, qsh that of the call"
	case c.Issuer == s.ClientKey:
		v.Cause = "iss of a call to the host is the add-on key, not the clientKey; a token of the host cannot be sent back"
	}
	return v
}

func noSecret(in site.Installation) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: connectjwt.RuleTenant, Summary: "the add-on has no shared secret",
		Expected: "an add-on that asks for authentication by jwt", Received: in.AddonKey + " with authentication none",
		At:    connectjwt.Place{Part: "claim", Name: "iss"},
		Cause: "the descriptor was installed with authentication none, so no secret was given out",
		Fix:   "set authentication.type to jwt in the descriptor and install again",
	}
}

// ownSession names the token that atlassian-connect-express makes for its own pages, when one is sent
// to the host: it has the host's clientKey as aud, and no qsh. Source: protocol jwt.md §2 and §3.
func ownSession(v connectjwt.Verdict, c connectjwt.Claims, s site.Running) connectjwt.Verdict {
	late := v.Rule == connectjwt.RuleExp && c.Expires != 0
	if c.QSH != "" || !slices.Contains(c.Audience, s.ClientKey) || v.Rule != connectjwt.RuleQSH && !late {
		return v
	}
	v.Cause = "this is a session token of the add-on's framework (X-acpt), which its pages send to its own server"
	if late {
		v.Cause += "; besides, it has expired"
	}
	v.Fix = "call the host with a token made for this request, as the framework's httpClient makes it"
	return v
}

// badSession words what is wrong with the token of one of our pages.
func badSession(v connectjwt.Verdict) connectjwt.Verdict {
	switch v.Rule {
	case connectjwt.RuleSignature:
		v.Cause = "iss is the site, but no page of this host made the token"
		v.Fix = "iss of an add-on's call is the add-on key"
	case connectjwt.RuleExp:
		v.Fix = "nothing: the page gets a new token and asks again"
	}
	return v
}

func viewerGone(accountID string) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleSession, Summary: "the viewer is no user of this site", Received: accountID,
		Expected: "a user of the site", At: connectjwt.Place{Part: "claim", Name: "sub"},
		Cause: "the user was removed while the page was open",
		Fix:   "open the page again as another user",
	}
}

func visitorRefused() connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleVisitor, Summary: "Client must be authenticated to access this resource.",
		Expected: "a user of the site", Received: "an anonymous visitor",
		At:    connectjwt.Place{Part: "request", Name: "viewer"},
		Cause: "nobody is logged in on the page that asked by AP.request",
		Fix:   "ask for the viewer first (AP.user.getCurrentUser), or show the page to people who are logged in only",
	}
}

func notEnabled(in site.Installation) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleAddon, Summary: "the add-on is " + string(in.State),
		Expected: string(site.Enabled), Received: string(in.State),
		Cause: "an add-on may call back only while it is installed and enabled",
		Fix:   "enable the add-on, or install it again",
	}
}

func badAccessToken(token string, otherSite bool) connectjwt.Verdict {
	v := connectjwt.Verdict{
		Rule: ruleBearer, Summary: "access token is not valid here", At: connectjwt.Place{Part: "header", Name: "Authorization"},
		Expected: "an access token of this host's OAuth server, for this site", Received: "an access token that is not known",
		Cause: "it was never given out by this host, or it has expired",
		Fix:   "get a new access token from the OAuth server",
	}
	if _, err := connectjwt.Decode(token); err == nil {
		v.Received, v.Cause = "a JWT with the scheme Bearer", "a Connect token was sent with the scheme of access tokens"
		v.Fix = "send it as Authorization: JWT <token>"
	}
	if otherSite {
		v.Received, v.Cause = "an access token of another site", "it was given out for another site"
		v.Fix = "get an access token with this site's baseUrl as tnt"
	}
	return v
}

// badPassword is the verdict on Basic that does not serve; u is whom the name belongs to, if anybody.
func badPassword(s site.Site, name string, u site.User, rightPassword bool) connectjwt.Verdict {
	v := connectjwt.Verdict{
		Rule: ruleBasic, Summary: "name or password is wrong", Received: name,
		Expected: site.AdminName + " or an administrator's e-mail address", At: connectjwt.Place{Part: "header", Name: "Authorization"},
		Fix: s.SignInAdvice(),
	}
	switch {
	case name == "":
		v.Received, v.Cause = "none", "the name is empty"
	case u.AccountID == "":
		v.Cause = "nobody on this site has this name or e-mail address"
	case !rightPassword:
		v.Cause = "the password is another"
	default:
		v.Cause = u.DisplayName + " is no administrator"
	}
	return v
}

func notNormal(path, cause string) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: rulePath, Summary: "path is not in normal form", Received: path, At: connectjwt.Place{Part: "request", Name: "path"},
		Expected: "a path without empty and dot segments",
		Cause:    cause,
		Fix:      "join paths with exactly one slash, and resolve dots before signing",
	}
}

func outsideContext(s site.Running, path string) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: rulePath, Summary: "there is nothing at this path", Received: path, Expected: s.ContextPath + path,
		At:    connectjwt.Place{Part: "request", Name: "path"},
		Cause: "the context path " + s.ContextPath + " is missing",
		Fix:   "join paths to the baseUrl of the installed callback, as it came",
	}
}

func outOfScope(res resource, granted []string) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleScope, Summary: "Request not in an authorized API scope",
		Expected: res.scope, Received: listed(granted), At: connectjwt.Place{Part: "request", Name: "path"},
		Cause: res.method + " " + res.path + " needs the scope " + res.scope + ", and the descriptor grants " + listed(granted),
		Fix:   "add the scope " + res.scope + " to the descriptor and install again",
	}
}

func notPermitted(c caller, summary, permission string) connectjwt.Verdict {
	who := c.user.DisplayName
	if !c.known() {
		who = "an anonymous visitor"
	}
	return connectjwt.Verdict{
		Rule: rulePermission, Summary: summary, Expected: permission, Received: who,
		At:    connectjwt.Place{Part: "request", Name: "user"},
		Cause: who + " does not have the permission " + permission,
		Fix:   "act as a user who has it, or as the add-on itself",
	}
}

func badInput(summary, expected, received, place string) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleInput, Summary: summary, Expected: expected, Received: received,
		At:  connectjwt.Place{Part: "request", Name: place},
		Fix: "send " + expected,
	}
}

func overLimit(summary, expected, received, place string) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleLimit, Summary: summary, Expected: expected, Received: received,
		At:    connectjwt.Place{Part: "request", Name: place},
		Cause: "the product's limit is reached",
		Fix:   "keep large or many values on the add-on's own server",
	}
}

func notSimulatedYet(method, path string) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleNotSimulated, Summary: "resource is not simulated yet", Received: method + " " + path, Expected: "a resource that is simulated",
		At:    connectjwt.Place{Part: "request", Name: "path"},
		Cause: "the simulated host knows the real product has more resources than it answers",
		Fix:   "nothing is wrong with the request as far as it was checked; test this call against a real site",
	}
}
