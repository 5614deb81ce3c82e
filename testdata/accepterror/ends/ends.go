// Package ends holds loops that end on an error of Accept, or the process.
package ends

import (
	"context"
	"errors"
	"log"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"sockvet.test/accepterror/lib/pause"
)

func handle(c net.Conn) { c.Close() }

type server struct {
	ln      net.Listener
	wg      sync.WaitGroup
	done    chan struct{}
	errs    chan error
	err     error
	onError func(error)
	logf    func(string, ...any)
	stop    context.CancelFunc
}

// badReturn: the inbound side is dead, the process is not.
func (s *server) badReturn() {
	for {
		conn, err := s.ln.Accept() // want `an error of \(net.Listener\).Accept ends the accept loop and nobody is told: the process stays up without its listener, also when descriptors run out for a moment \(EMFILE\)`
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// startReturn runs it besides.
func (s *server) startReturn() { go s.badReturn() }

// badServe: who waits for it is told nothing.
func (s *server) badServe() error {
	conns := 0
	for {
		conn, err := s.ln.Accept() // want `ends the accept loop and nobody is told: the function returns as if nothing had happened, also when descriptors run out for a moment \(EMFILE\); leave the loop on errors.Is\(err, net.ErrClosed\) and back off otherwise`
		if err != nil {
			log.Print(err, conns)
			break
		}
		conns++
		go handle(conn)
	}
	return nil
}

// badBreakLogged: a line in the log tells nobody.
func (s *server) badBreakLogged() {
	for {
		conn, err := s.ln.Accept() // want `nobody is told`
		if err != nil {
			s.logf("accept: %v", err)
			break
		}
		go handle(conn)
	}
	s.logf("closing %s", s.ln.Addr())
}

// badStopping: the flag is for the orderly end; EMFILE ends the loop as well.
func (s *server) badStopping(stopping func() bool) {
	for {
		conn, err := s.ln.Accept() // want `nobody is told`
		if stopping() {
			break
		}
		if err != nil {
			break
		}
		go handle(conn)
	}
}

// badClosedOnlyLogged: telling it apart for the log changes nothing.
func (s *server) badClosedOnlyLogged() {
	for {
		conn, err := s.ln.Accept() // want `nobody is told`
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				log.Print(err)
			}
			return
		}
		go handle(conn)
	}
}

// badInGoroutine: the function that starts it has returned long ago.
func badInGoroutine(ln net.Listener) {
	go func() {
		for {
			conn, err := ln.Accept() // want `nobody is told`
			if err != nil {
				return
			}
			go handle(conn)
		}
	}()
}

// badNilError: the caller is told that all is well.
func badNilError(ln net.Listener) error {
	for {
		conn, err := ln.Accept() // want `nobody is told`
		if err != nil {
			log.Print(err)
			return nil
		}
		go handle(conn)
	}
}

// badFatal: all clients are dropped for one too many.
func badFatal(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `an error of \(net.Listener\).Accept ends the process, also when descriptors run out for a moment \(EMFILE\)`
		if err != nil {
			log.Fatal(err)
		}
		go handle(conn)
	}
}

// badPanic: so does a panic.
func badPanic(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `ends the process`
		if err != nil {
			panic(err)
		}
		go handle(conn)
	}
}

// badExitUnlessClosed: the orderly end is told apart, EMFILE is not.
func (s *server) badExitUnlessClosed() {
	for {
		conn, err := s.ln.Accept() // want `ends the process`
		if err != nil {
			select {
			case <-s.done:
				return
			default:
			}
			log.Print(err)
			os.Exit(1)
		}
		go handle(conn)
	}
}

// badCheck: in a helper.
func badCheck(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `ends the process`
		check(err)
		go handle(conn)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// badOtherCheck: in a helper of another package.
func badOtherCheck(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `ends the process`
		pause.Must("accept", err)
		go handle(conn)
	}
}

// badGivesUp: EMFILE in particular, though the error is returned.
func badGivesUp(ln net.Listener) error {
	for {
		conn, err := ln.Accept() // want `the loop gives up on \(net.Listener\).Accept when descriptors run out \(EMFILE\), though the listener is sound`
		if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
			ln.Close()
			return err
		}
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		go handle(conn)
	}
}

// goodReturnsError: the caller decides.
func goodReturnsError(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go handle(conn)
	}
}

// goodErrgroup: so does whoever waits for the group.
func goodErrgroup(ctx context.Context, ln net.Listener) error {
	g, _ := errgroup.WithContext(ctx)
	g.Go(func() error {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return err
			}
			go handle(conn)
		}
	})
	return g.Wait()
}

// goodSent: somebody reads the channel.
func (s *server) goodSent() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			s.errs <- err
			return
		}
		go handle(conn)
	}
}

// goodStored: somebody may ask.
func (s *server) goodStored() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			s.err = err
			return
		}
		go handle(conn)
	}
}

// goodDeferred: the deferred function hands on what the variable holds.
func (s *server) goodDeferred() {
	var failed error
	defer func() {
		s.shutDown(failed)
		s.wg.Done()
	}()
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			failed = err
			return
		}
		go handle(conn)
	}
}

func (s *server) shutDown(err error) {
	s.err = err
	s.ln.Close()
}

// badDeferredLog: it only prints it.
func (s *server) badDeferredLog() {
	var failed error
	defer func() {
		log.Print(failed)
		s.wg.Done()
	}()
	for {
		conn, err := s.ln.Accept() // want `nobody is told`
		if err != nil {
			failed = err
			return
		}
		go handle(conn)
	}
}

// goodCallback: somebody is called.
func (s *server) goodCallback() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			s.onError(err)
			return
		}
		go handle(conn)
	}
}

// goodHelper: a helper tells.
func (s *server) goodHelper() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			s.fail(err)
			return
		}
		go handle(conn)
	}
}

func (s *server) fail(err error) {
	s.logf("accept: %v", err)
	select {
	case s.errs <- err:
	default:
	}
}

// goodSignals: the end of the loop ends the rest.
func (s *server) goodSignals() {
	defer close(s.done)
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// goodCancels: so does a context of somebody else.
func (s *server) goodCancels() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			s.stop()
			return
		}
		go handle(conn)
	}
}

// goodClosedOnly: the silent return is for the closed listener only.
func (s *server) goodClosedOnly() {
	for {
		conn, err := s.ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		go handle(conn)
	}
}

// goodFlagOnly: the silent return is for the orderly end only.
func (s *server) goodFlagOnly() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			select {
			case <-s.done:
				return
			case <-time.After(time.Second):
			}
			continue
		}
		go handle(conn)
	}
}

// goodRecovered: the panic does not get far.
func goodRecovered(ln net.Listener, report func(any)) {
	defer func() { report(recover()) }()
	for {
		conn, err := ln.Accept()
		if err != nil {
			panic(err)
		}
		go handle(conn)
	}
}

// goodEMFILEWaits: EMFILE in particular is waited for.
func goodEMFILEWaits(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if errors.Is(err, syscall.EMFILE) {
			time.Sleep(100 * time.Millisecond)
			continue
		}
		if err != nil {
			return err
		}
		go handle(conn)
	}
}

// goodQuits: who has started the goroutine waits for its end.
func goodQuits(ln net.Listener) error {
	quit := make(chan bool)
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				log.Print(err)
				quit <- true
				break
			}
			go handle(conn)
		}
	}()
	<-quit
	return ln.Close()
}

// goodQuitsDeferred: the same by a deferred function.
func goodQuitsDeferred(ln net.Listener, quit chan<- string) {
	go func() {
		defer func() { quit <- "accept" }()
		for {
			conn, err := ln.Accept()
			if err != nil {
				log.Print(err)
				return
			}
			go handle(conn)
		}
	}()
}
