// Package handshakedeadline defines an analyzer that reports handshakes that
// nothing bounds.
//
// # Analyzer handshakedeadline
//
// handshakedeadline: report a handshake on an accepted connection without a deadline
//
// A client that connects and then says nothing costs it nothing. The server
// keeps a goroutine, a descriptor and the buffers of the handshake for it, for
// ever when no deadline is set: a few thousand such clients, or a port scanner
// and a broken firewall, and the process is out of descriptors. For example:
//
//	func handle(conn net.Conn, cfg *ssh.ServerConfig) {
//		defer conn.Close()
//		sc, chans, reqs, err := ssh.NewServerConn(conn, cfg) // for ever
//		...
//	}
//
// Bound the handshake as a whole, and remove the deadline when it is done:
//
//	func handle(conn net.Conn, cfg *ssh.ServerConfig) {
//		defer conn.Close()
//		conn.SetDeadline(time.Now().Add(10 * time.Second))
//		sc, chans, reqs, err := ssh.NewServerConn(conn, cfg)
//		if err != nil {
//			return
//		}
//		conn.SetDeadline(time.Time{})
//		...
//	}
//
// An exchange is what the server's libraries say is one (TLS, SSH, WebSocket and
// DTLS handshakes, the head of an HTTP request, a PROXY header), and any function
// of the program that reads from the client and whose name, or whose type's name,
// says handshake, key exchange, authentication, login, preface, or SSH or PROXY
// header. What an Accept method reads before it returns the connection is one
// too. A plain first read or an echo loop is none: how long a server waits for a
// request is its own affair. Neither is what goes on until something fails, a relay
// or a loop that only an error leaves, whatever the function is called.
//
// The analyzer follows an accepted connection from the Accept call to where the
// exchange is made, through go statements, channels, constructors and other
// packages, and reports the exchange when it is in the package under analysis,
// else the call that leads out of it. It counts as a bound: SetDeadline and
// SetReadDeadline that are called on every path before, here or in a callee; a
// context with a deadline; a timer that closes the connection; a library's own
// timeout; a wrapper whose Read sets a deadline, or a listener whose Accept gives
// out such connections; the deadline of the same connection by another name. It does
// not count: a write deadline; a deadline that is set under a condition
// (`if timeout > 0`), since a configured timeout of 0 then means none, unless it has a
// default; context.Background and what is derived from it without a deadline. A
// setting has a default when its package, or the one that is analyzed, gives it a
// positive constant: where the object is made, where it was zero, by a function that
// replaces zero, as the default of a flag, in a variable. Test files give none. A type that the connections of a plain listener never have, such as
// *tls.Conn, is waited for by nobody.
//
// It is silent where it cannot tell, for instance on a context from a caller
// that it does not see, and on helpers that shake hands on a parameter: the
// place where an accepted connection reaches them is reported.
package handshakedeadline
