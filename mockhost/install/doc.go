// Package install is the add-on manager of the simulated host: it installs, upgrades,
// enables, disables and uninstalls an add-on on one site, exactly as the real host orders
// the steps, and undoes what a failed step would have left half done.
//
// An install runs through stages, each reported as it happens:
//
//	fetch     GET the descriptor; no redirect is followed
//	check     the descriptor's own rules, then those of the host
//	compare   on an upgrade only: what the new descriptor changes
//	callback  POST installed, and wait for 200, 201 or 204
//	register  keep the new secret, put the modules in place
//	enable    POST enabled; its failure is shown but undoes nothing
//
// There are two ways to a new version. Install is done by hand, by the site's administrator, and is
// consent to all the descriptor asks for; so are ACE's own registrations, which come through the
// add-on manager's REST. Update is what the Marketplace does with a published version: nobody acts, a
// version that asks for more waits until it is approved or refused, every other one takes effect at
// once. Source: protocol lifecycle.md §4.
//
// What the manager promises:
//
//   - Nothing is written before the add-on accepted installed. So a failed first install
//     leaves nothing, a failed upgrade leaves the old descriptor, secret and state, and a
//     failed re-install leaves the remnant of the uninstalled add-on.
//   - Every installed brings a new secret, but an upgrade on a site of an earlier era, which sends
//     the one there is. It counts from the accepted callback on.
//   - An upgrade keeps the state, enabled or disabled, that the add-on had, and sends
//     neither disabled nor uninstalled for the old version.
//   - One verb at a time for each add-on on a site; the next one waits for its turn. No
//     lock is held that another add-on, a page, a webhook or the fetch of the install key
//     could need.
//   - A cancelled context ends the verb with what was there before, except after the add-on
//     accepted installed: from there on the install is finished, because an add-on that
//     holds the new secret and a host that does not could never talk again. An uninstall is
//     finished, too, once the add-on has heard of it.
//
// Who signs what: installed and uninstalled carry RS256 with the host's install key, enabled
// and disabled HS256 with the shared secret. Where the site's era or the descriptor's apiMigrations
// say so (site.Practice), all carry HS256: no token on the first installed, the former secret on a
// later one. sub names the acting administrator, and nobody in an automatic update.
// Source: protocol lifecycle.md §1 to §3, jwt.md §3 and §6, frameworks.md §2.
//
// Any failure a real host knows can be asked for with FailNext. It takes the usual way through stages,
// messages and log; what was simulated is said in the developer's text and in the verdict.
package install
