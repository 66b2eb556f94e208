package rest

import (
	"strings"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/site"
)

// Rules of the gate besides those of the token.
const (
	ruleAddon        connectjwt.RuleID = "rest.addon"        // the add-on is not enabled, or its descriptor cannot be read
	ruleBasic        connectjwt.RuleID = "rest.basic"        // name or password
	ruleBearer       connectjwt.RuleID = "rest.bearer"       // access token
	rulePath         connectjwt.RuleID = "rest.path"         // not in normal form
	ruleScope        connectjwt.RuleID = "rest.scope"        // not in an authorized API scope
	ruleNotSimulated connectjwt.RuleID = "rest.notsimulated" // ours: the product has it, we do not
)

func unknownAddon(issuer string, s site.Running) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: connectjwt.RuleTenant, Summary: "the issuer is not an add-on of this site",
		Expected: "the key of an add-on installed on " + s.Title, Received: issuer,
		At:    connectjwt.Place{Part: "claim", Name: "iss"},
		Cause: "iss of a call to the host is the add-on key, not the clientKey",
		Fix:   "write the descriptor's key into iss, and install the add-on on this site",
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

func badAccessToken(otherSite bool) connectjwt.Verdict {
	v := connectjwt.Verdict{
		Rule: ruleBearer, Summary: "access token is not valid here", At: connectjwt.Place{Part: "header", Name: "Authorization"},
		Cause: "it was never given out by this host, or it has expired",
		Fix:   "get a new access token from the OAuth server",
	}
	if otherSite {
		v.Cause = "it was given out for another site"
		v.Fix = "get an access token with this site's baseUrl as tnt"
	}
	return v
}

func badPassword(name string) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleBasic, Summary: "name or password is wrong", Received: name,
		Expected: site.AdminName + " or an administrator's e-mail address", At: connectjwt.Place{Part: "header", Name: "Authorization"},
		Fix: "sign in as " + site.AdminName + " with the password " + site.Password,
	}
}

func notNormal(path string) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: rulePath, Summary: "path is not in normal form", Received: path, At: connectjwt.Place{Part: "request", Name: "path"},
		Cause: "it holds an empty segment or a dot segment",
		Fix:   "join paths with exactly one slash",
	}
}

func outOfScope(res resource, granted []string) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleScope, Summary: "Request not in an authorized API scope",
		Expected: res.scope, Received: strings.Join(granted, " "), At: connectjwt.Place{Part: "request", Name: "path"},
		Cause: "the descriptor's scopes do not cover " + res.method + " " + res.path,
		Fix:   "add the scope " + res.scope + " to the descriptor and install again",
	}
}

func notSimulatedYet(method, path string) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleNotSimulated, Summary: "resource is not simulated yet", Received: method + " " + path,
		At:    connectjwt.Place{Part: "request", Name: "path"},
		Cause: "the simulated host knows the real product has more resources than it answers",
		Fix:   "nothing is wrong with the request as far as it was checked; test this call against a real site",
	}
}
