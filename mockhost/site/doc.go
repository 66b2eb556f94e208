// Package site holds what the host knows of each pretend customer: the site itself,
// its users and licence, and which add-ons are installed on it with which secret.
//
// A [Site] is project data. It is written to workbench.json, may be edited by hand,
// and never holds a secret; [Site.Validate] says what is wrong with one. An
// [Installation] is one add-on on one site. It lives in the [Store], a SQLite file
// inside the project's .workbench folder that only its owner can read, together with
// the private halves of the install key and of the proxy's certificate authority.
//
// Rules of the protocol kept here:
//
//   - A tenant is known by its clientKey, never by its address. The clientKey stays
//     through uninstall and re-install. Source: protocol lifecycle.md §3.
//   - Every accepted installed callback brings a new shared secret. The former one is
//     kept with the time it ended, because tokens made with it can still be under way,
//     and because the most useful thing to say about a refused token is which earlier
//     installation its secret belonged to. Source: protocol lifecycle.md §3, jwt.md §6.
//   - Uninstalling leaves a remnant with the last secret. Source: protocol lifecycle.md §1.
package site
