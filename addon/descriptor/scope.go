package descriptor

import "strings"

// scopeRank orders the scopes that imply each other; 0 is a scope that stands alone. PROJECT_ADMIN
// and SPACE_ADMIN are the same step in two products and do not imply one another.
// Source: descriptor.md §6.
func scopeRank(scope string) int {
	switch scope {
	case "READ":
		return 1
	case "WRITE":
		return 2
	case "DELETE":
		return 3
	case "PROJECT_ADMIN", "SPACE_ADMIN":
		return 4
	case "ADMIN":
		return 5
	}
	return 0
}

// ScopeGranted tells whether an add-on that asked for scopes may do what needs one of them:
// each scope of the row NONE, READ, WRITE, DELETE, PROJECT_ADMIN or SPACE_ADMIN, ADMIN implies
// those before it; ACT_AS_USER and ACCESS_EMAIL_ADDRESSES stand alone. Case does not matter.
// Source: descriptor.md §6.
func ScopeGranted(scopes []string, need string) bool {
	need = strings.ToUpper(need)
	if need == "NONE" {
		return true
	}
	rank := scopeRank(need)
	for _, s := range scopes {
		s = strings.ToUpper(s)
		if s == need || rank > 0 && scopeRank(s) > rank {
			return true
		}
	}
	return false
}

// scopesNeeded tells of scopes that give nothing: hosts show every one of them to the
// administrator who installs. READ beside WRITE is not among them; documentation lists the whole
// row itself. Source: descriptor.md §6.
func (k *Checker) scopesNeeded(root Node) {
	scopes := root.Child("scopes")
	if scopes.Kind() != Array {
		return
	}
	seen := 0 // bits of the catalogue's scopes
	for n := range scopes.Children() {
		i := k.c.scopeAt(n.bytes())
		if i < 0 || n.HasPlaceholder() {
			continue
		}
		name := k.c.Scopes[i].Name
		f := finding{rule: ruleScopeUnneeded, node: n}
		switch {
		case seen&(1<<i) != 0:
			k.add(f, "%s stands in the list already", name)
		case name == "NONE" && n.Parent().First().Next().Exists():
			k.add(f, "NONE gives nothing beside other scopes")
		case name == "ACT_AS_USER" && authentication(root) == "none":
			f.severity = Warning
			k.add(f, "ACT_AS_USER is of no use without authentication by jwt: there is no secret to ask for a person's token with")
		}
		seen |= 1 << i
	}
}
