// Package workbench is the application without a screen: one open project, what can be done
// with it, and what changed.
//
// The window (ui/desktop), the command line (ui/cli) and the control API (ui/control) all stand
// on it and offer the same verbs. It wires the rooms below: the exchange log, the host with its
// sites, and the built-in add-on.
//
// Every method is safe for any goroutine. Methods that take a context may talk HTTP and block;
// the others answer from memory. Subscribers are told what changed, never the change itself:
// they read again what they show.
package workbench
