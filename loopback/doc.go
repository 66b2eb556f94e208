// Package loopback serves HTTP to this machine and to nobody else. The host, the built-in add-on
// and the control API all listen through it.
//
//   - A [Listener] is on 127.0.0.1 and on ::1 alike, because localhost may mean either. Where the
//     wanted port is taken it has the next free one.
//   - Whoever answers has to ask [Names] about the Host header of each request: a web page that
//     had its own name resolve to 127.0.0.1 reaches in through its visitor's browser.
//   - A [Server] bounds the time and the headers of a request, and ends with [Server.Close].
package loopback
