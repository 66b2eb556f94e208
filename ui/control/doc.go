// Package control serves the verbs of ui/workbench as JSON over loopback HTTP, for CI, scripts and
// tests that drive a running program.
//
// Every request needs "Authorization: Bearer TOKEN" with the token given at start, and a Host
// header that names the listener; there is no CORS, so no web page can use it. Errors are
// application/problem+json (RFC 9457). The README documents each resource.
package control
