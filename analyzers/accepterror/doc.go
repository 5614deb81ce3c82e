// Package accepterror defines an analyzer that reports accept loops which do
// the wrong thing when Accept fails.
//
// # Analyzer accepterror
//
// accepterror: report accept loops that spin, die or exit when Accept fails
//
// Accept fails for two reasons that matter. The listener was closed: every
// later call fails too, and the loop has to end. Or the process is out of
// descriptors (EMFILE, ENFILE): nothing is wrong with the listener, and as soon
// as a connection is closed the same call succeeds; until then it fails at once.
// A loop that logs and continues spins with about a million errors a second, on
// the processor that the connections need in order to end:
//
//	for {
//		conn, err := ln.Accept()
//		if err != nil {
//			log.Print(err)
//			continue
//		}
//		go handle(conn)
//	}
//
// A loop that returns leaves the process up without its listener; log.Fatal
// drops all clients because of one too many. Leave when the listener is closed,
// and otherwise wait, longer each time, as net/http does:
//
//	var delay time.Duration
//	for {
//		conn, err := ln.Accept()
//		if errors.Is(err, net.ErrClosed) {
//			return
//		}
//		if err != nil {
//			delay = min(max(2*delay, 5*time.Millisecond), time.Second)
//			log.Printf("accept: %v; retrying in %v", err, delay)
//			time.Sleep(delay)
//			continue
//		}
//		delay = 0
//		go handle(conn)
//	}
//
// Temporary(), which is deprecated, is true of EMFILE: a continue under it spins
// like any other.
//
// Reported are loops that at EMFILE retry without a delay, end the process, or
// end without telling anybody; loops that once the listener is closed retry for
// ever; code that goes on with the nil connection, also in the hands of another
// package's function or in a field; and Accept methods of wrappers that return the
// error of one connection (a failed handshake) as their own, which ends the accept
// loop of whoever calls them.
//
// A delay is a sleep, a timer, a limiter or the wait for the end of a context, also
// in a function that is called; runtime.Gosched is none. A loop that returns the error is not reported, since
// its caller can decide; the flag report-return changes that. An error counts as
// told when it is returned, sent, stored beyond the function or given to a
// callback, or when a channel is closed, a waiter woken, somebody called back or a
// goroutine started, by the loop's function or by its callers after it, or when who
// has started the loop does nothing but wait for its end. It is told, too, when the way
// out closes a connection or session that was there before the loop: whoever is at the
// other end sees it end. A log line tells nobody. What a function returns after the
// error is what its caller goes on with. A loop that waits and has some way out,
// such as a context, is not reported even if it does not test for a closed
// listener, and no loop is for a listener that nobody can close, or that only the
// callers of an internal package can, who are not seen. Errors of sessions
// and streams (QUIC, yamux, SSH), and of listeners that take connections from a
// channel, stay what they are, so that a return is right for them, and so is a loop
// that asks the session whether it has ended. Descriptors do
// not run out for a listener whose connections share one socket or have none (DTLS,
// KCP, in memory), also behind a net.Listener when it is seen where it is made, or in
// a wrapper that accepts from nothing else.
//
// What type a connection has is the same for all of a listener's: an Accept method
// that refuses one by its type is not reported, nor one that returns the error of
// a deadline or of access to the descriptor, which do not fail there, or of a second
// descriptor for it, which fails as Accept does when there are none. Nor is one whose
// listeners are given only to servers that go on after such an error.
//
// Conditions on the error that the analyzer cannot decide make it silent.
package accepterror
