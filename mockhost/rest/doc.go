// Package rest is the gate through which add-ons call a site's resources, and the resources that
// frameworks and REST clients ask for first. Product data (issues, content) is not here yet: what
// there is of it are the site's fixed objects.
//
// A request below <base URL>/rest/ or /api/, and any other with an Authorization header, is taken in
// this order; the first that fails answers:
//
//	401  who calls: JWT of an add-on, session JWT of one of our pages, Bearer token of our OAuth
//	     server, Basic of the administrator, or nobody
//	401  the add-on is installed and enabled
//	404  the path is below the context path
//	400  the path is in normal form
//	501  the resource is one that is simulated; there is never an invented 200
//	403  the add-on's descriptor has the scope the resource needs
//	401  the resource wants a person or an add-on, and there is nobody
//	403  the acting person has the permission; 404 what is asked for is there
//
// A plain JWT call acts as the add-on's own user, a Bearer call as the user the token was made for, a
// page's call as who looks at the page. Errors have the bodies of whoever owns the resource: Connect,
// JIRA, Confluence's first or second REST. The precise reason is the verdict in the log; the verdict
// on a call that was let in says as whom, and which scope let it.
//
// Who may do what on a pretend site is data, assets/catalogue/permissions.json.
// Source: protocol jwt.md §7, rest.md, frameworks.md §4, iframe.md §6.
package rest
