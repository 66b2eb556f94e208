// Package mockhost is the simulated Atlassian side of Connect: all sites together with their
// clock, their install key and their listeners, and the verbs that can be done with them.
//
// A [Host] is made with [New], runs between [Host.Start] and [Host.Close], and hands each verb
// to the room that knows its rules: install (add-on manager), webhook (events), page (iframe
// pages), rest (calls from add-ons), upm (add-ons that register themselves), trust (install
// keys, OAuth, the proxy that answers for the vendor's hosts). The rooms do not know each other; what they share passes through here.
//
// On the network:
//
//   - Everything listens on loopback only, on 127.0.0.1 and ::1 alike, because localhost may
//     mean either. Every request's Host header has to name loopback: a web page from elsewhere
//     that had its name resolve to 127.0.0.1 is turned away.
//   - A site takes its wanted port, or the next free one and says so ([Running].Moved).
//   - What an add-on asks of a site or of the trust server goes through the exchange log; the
//     pages a browser looks at do not.
//
// Package hosttest has a host for tests.
package mockhost
