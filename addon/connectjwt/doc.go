// Package connectjwt makes, reads and judges the tokens of Atlassian Connect.
//
// A Connect token is a JWT that is bound to one HTTP request. It carries a qsh claim, the SHA-256
// of the canonical request:
//
//	METHOD "&" PATH "&" QUERY
//
// METHOD is upper case. PATH is the path below the receiver's base URL, in the escapes it has on
// the wire. QUERY holds the parameters decoded, sorted, encoded again by RFC 3986, repeated names
// joined by a comma, without the parameter jwt itself. [Request] computes it; [Request.Steps]
// shows how. A host and an add-on that differ in one byte of it refuse each other, so the rules
// here are those of npm atlassian-jwt to the byte, its quirks included (protocol jwt.md §4).
//
// Which key signs what (protocol jwt.md §3 and §6):
//
//   - installed and uninstalled: RS256 with the host's install key, named by kid; aud is the
//     add-on's base URL.
//   - everything else, both ways: HS256 with the shared secret of the installation. No aud from
//     host to add-on.
//   - context tokens, which a page hands to its own server: HS256, and qsh is the word
//     "context-qsh" instead of a hash.
//
// [Check.Verify] gives a [Verdict], not an error: the rule that was broken, what was expected and
// received, the place, the cause where it can be told, and what to do. It stops at the first
// broken rule; [Check.Explain] goes on and lists every check. A verdict never holds a secret.
//
// Signing and verifying are the host's hot path. They use no maps and no reflection for the tokens
// hosts really make, and fall back to encoding/json for every other spelling.
package connectjwt
