// Package exchange is the host's record of what was said on the network: every HTTP request
// and answer between host and add-on, in either direction, with the token it carried and the
// verdict on it.
//
// # In
//
// There are two ways in, and the rooms of the host use no other way to talk HTTP, so nothing
// goes unlogged:
//
//   - [Transport.Send] asks the add-on. It reads the whole answer and records the exchange
//     also when there was none; the cause then is a [SendError] and, in words, Record.Error.
//   - [Log.Middleware] stands in front of a handler the add-on asks. The handler adds what it
//     finds out (verdict, add-on, token) through [Annotate].
//
// # The log
//
// [Log.Append] gives an exchange its id and returns; one goroutine stores what has come in
// during the last 10 ms in one transaction. What has been appended can be read at once, by
// [Log.Rows], [Log.Count] and [Log.Get] alike. Subscribers are told only of what is on disk.
//
// When storing fails (a full disk, most often) the program goes on: the log says so
// ([Params.OnFailure], [Log.Err]), keeps the newest exchanges in memory, tries again every
// few seconds, and stores them when it can. Ids ascend and are never used twice.
//
// Lists read the narrow table ex and page by id; headers, token and bodies lie compressed in
// one blob an exchange in the table body, read only for the one exchange that is opened.
//
// # Secrets
//
// The log keeps what was sent, shared secrets included: it is the owner's private file. What
// goes to a screen or an export goes through [Mask]; the URLs of rows are masked already.
package exchange
