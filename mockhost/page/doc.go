// Package page shows the modules of add-ons that a host frames: pages, panels, tabs, dialogs, macros.
//
// It builds the address of a page request and signs it, makes the request when nobody looks, and
// serves the site's own pages that put the signed address into an iframe and speak with it.
//
// The rules (sources in brackets):
//
//  1. The module's url gets its variables and is joined with the base URL (package moduleurl).
//     A variable that means nothing where the module is shown is empty [protocol iframe.md §1].
//  2. The standard parameters follow in the order of the modern host: xdm_e, xdm_c, cp,
//     xdm_deprecated_addon_key_do_not_use, lic, cv. cp is there even when it is empty. A url that
//     brings one of these names along is in conflict and refused [iframe.md §1].
//  3. jwt comes last. Its qsh covers every other parameter, as sent [jwt.md §3, §4].
//  4. sub is the viewer; a visitor who is not logged in has none [jwt.md §2].
//  5. A context token is not bound to a request: its qsh is the text "context-qsh", it lives 900 s and
//     carries licence and ids in its context claim [jwt.md §3].
//     Eras before, and the descriptor's apiMigrations, change rules 2, 4 and 5: site.Practice says how.
//  6. AP.request runs as the viewer, within the add-on's scopes. The host page asks with a session token of
//     the site's own, which the frame never sees [iframe.md §6, rest.md §1].
//  7. A host page signs anew each time it is loaded, and it is the top window: inside another frame
//     the add-on's script would look for its host in the wrong window [iframe.md §4].
//
// What surrounds a module, and so which variables are bound, is data: assets/catalogue/surfaces.json.
// The pages, their style and both ends of the browser bridge are in assets/web/host.
package page
