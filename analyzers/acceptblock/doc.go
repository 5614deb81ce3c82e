// Package acceptblock defines an analyzer that reports accept loops that wait
// for a client.
//
// # Analyzer acceptblock
//
// acceptblock: report waiting for a client on the goroutine that accepts
//
// A server accepts its connections one after the other. Whatever it waits for
// between two accepts, it waits for on behalf of all clients: one that connects
// and says nothing keeps the others out for as long as the server listens to it.
// The accept queue fills, and then clients time out. For example, a TLS
// handshake before the connection has its own goroutine, here inside a
// constructor:
//
//	for {
//		conn, err := ln.Accept()
//		if err != nil {
//			return err
//		}
//		c, err := newClient(conn) // calls (*tls.Conn).Handshake
//		if err != nil {
//			continue
//		}
//		go c.run()
//	}
//
// Start the goroutine first and do everything in it, under a deadline:
//
//	for {
//		conn, err := ln.Accept()
//		if err != nil {
//			return err
//		}
//		go func() {
//			c, err := newClient(conn)
//			if err != nil {
//				return
//			}
//			c.run()
//		}()
//	}
//
// The analyzer reports handshakes (TLS, SSH, DTLS, WebSocket, QUIC), first reads,
// peeks, decoders, PROXY headers and the like, however deep in callees, in this
// package or another one. It also looks inside Accept methods of listener types,
// whose callers loop over them (http.Server.Serve does), and at a goroutine that
// receives the accepted connections from a channel, alone. The arguments of a go
// statement are evaluated before it, on the goroutine that accepts.
//
// A deadline bounds the wait and does not end the problem: ten silent clients
// keep the others out for ten times as long. It is said in the message.
//
// The analyzer is silent on a loop that hands its connections to nobody and so
// serves one at a time by design, unless the flag report-sequential is set; on
// functions that accept once; on writes, which the socket's buffer takes; and on
// code that it cannot follow: function values and interface methods of unknown
// origin. One exception is made in Accept methods, where an unknown function
// that turns the accepted connection into another one, and whose name or type
// says that it secures or wraps it, is taken to shake hands.
package acceptblock
