package closures

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"os"
	"sync"
	"testing"
	"time"
)

// goodSuccessFlag: the flag is set when nothing can fail any more.
func goodSuccessFlag(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	ok := false
	defer func() {
		if !ok {
			conn.Close()
		}
	}()
	if err := greet(conn); err != nil {
		return nil, err
	}
	ok = true
	return conn, nil
}

// badSuccessFlagTooEarly: one more step fails after the flag is set.
func badSuccessFlagTooEarly(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*Write fails"
	if err != nil {
		return nil, err
	}
	ok := false
	defer func() {
		if !ok {
			conn.Close()
		}
	}()
	if err := greet(conn); err != nil {
		return nil, err
	}
	ok = true
	if _, err := conn.Write([]byte("HELO\n")); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodNilAsFlag: the variable is cleared just before the conn leaves in its
// wrapper.
func goodNilAsFlag(addr string) (*wrapped, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer func() {
		if conn != nil {
			conn.Close()
		}
	}()
	if err := greet(conn); err != nil {
		return nil, err
	}
	w := &wrapped{conn}
	conn = nil
	return w, nil
}

// badNilAsFlagTooEarly: cleared, and then a step fails.
func badNilAsFlagTooEarly(addr string) (*wrapped, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*Stat fails"
	if err != nil {
		return nil, err
	}
	defer func() {
		if conn != nil {
			conn.Close()
		}
	}()
	w := &wrapped{conn}
	conn = nil
	if _, err := os.Stat(addr); err != nil {
		return nil, err
	}
	return w, nil
}

// goodCleanupStack: success empties the stack, failure runs it.
func goodCleanupStack(addr string) (net.Conn, error) {
	var cleanups []func()
	defer func() {
		for _, f := range cleanups {
			f()
		}
	}()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	cleanups = append(cleanups, func() { conn.Close() })
	if err := greet(conn); err != nil {
		return nil, err
	}
	cleanups = nil
	return conn, nil
}

// badCleanupStackTooLate: the step that fails comes before the push.
func badCleanupStackTooLate(addr string) (net.Conn, error) {
	var cleanups []func()
	defer func() {
		for _, f := range cleanups {
			f()
		}
	}()
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*greet fails"
	if err != nil {
		return nil, err
	}
	if err := greet(conn); err != nil {
		return nil, err
	}
	cleanups = append(cleanups, func() { conn.Close() })
	if _, err := os.Stat(addr); err != nil {
		return nil, err
	}
	cleanups = nil
	return conn, nil
}

// goodMethodValue: a deferred method value is a deferred Close.
func goodMethodValue(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	cleanup := conn.Close
	defer cleanup()
	return greet(conn)
}

// goodMethodValueOnFailure: called on the failing path, returned on the other.
func goodMethodValueOnFailure(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	cleanup := conn.Close
	if err := greet(conn); err != nil {
		cleanup()
		return nil, err
	}
	return conn, nil
}

// goodCleanupReturned: the caller gets the function that closes.
func goodCleanupReturned(addr string) (io.Writer, func() error, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, nil, err
	}
	return conn, conn.Close, nil
}

// goodClosureCalled: a local function closes on both paths.
func goodClosureCalled(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	hangUp := func() {
		conn.Write([]byte("QUIT\n"))
		conn.Close()
	}
	if err := greet(conn); err != nil {
		hangUp()
		return err
	}
	hangUp()
	return nil
}

// badClosureNotCalled: the local function is not called on the failing path.
func badClosureNotCalled(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*greet fails"
	if err != nil {
		return err
	}
	hangUp := func() {
		conn.Write([]byte("QUIT\n"))
		conn.Close()
	}
	if err := greet(conn); err != nil {
		return err
	}
	hangUp()
	return nil
}

// goodOnce: the first of two callers closes.
func goodOnce(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	var once sync.Once
	hangUp := func() { once.Do(func() { conn.Close() }) }
	defer hangUp()
	go func() {
		defer hangUp()
		io.Copy(os.Stdout, conn)
	}()
	return greet(conn)
}

// goodAfterFunc: the context's end closes it, the function only registers.
func goodAfterFunc(ctx context.Context, addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { conn.Close() })
	return greet(conn)
}

// goodTimerCloses: a timer closes it.
func goodTimerCloses(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	time.AfterFunc(time.Minute, func() { conn.Close() })
	return greet(conn)
}

type fixture struct{ testing.TB }

// goodTestCleanup: the test closes it at its end, also after Fatal.
func (f fixture) goodTestCleanup(addr string) net.Conn {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { conn.Close() })
	if err := greet(conn); err != nil {
		f.Fatal(err)
	}
	return conn
}

// badDeferredOnlyOnWish: the defer is registered on one path only.
func badDeferredOnlyOnWish(addr string, wish bool) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed"
	if err != nil {
		return err
	}
	if wish {
		defer conn.Close()
	}
	return greet(conn)
}

// goodDeferredOrReturned: deferred where it is not returned.
func goodDeferredOrReturned(addr string, keep bool) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if keep {
		return conn, nil
	}
	defer conn.Close()
	return nil, greet(conn)
}

// goodCapturedVariable: the closure closes what the variable holds at the end.
func goodCapturedVariable(addr string) error {
	var conn net.Conn
	defer func() {
		if conn != nil {
			conn.Close()
		}
	}()
	dial := func() (err error) {
		conn, err = net.Dial("tcp", addr)
		return err
	}
	if err := dial(); err != nil {
		return err
	}
	return greet(conn)
}

// goodOnceWithLog: who calls first closes, and says when that fails.
func goodOnceWithLog(addr string, stop <-chan struct{}) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	var once sync.Once
	end := func() {
		once.Do(func() {
			if err := conn.Close(); err != nil {
				log.Print(err)
			}
		})
	}
	done := make(chan struct{})
	go func() {
		select {
		case <-stop:
			end()
		case <-done:
		}
	}()
	defer func() {
		close(done)
		end()
	}()
	if _, ok := conn.(*net.TCPConn); !ok {
		return errors.New("not TCP")
	}
	return greet(conn)
}
