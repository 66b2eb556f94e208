package install

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/addon/descriptor"
	"connect-workbench/addon/moduleurl"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// seal is how a callback is signed. The zero value sends no token.
type seal struct {
	installKey bool   // RS256 with the install key, aud is the add-on's baseUrl
	secret     string // HS256, no aud: add-ons take an audience for the tenant
}

// callback is one lifecycle callback of a run.
type callback struct {
	stage       StageName
	event       exchange.Kind
	secret      string // put into the body, by installed only
	seal        seal
	consequence string // what follows from a failure, for the text on it
}

// seen is a callback's failure as people see it. The host's messages are about installed; what fails
// after it, or at the end, no administrator reads, and the verdict says what to do.
func (c callback) seen(r exchange.Record, e *Error) *Error {
	if c.event != exchange.KindInstalled {
		e.Problem.Admin = ""
		outcome := "answered " + statusText(r.Status)
		if r.Error != "" {
			outcome = "failed: " + r.Error
		}
		e.Problem.Developer = fmt.Sprintf("%s %s, %s.%s", requestLine(r), outcome, c.consequence, reason(r.Verdict.Cause, r.Verdict.Fix))
	}
	return e
}

// announce is the callback stage of an install. before is what the site had of the add-on,
// next carries the secret on offer.
func (v *verb) announce(ctx context.Context, d draft, before, next site.Installation) error {
	return v.call(ctx, d, callback{
		stage: Callback, event: exchange.KindInstalled, secret: next.SharedSecret,
		seal: installSeal(d, v.practice(d), before), consequence: "so the install was undone",
	})
}

// practice is what the site's era makes of the descriptor.
func (v *verb) practice(d draft) site.Practice { return v.site.Practice(d.Migrations) }

// tell sends a callback whose failure undoes nothing. The error is for callers that have to
// know of a cancelled context; the failed stage is already reported.
func (v *verb) tell(ctx context.Context, stage StageName, event exchange.Kind, in site.Installation, d draft) error {
	return v.call(ctx, d, callback{
		stage: stage, event: event,
		seal: tellSeal(d, v.practice(d), event, in.SharedSecret), consequence: "which changes nothing for the host",
	})
}

// call sends a callback, if the descriptor asks for it, and reports its stage.
func (v *verb) call(ctx context.Context, d draft, c callback) error {
	path := d.path(c.event)
	if path == "" {
		v.done(c.stage, fmt.Sprintf("the descriptor asks for no %s callback", c.event), 0)
		return nil
	}
	r, err := v.post(ctx, d, c)
	switch {
	case err != nil && ctx.Err() != nil:
		return v.cancelled(ctx, c.stage, r.ID)
	case err != nil && r.ID == 0:
		return v.broken(c.stage, err)
	case err != nil:
		return v.failed(c.seen(r, noAnswer(c.stage, r, err, c.consequence)))
	case !accepted(r.Status):
		return v.failed(c.seen(r, refusedAnswer(c.stage, r, c.consequence, v.eraAdvice(d, c, r.Status))))
	}
	v.done(c.stage, fmt.Sprintf("POST %s: %d in %d ms", path, r.Status, r.Duration.Milliseconds()), r.ID)
	return nil
}

// installSeal signs installed: with the install key; for an add-on of the time before that, with
// the secret it already has, or not at all when it has none. Source: protocol jwt.md §6.
func installSeal(d draft, p site.Practice, before site.Installation) seal {
	switch {
	case !d.Authenticated():
		return seal{}
	case !p.SignedInstall:
		return seal{secret: before.SharedSecret}
	}
	return seal{installKey: true}
}

// tellSeal signs everything else: uninstalled like installed, the rest with the secret.
func tellSeal(d draft, p site.Practice, event exchange.Kind, secret string) seal {
	if d.Authenticated() && p.SignedInstall && event == exchange.KindUninstalled {
		return seal{installKey: true}
	}
	return seal{secret: secret}
}

// eraAdvice explains a refused installed that was not signed with the install key, by the site's era
// or the descriptor's own wish: to an add-on that insists on it, that alone is a reason to refuse.
func (v *verb) eraAdvice(d draft, c callback, status int) string {
	refused := status == http.StatusUnauthorized || status == http.StatusBadRequest
	if !refused || c.event != exchange.KindInstalled || !d.Authenticated() || v.practice(d).SignedInstall {
		return ""
	}
	how := "without a token"
	if c.seal.secret != "" {
		how = "with HS256 and the secret of the installation before"
	}
	why, other := "this site lives in "+site.EraTitle(v.site.Era), "give the site another era"
	if d.Migrations.SignedInstall == descriptor.OptedOut {
		why, other = "the descriptor sets apiMigrations.signed-install to false", "leave that member out"
	}
	return fmt.Sprintf(" Here installed came %s, as in the time before signed installs, because %s. An add-on that takes nothing but the install key's signature cannot be installed so; nor can one that lost its secret. To install it with the install key, %s.", how, why, other)
}

// successes are what accepted takes, in words.
const successes = "200, 201 or 204"

// accepted reports whether the host takes an answer for a success: 200, 201 and 204 only.
// Source: protocol lifecycle.md §1 (transport).
func accepted(status int) bool {
	return status == http.StatusOK || status == http.StatusCreated || status == http.StatusNoContent
}

// post makes and sends the request. A record without an id means that nothing was sent.
func (v *verb) post(ctx context.Context, d draft, c callback) (exchange.Record, error) {
	text, err := v.body(d, c.event, c.secret)
	if err != nil {
		return exchange.Record{}, err
	}
	target := joinURL(d.BaseURL, d.path(c.event))
	target = moduleurl.WithParameters(target, v.userParameters(d, c.event)...)
	v.running(c.stage, "POST "+target)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(text))
	if err != nil {
		return exchange.Record{}, fmt.Errorf("make the %s request: %w", c.event, err)
	}
	token, err := v.sign(req, d, c.seal)
	if err != nil {
		return exchange.Record{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", userAgent(v.site))
	req.Header.Set("Atlassian-Connect-Version", v.site.ConnectVersion())
	if token != "" {
		req.Header.Set("Authorization", "JWT "+token)
	}
	caller, judge := v.m.caller, judge
	if c.event == exchange.KindInstalled {
		caller, judge = v.faulty(Callback, caller, judge)
	}
	return caller.SendJudged(req, exchange.Meta{
		Cause: v.cause, Site: v.site.ID, Addon: d.Key, Kind: c.event, Token: token, Direction: exchange.ToAddon,
	}, judge)
}

// judge marks answers that look well and do not count, like 202, and says which do.
func judge(r *exchange.Record) {
	exchange.Judge(r)
	if r.Verdict.Rule == exchange.RuleStatus {
		r.Verdict.Expected = successes
	}
	if r.Verdict.OK && !accepted(r.Status) {
		r.Verdict = connectjwt.Verdict{
			Rule: exchange.RuleStatus, Summary: "answer does not count as a success",
			Expected: successes, Received: statusText(r.Status),
			At:    connectjwt.Place{Part: "answer", Name: "status"},
			Cause: "the host takes no other code for an accepted callback",
			Fix:   "answer 204 when the callback was handled",
		}
	}
}

// sign makes the token for exactly the path and query that will go out.
// Source: protocol jwt.md §2 and §3, frameworks.md §2.
func (v *verb) sign(req *http.Request, d draft, s seal) (string, error) {
	if !s.installKey && s.secret == "" {
		return "", nil
	}
	now, p := v.m.clock(), v.practice(d)
	claims := connectjwt.Claims{
		Issuer:   v.site.ClientKey,
		Subject:  v.actor.Subject(p),
		IssuedAt: now.Unix(),
		Expires:  now.Add(p.TokenLife).Unix(),
		QSH:      connectjwt.Request{Method: req.Method, Target: req.URL.RequestURI(), Base: d.BaseURL}.QSH(),
		Context:  v.context(p),
	}
	if !s.installKey {
		return connectjwt.SignHS256(claims, s.secret), nil
	}
	claims.Audience = []string{d.BaseURL}
	token, err := connectjwt.SignRS256(claims, v.m.signer.Key, v.m.signer.KeyID)
	if err != nil {
		return "", fmt.Errorf("sign the callback: %w", err)
	}
	return token, nil
}
