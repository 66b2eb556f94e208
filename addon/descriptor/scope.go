package descriptor

import "strings"

// scopeRank orders the scopes that imply each other. PROJECT_ADMIN and SPACE_ADMIN are the
// same step in two products and do not imply one another. Source: descriptor.md §6.
var scopeRank = map[string]int{
	"NONE": 0, "READ": 1, "WRITE": 2, "DELETE": 3, "PROJECT_ADMIN": 4, "SPACE_ADMIN": 4, "ADMIN": 5,
}

// ScopeGranted tells whether an add-on that asked for scopes may do what needs one of them:
// each scope of the row NONE, READ, WRITE, DELETE, PROJECT_ADMIN or SPACE_ADMIN, ADMIN implies
// those before it; ACT_AS_USER and ACCESS_EMAIL_ADDRESSES stand alone. Case does not matter.
// Source: descriptor.md §6.
func ScopeGranted(scopes []string, need string) bool {
	need = strings.ToUpper(need)
	rank, ranked := scopeRank[need]
	if need == "NONE" {
		return true
	}
	for _, s := range scopes {
		s = strings.ToUpper(s)
		if s == need || ranked && scopeRank[s] > rank {
			return true
		}
	}
	return false
}
