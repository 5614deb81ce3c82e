// Package connclose reports connections, listeners and descriptors that some
// path neither closes nor hands over.
//
// # Analyzer connclose
//
// connclose: report connections that some path does not close
//
// A connection that a function opens and then drops on an error return keeps
// its descriptor, and the peer's half of it, until a garbage collection happens
// to finalize it: up to two minutes in an idle process, for ever when something
// still refers to it or when it is a raw descriptor. A server that does this
// once per failing client runs out of descriptors under load, and ss shows
// sockets in CLOSE-WAIT.
//
//	conn, err := net.Dial("tcp", addr)
//	if err != nil {
//		return nil, err
//	}
//	if err := auth(conn); err != nil {
//		return nil, err // conn is still open
//	}
//	return conn, nil
//
// Close it before the return that fails:
//
//	if err := auth(conn); err != nil {
//		conn.Close()
//		return nil, err
//	}
//
// The check follows every feasible path from the acquisition: through helper
// functions in this and other packages (by facts), deferred calls and closures,
// wrappers such as tls.Client, fields of local structs, slices and maps. A
// connection that is returned, stored in something that outlives the function,
// sent on a channel or given to a goroutine or callee that closes it is handed
// over. What the analysis cannot follow, it does not report.
//
// Two kinds of leaks are told apart. Certain are those of a function that acquires
// a connection, or of a goroutine that was given one, and closes it nowhere, or
// drops it where a step that can fail does fail. Likely are those that rest on more
// than is seen: a parameter that the caller may close, a condition that may go with
// another, a step that fails by its configuration only, a listener opened at a start
// that may end the process when it fails, a goroutine that may work with it for
// good. With the flag certain-only what is likely is left out.
//
// Limits: a connection that escapes to a callee of which nothing is known is
// never reported; aliases between parameters are not seen; a field that another
// goroutine closes counts as open only for objects that this function made.
package connclose
