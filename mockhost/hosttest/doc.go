// Package hosttest has a host for tests: real listeners on free loopback ports, a real store and
// log in a temporary folder, a clock that stands still until told otherwise, a fixed random
// source and a fixed install key. What it does is the same in every run.
//
//	host := hosttest.New(t)
//	addon := hosttest.NewAddon(t, host)
//	host.MustInstall(t, "jira", addon.DescriptorURL())
//	host.Clock.Advance(4 * time.Minute) // tokens made until now have expired
//
// [Addon] is an add-on that verifies like a strict one: it fetches the install key while the
// callback is open, allows no leeway and takes no token of the wrong kind.
package hosttest
