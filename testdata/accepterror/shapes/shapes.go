// Package shapes holds accept loops as real servers have them.
package shapes

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/avast/retry-go/v4"
	"github.com/cenkalti/backoff/v4"
	"github.com/oklog/run"
	"golang.org/x/sync/errgroup"
)

func handle(c net.Conn) { c.Close() }

type server struct {
	ln     net.Listener
	done   chan struct{}
	errs   chan error
	events chan event
	closed atomic.Bool
	mu     sync.Mutex
	cond   *sync.Cond
	state  int
	logger interface{ Error(msg string, args ...any) }
	ready  func() bool
	timer  *time.Timer
	wg     sync.WaitGroup
}

type event struct {
	kind int
	err  error
	conn net.Conn
}

// goodNamedResult: a deferred line in the log, and the error for the caller.
func (s *server) goodNamedResult() (err error) {
	defer func() {
		if err != nil {
			log.Print(err)
		}
	}()
	for {
		var conn net.Conn
		conn, err = s.ln.Accept()
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// goodEvent: the error goes to the loop of events.
func (s *server) goodEvent() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			s.events <- event{kind: 1, err: err}
			return
		}
		s.events <- event{conn: conn}
	}
}

// goodEventSelect: unless the server is stopping.
func (s *server) goodEventSelect(ctx context.Context) {
	for {
		conn, err := s.ln.Accept()
		ev := event{conn: conn, err: err}
		select {
		case s.events <- ev:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// goodRetryLibrary: the library waits between the tries.
func (s *server) goodRetryLibrary(ctx context.Context) error {
	for {
		var conn net.Conn
		err := backoff.Retry(func() error {
			var err error
			conn, err = s.ln.Accept()
			if errors.Is(err, net.ErrClosed) {
				return backoff.Permanent(err)
			}
			return err
		}, backoff.WithContext(backoff.NewExponentialBackOff(), ctx))
		if err != nil {
			return err
		}
		go handle(conn)
	}
}

// goodRetryDo: so does the other one.
func (s *server) goodRetryDo(ctx context.Context) error {
	for {
		conn, err := retry.DoWithData(func() (net.Conn, error) { return s.ln.Accept() }, retry.Context(ctx))
		if err != nil {
			return err
		}
		go handle(conn)
	}
}

// goodNextBackOff: the library computes the delay.
func (s *server) goodNextBackOff() error {
	b := backoff.NewExponentialBackOff()
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			d := b.NextBackOff()
			if d == backoff.Stop || s.closed.Load() {
				return err
			}
			time.Sleep(d)
			continue
		}
		b.Reset()
		go handle(conn)
	}
}

// goodTimerReset: a timer that is kept.
func (s *server) goodTimerReset() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			s.timer.Reset(time.Second)
			select {
			case <-s.timer.C:
				continue
			case <-s.done:
				return
			}
		}
		go handle(conn)
	}
}

// goodAfterFunc: the loop is started anew after a while.
func (s *server) goodAfterFunc() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			time.AfterFunc(time.Second, s.goodAfterFunc)
			return
		}
		go handle(conn)
	}
}

// goodRestart: in another goroutine.
func (s *server) goodRestart() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			if !s.closed.Load() {
				go s.restart()
			}
			return
		}
		go handle(conn)
	}
}

func (s *server) restart() {
	time.Sleep(time.Second)
	s.goodRestart()
}

// goodPolled: the context is polled, the delay is in a callee.
func (s *server) goodPolled(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		default:
		}
		conn, err := s.ln.Accept()
		if err != nil {
			if s.shouldStop(err) {
				return
			}
			continue
		}
		go handle(conn)
	}
}

// shouldStop waits unless the server is stopping.
func (s *server) shouldStop(err error) bool {
	if s.closed.Load() || errors.Is(err, net.ErrClosed) {
		return true
	}
	var ne net.Error
	if errors.As(err, &ne) && ne.Timeout() {
		return false
	}
	log.Print(err)
	wait(s.done, time.Second)
	return false
}

func wait(done <-chan struct{}, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-done:
	}
}

// goodGroup: an actor's end ends the group.
func (s *server) goodGroup() error {
	var g run.Group
	g.Add(func() error {
		for {
			conn, err := s.ln.Accept()
			if err != nil {
				return err
			}
			go handle(conn)
		}
	}, func(error) { s.ln.Close() })
	return g.Run()
}

// goodErrgroupSilent: the group's context is cancelled when it ends.
func (s *server) goodErrgroupSilent(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		<-ctx.Done()
		return s.ln.Close()
	})
	g.Go(func() error {
		for {
			conn, err := s.ln.Accept()
			if ctx.Err() != nil {
				return nil
			}
			if err != nil {
				return fmt.Errorf("accept: %w", err)
			}
			go handle(conn)
		}
	})
	return g.Wait()
}

// goodPanicsAway: main recovers and starts again.
func (s *server) goodPanicsAway() {
	for !s.closed.Load() {
		s.guardedServe()
		time.Sleep(time.Second)
	}
}

func (s *server) guardedServe() {
	defer func() {
		if r := recover(); r != nil {
			log.Print(r)
		}
	}()
	s.serve()
}

func (s *server) serve() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			panic(err)
		}
		go handle(conn)
	}
}

// goodWaitGroup: who has started it waits for its end, and asks why.
func (s *server) goodWaitGroup() error {
	var failed error
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		for {
			conn, err := s.ln.Accept()
			if err != nil {
				failed = err
				return
			}
			go handle(conn)
		}
	}()
	s.wg.Wait()
	return failed
}

// goodCond: others wait for the state.
func (s *server) goodCond() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			s.mu.Lock()
			s.state = 2
			s.mu.Unlock()
			s.cond.Broadcast()
			return
		}
		go handle(conn)
	}
}

// goodSignalled: the process is told to end as if by its user.
func (s *server) goodSignalled() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			p, _ := os.FindProcess(os.Getpid())
			p.Signal(syscall.SIGTERM)
			return
		}
		go handle(conn)
	}
}

// goodSwitch: each error its own way.
func (s *server) goodSwitch() error {
	delay := 5 * time.Millisecond
	for {
		conn, err := s.ln.Accept()
		switch {
		case err == nil:
			delay = 5 * time.Millisecond
			go handle(conn)
		case errors.Is(err, net.ErrClosed):
			return nil
		case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
			time.Sleep(delay)
			delay = min(2*delay, time.Second)
		case errors.Is(err, syscall.ECONNABORTED):
		default:
			return err
		}
	}
}

// goodTicker: one accept a tick at most.
func (s *server) goodTicker(ctx context.Context) {
	t := time.NewTicker(10 * time.Millisecond)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		conn, err := s.ln.Accept()
		if err != nil {
			log.Print(err)
			continue
		}
		go handle(conn)
	}
}

// goodPool: the slot is given back, and the error returned.
func (s *server) goodPool(slots chan struct{}) error {
	for {
		slots <- struct{}{}
		conn, err := s.ln.Accept()
		if err != nil {
			<-slots
			return err
		}
		go func() {
			defer func() { <-slots }()
			handle(conn)
		}()
	}
}

// goodDeferredCancel: the deferred function cancels with the error.
func (s *server) goodDeferredCancel(cancel context.CancelCauseFunc) {
	var err error
	defer func() { cancel(err) }()
	for {
		var conn net.Conn
		if conn, err = s.ln.Accept(); err != nil {
			return
		}
		go handle(conn)
	}
}

// goodListenersAll: each listener in a function of its own, errors collected.
func goodListenersAll(lns []net.Listener) error {
	errs := make(chan error, len(lns))
	for _, ln := range lns {
		go func() { errs <- acceptOn(ln) }()
	}
	var all []error
	for range lns {
		all = append(all, <-errs)
	}
	return errors.Join(all...)
}

func acceptOn(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go handle(conn)
	}
}

// acceptResult is what one try has come to.
type acceptResult struct {
	conn net.Conn
	err  error
}

// goodResults: a goroutine accepts, the loop selects.
func (s *server) goodResults(ctx context.Context) error {
	results := make(chan acceptResult)
	go func() {
		for {
			conn, err := s.ln.Accept()
			results <- acceptResult{conn, err}
			if err != nil {
				return
			}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case r := <-results:
			if r.err != nil {
				return r.err
			}
			go handle(r.conn)
		}
	}
}

// tempListener waits itself.
type tempListener struct {
	net.Listener
	delay time.Duration
}

func (l *tempListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err == nil {
			l.delay = 0
			return conn, nil
		}
		if !errors.Is(err, syscall.EMFILE) {
			return nil, err
		}
		l.delay = min(max(2*l.delay, 5*time.Millisecond), time.Second)
		time.Sleep(l.delay)
	}
}

// goodOwnListener: the loop need not.
func goodOwnListener(l *tempListener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			log.Print(err)
			continue
		}
		go handle(conn)
	}
}

// badTimes: gives up after so many, and sleeps never.
func (s *server) badTimes() error {
	failures := 0
	for {
		conn, err := s.ln.Accept() // want `retried at once`
		if err != nil {
			if failures++; failures > 1000 {
				return err
			}
			continue
		}
		failures = 0
		go handle(conn)
	}
}

// badDeadlinePoll: the deadline paces time-outs, not EMFILE.
func (s *server) badDeadlinePoll(ctx context.Context, ln *net.TCPListener) {
	for ctx.Err() == nil {
		ln.SetDeadline(time.Now().Add(time.Second))
		conn, err := ln.Accept() // want `retried at once`
		if err != nil {
			var ne net.Error
			if errors.As(err, &ne) && ne.Timeout() {
				continue
			}
			log.Print(err)
			continue
		}
		go handle(conn)
	}
}

// badSwallowed: the goroutine of the group ends without a word.
func (s *server) badSwallowed(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		for {
			conn, err := s.ln.Accept() // want `nobody is told`
			if err != nil {
				s.logger.Error("accept", "err", err)
				return nil
			}
			go handle(conn)
		}
	})
	<-ctx.Done()
	return nil
}

// badAsync: the delay is another goroutine's.
func (s *server) badAsync() {
	for {
		conn, err := s.ln.Accept() // want `retried at once`
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			go time.Sleep(time.Second)
			continue
		}
		go handle(conn)
	}
}

// notified is told of the life of listeners.
type notified interface {
	ListenClose(s *server, addr net.Addr)
}

// goodNotified: a deferred function tells all that asked for it.
func (s *server) goodNotified(all []notified) {
	addr := s.ln.Addr()
	defer func() {
		s.ln.Close()
		s.each(all, func(n notified) { n.ListenClose(s, addr) })
	}()
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			log.Print(err)
			return
		}
		go handle(conn)
	}
}

func (s *server) each(all []notified, f func(notified)) {
	for _, n := range all {
		f(n)
	}
}

// goodOnStop: the callback takes nothing.
func (s *server) goodOnStop(onStop func()) {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			onStop()
			return
		}
		go handle(conn)
	}
}

type counter interface{ Add(float64) }

// badCounted: a metric tells nobody.
func (s *server) badCounted(failures counter, mu sync.Locker) {
	for {
		conn, err := s.ln.Accept() // want `nobody is told`
		if err != nil {
			mu.Lock()
			failures.Add(1)
			mu.Unlock()
			return
		}
		go handle(conn)
	}
}

// goodStopsAll: Stop signals, some way down.
func (s *server) goodStopsAll() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			log.Print(err)
			s.stop()
			return
		}
		go handle(conn)
	}
}

func (s *server) stop() { s.stopOnce() }

func (s *server) stopOnce() {
	if s.closed.CompareAndSwap(false, true) {
		s.signal()
	}
}

func (s *server) signal() { close(s.done) }

// badStopsListener: this one tells nobody.
func (s *server) badStopsListener() {
	for {
		conn, err := s.ln.Accept() // want `nobody is told`
		if err != nil {
			log.Print(err)
			s.closeListener()
			return
		}
		go handle(conn)
	}
}

func (s *server) closeListener() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ln.Close()
}

// goodSent: somebody who may be there is told.
func (s *server) goodSent(quit chan struct{}) {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			select {
			case quit <- struct{}{}:
			default:
			}
			return
		}
		go handle(conn)
	}
}

// goodCounted: it accepts so many and no more.
func goodCounted(ln net.Listener, n int) {
	for i := 0; i < n; i++ {
		conn, err := ln.Accept()
		if err != nil {
			log.Print(err)
			return
		}
		go handle(conn)
	}
}
