package connectjwt

import (
	"fmt"
	"time"
)

// TimeClaim is one of a token's times, with what it means now.
type TimeClaim struct {
	Name  string    `json:"name"` // iat, nbf or exp
	At    time.Time `json:"at"`
	Words string    `json:"words"` // "expired 3 min ago"
}

// Times lists the times a token carries, oldest meaning first: issued, valid from, expires.
func (c Claims) Times(now time.Time) []TimeClaim {
	var list []TimeClaim
	add := func(name string, seconds int64, past, future string) {
		if seconds == 0 {
			return
		}
		at := time.Unix(seconds, 0).UTC()
		list = append(list, TimeClaim{Name: name, At: at, Words: relative(at, now, past, future)})
	}
	add("iat", c.IssuedAt, "issued", "issued in the future,")
	add("nbf", c.NotBefore, "valid since", "valid")
	add("exp", c.Expires, "expired", "expires")
	return list
}

// relative says how far at is from now: "expired 3 min ago", "expires in 2 min 48 s".
func relative(at, now time.Time, past, future string) string {
	switch away := at.Sub(now); {
	case away <= -time.Second:
		return past + " " + span(-away) + " ago"
	case away < time.Second:
		return past + " just now"
	default:
		return future + " in " + span(away)
	}
}

// span writes a duration in its two greatest units.
func span(d time.Duration) string {
	d = d.Truncate(time.Second)
	units := []struct {
		name string
		size time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"min", time.Minute}, {"s", time.Second}}
	for i, u := range units {
		n := d / u.size
		if n == 0 {
			continue
		}
		text := fmt.Sprintf("%d %s", n, u.name)
		if i+1 < len(units) {
			if rest := (d % u.size) / units[i+1].size; rest > 0 {
				text += fmt.Sprintf(" %d %s", rest, units[i+1].name)
			}
		}
		return text
	}
	return "0 s"
}

// milliseconds is a number of seconds no real token reaches before the year 5000, while every time
// in milliseconds does.
const milliseconds = 100_000_000_000

func (c *Check) expiry(t *Token) Verdict {
	v := Verdict{
		Rule: RuleExp, At: Place{Part: "claim", Name: "exp"},
		Expected: "exp after " + stamp(c.Now),
	}
	if t.Claims.Expires == 0 {
		v.Summary, v.Received, v.Cause = "no expiry", "none", "the claim exp is missing"
		v.Fix = "set exp to 180 s after iat, in seconds since 1970"
		return v
	}
	at := time.Unix(t.Claims.Expires, 0)
	if c.Now.Before(at.Add(c.Leeway)) {
		return passed()
	}
	v.Summary = "token has expired"
	v.Received = stamp(at)
	v.Cause = relative(at, c.Now, "expired", "expires")
	v.Fix = "make a new token for every request; if it is new, compare the clocks of both sides"
	switch issued := t.Claims.IssuedAt; {
	case t.Claims.Expires <= longestLife:
		v.Received = fmt.Sprint(t.Claims.Expires)
		v.Cause = "exp is a number of seconds from now, not a time"
		v.Fix = "add it to the present time in seconds since 1970"
	case issued != 0 && t.Claims.Expires <= issued:
		v.Cause += ", and never was valid: exp is not after iat"
		v.Fix = "set exp to 180 s after iat, in seconds since 1970"
	case c.Leeway > 0:
		v.Cause += ", more than the leeway of " + span(c.Leeway)
	case c.Now.Before(at.Add(HostLeeway)):
		v.Cause += "; this receiver allows no leeway"
	}
	return v
}

// longestLife is a year: what is no more, in seconds, is no time after 1970 but the life of a token.
const longestLife = 366 * 24 * 3600

// wholeHours adds to a difference of two clocks what a difference of time zones looks like: a number of
// half hours, give or take the time a request is under way.
func wholeHours(apart time.Duration) string {
	const zone, underWay = 30 * time.Minute, 3 * time.Minute
	if off := apart - apart.Round(zone); apart < zone-underWay || apart > 14*time.Hour || off < -underWay || off > underWay {
		return ""
	}
	return ": it may have taken local time for UTC"
}

func (c *Check) issued(t *Token) Verdict {
	v := Verdict{
		Rule: RuleIat, At: Place{Part: "claim", Name: "iat"},
		Expected: "iat not after " + stamp(c.Now),
	}
	if t.Claims.IssuedAt == 0 && c.IssuedAtOptional {
		return Verdict{}
	}
	if t.Claims.IssuedAt == 0 {
		v.Summary, v.Received, v.Cause = "no time of issue", "none", "the claim iat is missing"
		v.Fix = "set iat to the present time in seconds since 1970"
		return v
	}
	at := time.Unix(t.Claims.IssuedAt, 0)
	if !at.After(c.Now.Add(c.Leeway)) {
		return passed()
	}
	v.Summary = "token was issued in the future"
	v.Received = stamp(at)
	v.Cause = "the issuer's clock is " + span(at.Sub(c.Now)) + " ahead" + wholeHours(at.Sub(c.Now))
	v.Fix = "compare the clocks of both sides"
	if t.Claims.IssuedAt > milliseconds {
		v.Received = fmt.Sprint(t.Claims.IssuedAt)
		v.Cause = "the time is written in milliseconds"
		v.Fix = "write iat and exp in whole seconds since 1970"
	}
	return v
}

func (c *Check) notBefore(t *Token) Verdict {
	if t.Claims.NotBefore == 0 {
		return Verdict{}
	}
	at := time.Unix(t.Claims.NotBefore, 0)
	if !at.After(c.Now.Add(c.Leeway)) {
		return passed()
	}
	return Verdict{
		Rule: RuleNbf, Summary: "token is not valid yet", At: Place{Part: "claim", Name: "nbf"},
		Expected: "nbf not after " + stamp(c.Now), Received: stamp(at),
		Cause: relative(at, c.Now, "valid", "valid"),
		Fix:   "leave nbf out, or compare the clocks of both sides",
	}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
