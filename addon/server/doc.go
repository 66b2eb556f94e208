// Package server is the built-in add-on: a small, strict Connect add-on that stands in for the
// person's own until there is one.
//
// It serves the descriptor as it stands in the editor, with baseUrl pointed to itself, and answers
// whatever that descriptor names: lifecycle callbacks, webhooks, pages, panels, dialogs, macros.
// Change the text and the routes change with it; while the text cannot be read, the last readable
// one counts.
//
// It judges as a good add-on does, and says so (protocol jwt.md §5 and §6):
//
//   - installed and uninstalled need an RS256 token made with the host's install key, fetched by
//     its kid; aud is our base URL, iss the clientKey of the body. A descriptor that has not opted
//     into signed installs gets the older rules: trust on first use, then the previous secret.
//   - everything else needs an HS256 token made with the tenant's current shared secret.
//   - a secret is stored after every check has passed, never before.
//   - success is 204, a refused token 401 with the verdict in an RFC 9457 body; a status never
//     says that something worked which did not.
//
// There is no leeway: a token is expired at its exp. Tokens that were under way while the secret
// changed are taken for as long as a token lives.
package server
