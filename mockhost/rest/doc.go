// Package rest is the gate through which add-ons call a site's REST resources, and the few
// resources every framework asks for first. Product data (issues, content) is not here yet.
//
// A request below <base URL>/rest/ is taken in this order; the first that fails answers:
//
//	401  who calls: JWT of an add-on, Bearer token of our OAuth server, Basic of the
//	     administrator, or nobody
//	400  the path is in normal form
//	501  the resource is one that is simulated; there is never an invented 200
//	401  the resource wants a caller, and there is none
//	403  the add-on's descriptor has the scope the resource needs
//
// A plain JWT call acts as the add-on's own user, a Bearer call as the user the token was made
// for. Errors have the product's own bodies; the precise reason is the verdict in the log.
// Source: protocol jwt.md §7, rest.md §1, §2 and §8, frameworks.md §4.
package rest
