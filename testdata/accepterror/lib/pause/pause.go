// Package pause holds helpers of an accept loop, for the facts about them.
package pause

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"runtime"
	"time"

	"golang.org/x/time/rate"
)

// Sleep sleeps in its own body.
func Sleep() { // want Sleep:`delays`
	time.Sleep(time.Millisecond)
}

// Through sleeps further down, always.
func Through() { // want Through:`delays`
	Sleep()
}

// Sometimes sleeps further down, on one way only.
func Sometimes(busy bool) {
	if busy {
		Through()
	}
}

// Unless does not sleep when there is nothing to wait for.
func Unless(d time.Duration) { // want Unless:`delays`
	if d > 0 {
		time.Sleep(d)
	}
}

// Context waits for a timer or the end.
func Context(ctx context.Context, d time.Duration) bool { // want Context:`delays`
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// After receives a time.
func After() { // want After:`delays`
	<-time.After(time.Second)
}

// Expires waits for a context with a timeout of its own.
func Expires(ctx context.Context, d time.Duration) { // want Expires:`delays`
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-ctx.Done()
}

// ExpiresOr waits for it, or for a sign of somebody else.
func ExpiresOr(ctx context.Context, resume <-chan struct{}) { // want ExpiresOr:`delays`
	ctx, cancel := context.WithDeadline(ctx, time.Now().Add(time.Second))
	defer cancel()
	select {
	case <-ctx.Done():
	case <-resume:
	}
}

// Slot takes a free place when there is one.
func Slot(ctx context.Context, slots chan<- struct{}) {
	select {
	case <-ctx.Done():
	case slots <- struct{}{}:
	}
}

// Over only asks.
func Over(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return true
	default:
		return false
	}
}

// Limited waits for a limiter.
func Limited(ctx context.Context, l *rate.Limiter) error { // want Limited:`delays`
	return l.Wait(ctx)
}

// Clock is a clock that a test can replace.
type Clock interface{ Sleep(time.Duration) }

// Mocked waits on a clock of which only the interface is known.
func Mocked(c Clock) { // want Mocked:`delays`
	c.Sleep(time.Second)
}

// Elsewhere: another goroutine sleeps.
func Elsewhere() {
	go time.Sleep(time.Second)
}

// Yield is no delay.
func Yield() {
	runtime.Gosched()
}

// Poll does not wait.
func Poll(t *time.Timer) bool {
	select {
	case <-t.C:
		return true
	default:
		return false
	}
}

// Fatal always ends the process.
func Fatal(err error) { // want Fatal:`ends the process`
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// Check ends it on an error.
func Check(err error) { // want Check:`ends the process if operand 0 is an error`
	if err != nil {
		log.Fatal(err)
	}
}

// Must panics on an error, through Check's sister.
func Must(what string, err error) { // want Must:`ends the process if operand 1 is an error`
	if err == nil {
		return
	}
	panic(what + err.Error())
}

// CheckTwice ends it through another function.
func CheckTwice(err error) { // want CheckTwice:`ends the process if operand 0 is an error`
	Check(err)
}

// Guarded recovers.
func Guarded(err error) {
	defer func() { _ = recover() }()
	Check(err)
}

// Perhaps returns for a closed listener.
func Perhaps(err error) {
	if errors.Is(err, net.ErrClosed) {
		return
	}
	log.Fatal(err)
}

// Server keeps its last error.
type Server struct {
	last    error
	onError func(error)
	errs    chan error
	logf    func(string, ...any)
}

// Keep stores the error.
func (s *Server) Keep(err error) { s.last = err } // want Keep:`hands operand 1 on`

// Send sends it.
func (s *Server) Send(err error) { s.errs <- fmt.Errorf("accept: %w", err) }

// SendAsIs sends it.
func (s *Server) SendAsIs(err error) { // want SendAsIs:`hands operand 1 on`
	select {
	case s.errs <- err:
	default:
	}
}

// Call calls back.
func (s *Server) Call(err error) { s.onError(err) } // want Call:`hands operand 1 on`

// Log only logs.
func (s *Server) Log(err error) { s.logf("accept: %v", err) }

// Tune does nothing here.
func Tune(c net.Conn) {}
