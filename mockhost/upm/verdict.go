package upm

import (
	"net/http"
	"strings"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/site"
)

// Rules of the add-on manager.
const (
	ruleSignIn  connectjwt.RuleID = "upm.signin"  // nobody, or a wrong name or password
	ruleAdmin   connectjwt.RuleID = "upm.admin"   // signed in, but not as an administrator
	ruleToken   connectjwt.RuleID = "upm.token"   // no token, or one that does not serve
	ruleBody    connectjwt.RuleID = "upm.body"    // content type or body
	ruleAddon   connectjwt.RuleID = "upm.addon"   // not installed here
	ruleLicence connectjwt.RuleID = "upm.license" // the add-on asks for no licence
	ruleTask    connectjwt.RuleID = "upm.task"    // no such task any more
	ruleBusy    connectjwt.RuleID = "upm.pending" // too many installs under way
)

func notSignedIn(r *http.Request, s site.Site, name string) connectjwt.Verdict {
	v := connectjwt.Verdict{
		Rule: ruleSignIn, Summary: "name or password is wrong", Received: name,
		Expected: site.AdminName + " or an administrator's e-mail address", At: connectjwt.Place{Part: "header", Name: "Authorization"},
		Fix: s.SignInAdvice(),
	}
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	switch {
	case scheme == "":
		v.Summary, v.Cause = "nobody is signed in", "the request has no Authorization header"
	case !strings.EqualFold(scheme, "Basic"):
		v.Summary, v.Received, v.Cause = "nobody is signed in", scheme, "the add-on manager is for administrators and takes Basic only"
	}
	return v
}

func notAdmin(s site.Site, name string) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleAdmin, Summary: "only administrators may manage add-ons", Received: name,
		Expected: "an administrator of the site", At: connectjwt.Place{Part: "header", Name: "Authorization"},
		Fix: s.SignInAdvice(),
	}
}

func badToken(token string) connectjwt.Verdict {
	v := connectjwt.Verdict{
		Rule: ruleToken, Summary: "the token is not valid", Expected: "a token of the header upm-token", Received: token,
		At:    connectjwt.Place{Part: "request", Name: "token"},
		Cause: "it was used already, is older than an hour, or was given to somebody else",
		Fix:   "get " + root + "/ and send what its header upm-token holds as the parameter token, once",
	}
	if token == "" {
		v.Summary, v.Cause = "the token is missing", "the query has no parameter token"
	}
	return v
}

func wrongType(r *http.Request, types []string) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleBody, Summary: "the content type is not one this resource takes",
		Expected: strings.Join(types, " or "), Received: r.Header.Get("Content-Type"),
		At:  connectjwt.Place{Part: "header", Name: "Content-Type"},
		Fix: "send " + types[0],
	}
}

func badBody(problem string) connectjwt.Verdict {
	return connectjwt.Verdict{Rule: ruleBody, Summary: problem, At: connectjwt.Place{Part: "request", Name: "body"}}
}

func notInstalled(segment string) connectjwt.Verdict {
	v := connectjwt.Verdict{
		Rule: ruleAddon, Summary: "no such add-on is installed", Received: segment,
		Expected: "an installed add-on's key, followed by " + keySuffix, At: connectjwt.Place{Part: "request", Name: "path"},
		Fix: "install it first, or compare the key with the list",
	}
	if !strings.HasSuffix(segment, keySuffix) {
		v.Cause = "the resource of an add-on is its key with " + keySuffix + " behind it"
	}
	return v
}

func unlicensed(addonKey string) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleLicence, Summary: addonKey + " asks for no licence", Expected: "enableLicensing: true in the descriptor",
		At: connectjwt.Place{Part: "request", Name: "path"}, Fix: "set enableLicensing in the descriptor and install again",
	}
}

func noTask(id string) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleTask, Summary: "no such task", Received: id, At: connectjwt.Place{Part: "request", Name: "path"},
		Cause: "it never was, it ended more than ten minutes ago, or the host was started again",
		Fix:   "follow links.self of the answer to the install",
	}
}

func tooMany() connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleBusy, Summary: "too many installs are under way",
		Fix: "wait until some of them have ended",
	}
}
