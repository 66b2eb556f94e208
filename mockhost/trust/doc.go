// Package trust is what makes an unmodified add-on believe the simulated host: the server of
// install keys, with which it proves its installed and uninstalled callbacks; the OAuth server, where
// an add-on exchanges an assertion for an access token to act as a user; and a proxy that answers for
// the hosts of the vendor which add-ons have built in.
//
// Keys and tokens are to be had on one address:
//
//	GET  /install-keys/{kid}   the public key as PEM; 404 for every other kid
//	POST /oauth/oauth2/token   the JWT-bearer grant; also at /oauth itself, for tools that ask
//	                           for the address of the endpoint, and at /oauth2/token, the
//	                           vendor's path
//
// The key is asked for while the installed callback is still open. Nothing here takes a lock
// that an install could hold. Frameworks put the key server's address into CONNECT_KEYS_CDN_URL
// and append "/<kid>". Source: protocol jwt.md §6, frameworks.md §1 and §5, rest.md §3.
//
// The [Proxy] has an address of its own. What becomes of a request to it:
//
//   - A host on the allow list is reached itself. It is the only way out of this machine.
//   - Loopback is let through as it came: the sites, whoever forgot NO_PROXY, and the add-on.
//   - A host of the vendor's (assets/connect/vendor-hosts.json) is answered for here, under a
//     certificate of the project's [Authority], by the same key and token endpoint as above.
//   - Everything else is refused with 403 and a sentence.
//
// What the proxy answers, reaches or refuses is in the exchange log; what passes on to loopback is
// recorded by who answers there.
package trust
