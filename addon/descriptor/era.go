package descriptor

import "slices"

// Era is the time of the host whose rules apply. The names are those of the sites' eras.
type Era string

// The eras. The zero value counts as CloudNow.
const (
	CloudNow  Era = "cloud-now"  // what cloud sites do today
	Cloud2020 Era = "cloud-2020" // about 2020: before signed installs
	Cloud2016 Era = "cloud-2016" // 2014 to 2016, when the host was a plug-in
)

// Eras lists the eras, newest first.
func Eras() []Era { return []Era{CloudNow, Cloud2020, Cloud2016} }

// before tells whether an era came before another.
func (e Era) before(other Era) bool {
	return slices.Index(Eras(), e.named()) > slices.Index(Eras(), other.named())
}

func (e Era) named() Era {
	if e == "" {
		return CloudNow
	}
	return e
}

// Span is the time in which hosts know a name, as far as the sources tell; what they do not tell
// is no reason to call a name wrong.
type Span struct {
	Since Era // first era that knows it; "": as long as there has been Connect
	Until Era // last era that knows it; "": hosts know it still
}

// In tells whether hosts of an era know the name.
func (s Span) In(e Era) bool {
	return (s.Since == "" || !e.before(s.Since)) && (s.Until == "" || !s.Until.before(e))
}

// began tells whether the name was there, or had been, in an era.
func (s Span) began(e Era) bool { return s.Since == "" || !e.before(s.Since) }

// settled is a name's status in an era: what was withdrawn later is still current then.
func (s Span) settled(status Status, e Era) Status {
	switch status {
	case Deprecated, Legacy, Removed:
		if e.named() == Cloud2016 || s.Until != "" && !s.Until.before(e) {
			return Current
		}
	}
	return status
}

// tooNew reports a name that came after the era that is checked for.
func (k *Checker) tooNew(n Node, at Range, s Span, severity Severity, what string) bool {
	if s.began(k.Era) {
		return false
	}
	k.add(finding{rule: ruleEra, severity: severity, node: n, at: at}, "%s came later than %s: it is known since %s", what, EraName(k.Era), EraName(s.Since))
	return true
}

// String tells the time in the eras' names; "" for all times.
func (s Span) String() string {
	switch {
	case s.Since != "" && s.Until != "":
		return "from " + EraName(s.Since) + " to " + EraName(s.Until)
	case s.Since != "":
		return "since " + EraName(s.Since)
	case s.Until != "":
		return "until " + EraName(s.Until)
	}
	return ""
}

// EraName is an era as people read it.
func EraName(e Era) string { return BuiltIn().EraNames[e.named()] }
