// Package trust is what makes an unmodified add-on believe the simulated host: the server of
// install keys, with which it proves its installed and uninstalled callbacks, and the OAuth
// server, where an add-on exchanges an assertion for an access token to act as a user.
//
// Both answer on one address:
//
//	GET  /install-keys/{kid}   the public key as PEM; 404 for every other kid
//	POST /oauth/oauth2/token   the JWT-bearer grant; also at /oauth itself, for tools that ask
//	                           for the address of the endpoint, and at /oauth2/token, the
//	                           vendor's path
//
// The key is asked for while the installed callback is still open. Nothing here takes a lock
// that an install could hold. Frameworks put the key server's address into CONNECT_KEYS_CDN_URL
// and append "/<kid>". Source: protocol jwt.md §6, frameworks.md §1 and §5, rest.md §3.
package trust
