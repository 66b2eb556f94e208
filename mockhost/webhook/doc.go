// Package webhook delivers the events of a site to the add-ons that ask for them.
//
// An event goes through four steps, each of them visible to the person:
//
//  1. Events lists what the product can send. The catalogue is data (assets/catalogue/events.json):
//     a new event is a line there, never code here.
//  2. Body writes the JSON of an event about the site's own objects. The person may change every
//     byte of it; what is sent is what stands there.
//  3. Recipients goes through the webhook modules of all installed add-ons and says of each one
//     whether it gets the event, and why or why not. Rules (source: protocol webhooks.md §1, §3, §6):
//     the add-on is enabled; the module asks for this event; the add-on has the READ scope;
//     propertyKeys and the JQL filter let it through.
//  4. Fire signs and sends: POST, JSON, an HS256 token whose qsh covers exactly the target that
//     goes on the wire (protocol jwt.md §3, §4). How people are named in body, address and token, and
//     which headers go along, is the matter of the site's era (era.go; protocol webhooks.md §2). Recipients are served side by side, and what is
//     under way from one site to one URL host is limited, so a slow add-on never holds up one at
//     another host (protocol webhooks.md §6).
//
// What fails on a JIRA site is tried again later, with the same identifier and a new token: see
// PendingRetries, SendRetry and DropRetry. Retries wait by the host's clock. They live in memory only,
// so they neither survive the host nor keep it open. A Burst is one event many times at a steady rate.
//
// What a person cannot see from outside is never guessed: a filter of which a clause that matters is not
// understood here counts as matching, and the reason names the clause. Conditions are not evaluated
// either: no source has them on webhooks.
package webhook
