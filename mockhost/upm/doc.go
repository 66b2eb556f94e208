// Package upm is the add-on manager's REST, below <base URL>/rest/plugins/1.0: what frameworks
// use to register themselves at start and leave at stop, and scripts to look around.
//
//	GET    /settings             whether the site takes add-ons from anywhere
//	GET    /                     what is installed, and in the header upm-token a token
//	POST   /?token=              install; 202 with a pending task
//	GET    /pending, /pending/id the tasks; 303 to the add-on once it is installed
//	GET    /<key>-key            one add-on; PUT with enabled; DELETE uninstalls, 204
//	GET    /<key>-key/license    the licence; /<key>/marketplace has it with more around
//
// Its rules:
//
//   - Basic only, and an administrator of the site only: 401 with a challenge, 403.
//   - An install needs a token the same person got from the list before. It serves once and
//     for an hour; a site remembers a few dozen, the newest.
//   - The install runs on after its 202 under the host, by the host's own verb, with the same
//     stages and the same turn for each add-on. Its task can be asked for until ten minutes
//     after the end.
//   - That an install was refused is no error of the poll: 200, status.done and the words the
//     customer's administrator would read.
//   - Paths that are not in the list are somebody else's to answer.
//
// Source: protocol lifecycle.md §6, frameworks.md §6.
package upm
