// Package spin holds loops that go back to Accept.
package spin

import (
	"context"
	"errors"
	"log"
	"net"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/time/rate"

	"sockvet.test/accepterror/lib/errtest"
	"sockvet.test/accepterror/lib/pause"
)

func handle(c net.Conn) { c.Close() }

// badLogContinue: by far the commonest.
func badLogContinue(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `an error of \(net.Listener\).Accept is retried at once: when descriptors run out \(EMFILE\) the loop spins, about a million errors a second; leave the loop on errors.Is\(err, net.ErrClosed\) and back off otherwise, 5 ms growing to 1 s`
		if err != nil {
			log.Print(err)
			continue
		}
		go handle(conn)
	}
}

// badClosedToldApart: that alone does not help at EMFILE.
func badClosedToldApart(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `the loop spins, about a million errors a second; back off and try again, 5 ms growing to 1 s`
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		go handle(conn)
	}
}

// badTextTest: the old way to tell it apart.
func badTextTest(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `retried at once`
		if err != nil {
			if strings.Contains(err.Error(), "use of closed network connection") {
				return
			}
			log.Printf("accept: %v", err)
			continue
		}
		go handle(conn)
	}
}

// badTemporary: EMFILE is temporary, and at once again.
func badTemporary(ln net.Listener) error {
	for {
		conn, err := ln.Accept() // want `retried at once`
		if err != nil {
			if ne, ok := err.(net.Error); ok && ne.Temporary() {
				log.Printf("accept: %v", err)
				continue
			}
			return err
		}
		go handle(conn)
	}
}

// badTemporaryAs: the same with errors.As, before the error is tested.
func badTemporaryAs(ln net.Listener) error {
	for {
		conn, err := ln.Accept() // want `retried at once`
		var ne net.Error
		if errors.As(err, &ne) && ne.Temporary() {
			continue
		}
		if err != nil {
			return err
		}
		go handle(conn)
	}
}

// badGosched: yielding is no delay.
func badGosched(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `retried at once`
		if err != nil {
			if te, ok := err.(interface{ Temporary() bool }); ok && te.Temporary() {
				runtime.Gosched()
				continue
			}
			if !errors.Is(err, net.ErrClosed) {
				log.Print(err)
			}
			break
		}
		go handle(conn)
	}
}

type server struct {
	ln    net.Listener
	quit  int32
	done  chan struct{}
	conns chan net.Conn
	errs  chan error
	debug bool
}

// badQuitFlag: a flag that Close raises ends the loop, not the spinning.
func (s *server) badQuitFlag() {
	for {
		conn, err := s.ln.Accept() // want `retried at once`
		if err != nil {
			if atomic.LoadInt32(&s.quit) == 1 {
				return
			}
			continue
		}
		go handle(conn)
	}
}

// badContextLoop: neither does a context.
func badContextLoop(ctx context.Context, ln net.Listener) {
	for ctx.Err() == nil {
		conn, err := ln.Accept() // want `retried at once`
		if err != nil {
			log.Print(err)
			continue
		}
		go handle(conn)
	}
}

// badSelectDone: nor a channel that is polled.
func (s *server) badSelectDone() {
	for {
		select {
		case <-s.done:
			return
		default:
		}
		conn, err := s.ln.Accept() // want `retried at once`
		if err != nil {
			log.Print(err)
			continue
		}
		go handle(conn)
	}
}

// badSendAndContinue: whoever takes one error takes the next.
func (s *server) badSendAndContinue() {
	for {
		conn, err := s.ln.Accept() // want `retried at once`
		if err != nil {
			var ne net.Error
			if ok := errors.As(err, &ne); ok && ne.Timeout() {
				time.Sleep(time.Second / 20)
			} else {
				s.errs <- err
			}
			continue
		}
		s.conns <- conn
	}
}

// badOwnPredicate: a helper of the package is looked into.
func badOwnPredicate(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `retried at once`
		if err != nil {
			if isClosed(err) {
				return
			}
			if isTemporary(err) {
				continue
			}
			return
		}
		go handle(conn)
	}
}

func isClosed(err error) bool {
	if errors.Is(err, net.ErrClosed) {
		return true
	}
	var op *net.OpError
	return errors.As(err, &op) && op.Err.Error() == "use of closed network connection"
}

func isTemporary(err error) bool {
	ne, ok := err.(net.Error)
	return ok && ne.Temporary()
}

// badOtherPredicate: so is one of another package, by its fact.
func badOtherPredicate(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `retried at once`
		if err != nil {
			if errtest.IsClosed(err) {
				return
			}
			continue
		}
		go handle(conn)
	}
}

// badOuterVariables: results assigned to variables of the whole function.
func (s *server) badOuterVariables() {
	var (
		conn net.Conn
		err  error
	)
	for {
		conn, err = s.ln.Accept() // want `retried at once`
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			log.Printf("failed to accept: %v", err)
			continue
		}
		go handle(conn)
	}
}

// badRaw: the system call itself.
func badRaw(fd int) {
	for {
		nfd, _, err := syscall.Accept(fd) // want `an error of syscall.Accept is retried at once`
		if err == syscall.EINTR || err == syscall.ECONNABORTED {
			continue
		}
		if err != nil {
			log.Print(err)
			continue
		}
		syscall.Close(nfd)
	}
}

// badGoesOn: the branch falls through.
func badGoesOn(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `after an error of \(net.Listener\).Accept the code goes on with the connection, which is nil then`
		if err != nil {
			log.Print(err)
		}
		go handle(conn)
	}
}

// badGoesOnCaptured: into a function literal.
func badGoesOnCaptured(ctx context.Context, ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `the code goes on with the connection, which is nil then`
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			log.Print(err)
		}
		go func() {
			err = errors.New("none")
			conn.Close()
		}()
		select {
		case <-ctx.Done():
			return
		default:
			continue
		}
	}
}

// badIgnored: the error is never looked at.
func badIgnored(ln net.Listener) {
	for {
		conn, _ := ln.Accept() // want `the code goes on with the connection, which is nil then`
		log.Print(conn.RemoteAddr())
		go handle(conn)
	}
}

// badNeverEnds: it waits, but nothing ends it.
func badNeverEnds(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `the loop has no exit: once the listener is closed \(net.Listener\).Accept fails for ever; leave the loop on errors.Is\(err, net.ErrClosed\)`
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		go handle(conn)
	}
}

// badClosedSpins: EMFILE waits, a closed listener does not.
func badClosedSpins(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `once the listener is closed the loop retries \(net.Listener\).Accept for ever without a delay`
		if err != nil {
			if ne, ok := err.(net.Error); ok && ne.Temporary() {
				time.Sleep(10 * time.Millisecond)
			}
			continue
		}
		go handle(conn)
	}
}

type flagged struct {
	ln     net.Listener
	closed bool
}

func (f *flagged) Close() error { return f.ln.Close() }

// badFlagNeverSet: nobody raises the flag.
func (f *flagged) badFlagNeverSet() {
	for {
		conn, err := f.ln.Accept() // want `once the listener is closed the loop retries`
		if err != nil {
			if ne, ok := err.(net.Error); ok && ne.Temporary() {
				time.Sleep(10 * time.Millisecond)
				continue
			}
			if f.closed {
				return
			}
			log.Print(err)
			continue
		}
		go handle(conn)
	}
}

func (s *server) acceptOne() error {
	conn, err := s.ln.Accept() // want `retried at once`
	if err != nil {
		return err
	}
	go handle(conn)
	return nil
}

// badOneByOne: the loop is around the function that accepts.
func (s *server) badOneByOne() {
	for {
		if err := s.acceptOne(); err != nil {
			log.Print(err)
		}
	}
}

// goodBackoff: as net/http does it.
func goodBackoff(ln net.Listener) error {
	var delay time.Duration
	for {
		conn, err := ln.Accept()
		if err != nil {
			if ne, ok := err.(net.Error); ok && ne.Temporary() {
				if delay == 0 {
					delay = 5 * time.Millisecond
				} else {
					delay *= 2
				}
				delay = min(delay, time.Second)
				time.Sleep(delay)
				continue
			}
			return err
		}
		delay = 0
		go handle(conn)
	}
}

// goodRemedy: what the message recommends.
func goodRemedy(ln net.Listener) {
	var delay time.Duration
	for {
		conn, err := ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			delay = min(max(2*delay, 5*time.Millisecond), time.Second)
			log.Printf("accept: %v; retrying in %v", err, delay)
			time.Sleep(delay)
			continue
		}
		delay = 0
		go handle(conn)
	}
}

// goodTimer: a timer in a select.
func goodTimer(ctx context.Context, ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			select {
			case <-ctx.Done():
				return
			case <-time.After(100 * time.Millisecond):
			}
			continue
		}
		go handle(conn)
	}
}

// goodOwnHelper: the delay is in a helper.
func goodOwnHelper(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			if !retry(err) {
				return
			}
			continue
		}
		go handle(conn)
	}
}

func retry(err error) bool {
	if errors.Is(err, net.ErrClosed) {
		return false
	}
	log.Print(err)
	time.Sleep(50 * time.Millisecond)
	return true
}

// goodOtherHelper: in one of another package.
func goodOtherHelper(ctx context.Context, ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			if !pause.Context(ctx, time.Second) {
				return
			}
			continue
		}
		go handle(conn)
	}
}

// goodLimiter: the whole loop is limited.
func goodLimiter(ctx context.Context, ln net.Listener, l *rate.Limiter) error {
	for {
		if err := l.Wait(ctx); err != nil {
			return err
		}
		conn, err := ln.Accept()
		if err != nil {
			log.Print(err)
			continue
		}
		go handle(conn)
	}
}

// backoff is a clock of which only the interface is known.
type backoff interface {
	Wait()
	Reset()
}

// goodInterface: by its name.
func goodInterface(ctx context.Context, ln net.Listener, b backoff) {
	for ctx.Err() == nil {
		conn, err := ln.Accept()
		if err != nil {
			b.Wait()
			continue
		}
		b.Reset()
		go handle(conn)
	}
}

// goodTimeouts: the listener's own deadline paces the loop; EMFILE is returned.
func goodTimeouts(ctx context.Context, ln *net.TCPListener) error {
	for ctx.Err() == nil {
		ln.SetDeadline(time.Now().Add(time.Second))
		conn, err := ln.Accept()
		if ne, ok := err.(net.Error); ok && ne.Timeout() {
			continue
		}
		if err != nil {
			return err
		}
		go handle(conn)
	}
	return nil
}

// goodFailures: sleeps longer each time, then hands the error on.
func goodFailures(ln net.Listener) error {
	failures := 0
	for {
		conn, err := ln.Accept()
		if err != nil {
			var op *net.OpError
			if ok := errors.As(err, &op); !ok || !op.Timeout() {
				failures++
				if failures > 10 {
					return err
				}
				time.Sleep(time.Duration(failures) * time.Second)
			}
			continue
		}
		failures = 0
		go handle(conn)
	}
}

// goodNonBlocking: who polls goes back to the poller.
func goodNonBlocking(fd int) {
	for {
		nfd, _, err := syscall.Accept(fd)
		switch err {
		case nil:
		case syscall.ECONNABORTED, syscall.EINTR:
			continue
		case syscall.EAGAIN:
			return
		default:
			log.Print(err)
			return
		}
		syscall.Close(nfd)
	}
}

// goodNilChecked: some accepts return a connection with an error.
func goodNilChecked(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			if conn != nil {
				conn.Close()
			}
			return err
		}
		go handle(conn)
	}
}

// goodOnce: no loop.
func goodOnce(ln net.Listener) {
	conn, err := ln.Accept()
	if err != nil {
		return
	}
	handle(conn)
}

// goodTestedLater: what another package does with nil is its own affair.
func goodTestedLater(ln net.Listener, tune func(net.Conn)) error {
	for {
		conn, err := ln.Accept()
		tune(conn)
		pause.Tune(conn)
		if err != nil {
			return err
		}
		go handle(conn)
	}
}
