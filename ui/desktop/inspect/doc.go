// Package inspect shows what a signed exchange consists of: a message with its headers and
// body, the token it carried, the checks made on that token and the verdict.
//
// The Exchanges, Pages and Tokens places show the same things and must show them alike, so
// the panes live here. A pane is built once and told what to show with its Set method, on
// the UI goroutine; it does no work that could wait. What the panes say is worked out in
// functions without a widget in sight (comparison, pretty bodies, moments in words, curl),
// and those carry most of the tests.
package inspect
