// Package oracle holds claims that generated programs showed to be wrong once
// (analyzers/internal/oracle), shrunken and made readable.
package oracle

import (
	"crypto/tls"
	"net"
	"os"
)

func ask() bool { _, ok := os.LookupEnv("ASK"); return ok }

func greet(c net.Conn) error { _, err := c.Write([]byte("hello")); return err }

// badDroppedThenBreak: the listener made in the else arm is lost at the return,
// too: not each way from there leads to the next iteration.
func badDroppedThenBreak() {
	for ask() {
		if ask() {
			greet(nil)
		} else {
			net.Listen("tcp", "a") // want "never closed .leaks at lines 22, 29"
		}
		if ask() {
			break
		}
	}
	greet(nil)
}

// goodStarterClosesToo: the goroutine that fails leaves it to its starter.
func goodStarterClosesToo() error {
	c, err := net.Dial("tcp", "a")
	if err != nil {
		return err
	}
	go func() {
		if greet(c) != nil {
			return
		}
		c.Close()
	}()
	c.Close()
	return nil
}

// badStarterClosesSometimes: when greet fails here and there, nobody closes.
func badStarterClosesSometimes() error {
	c, err := net.Dial("tcp", "a") // want "is not closed when greet fails .leaks at line 55"
	if err != nil {
		return err
	}
	go func() {
		if greet(c) != nil {
			return
		}
		c.Close()
	}()
	if err := greet(c); err != nil {
		return err
	}
	c.Close()
	return nil
}

// goodDeferredInLoop: what an earlier iteration deferred is still to run.
func goodDeferredInLoop(l net.Listener) error {
	c, err := l.Accept()
	if err != nil {
		return err
	}
	for !ask() {
		s := tls.Client(c, nil)
		c = nil
		defer s.Close()
	}
	if c != nil {
		c.Close()
	}
	return nil
}

// goodNotAsserted: the variable of a failed assertion is nil, also where a
// closure has captured it.
func goodNotAsserted() error {
	c, err := net.Dial(os.Getenv("NET"), "a")
	if err != nil {
		return err
	}
	defer c.Close()
	t, ok := c.(*net.TCPConn)
	if !ok {
		return nil
	}
	func() { t.SetNoDelay(true) }()
	return nil
}

// badNotAsserted: Close of a nil variable closes nothing.
func badNotAsserted() error {
	c, err := net.Dial(os.Getenv("NET"), "a") // want "is not closed on every path"
	if err != nil {
		return err
	}
	t, ok := c.(*net.TCPConn)
	stop := func() {
		if t != nil {
			t.Close()
		}
	}
	if !ok {
		stop()
		return nil
	}
	stop()
	return nil
}

func ignore(net.Conn) {}

// badGoroutineIgnoresIt: a goroutine that does nothing with it does not own it.
func badGoroutineIgnoresIt() error {
	c, err := net.Dial("tcp", "a") // want "is never closed"
	if err != nil {
		return err
	}
	go ignore(c)
	return nil
}

// goodTwoGoroutines: where the one that fails is started, the starter closes.
func goodTwoGoroutines() {
	c, err := net.Dial("tcp", "a")
	if err != nil {
		return
	}
	if ask() {
		go func() { c.Close() }()
		return
	}
	go func() {
		if greet(c) != nil {
			return
		}
		c.Close()
	}()
	c.Close()
}

// goodReturnedBesideGoroutine: it is the caller's.
func goodReturnedBesideGoroutine() (net.Conn, error) {
	c, err := net.Dial("tcp", "a")
	if err != nil {
		return nil, err
	}
	go func() {
		if greet(c) != nil {
			return
		}
		c.Close()
	}()
	return c, nil
}

// goodDeferredSeesItsOwn: err of a later iteration is another variable.
func goodDeferredSeesItsOwn() {
	for {
		err := greet(nil)
		if err != nil {
			return
		}
		c, e := net.Dial("tcp", "a")
		if e != nil {
			return
		}
		defer func() {
			if err == nil {
				c.Close()
			}
		}()
	}
}

// badDialledAgain: the deferred literal closes what the variable holds at the
// end, not what it held before.
func badDialledAgain() {
	c, err := net.Dial("tcp", "a")
	if err != nil {
		return
	}
	defer func() { c.Close() }()
	for ask() {
		next, err := net.Dial("tcp", "b") // want "is not closed before the next iteration"
		if err != nil {
			return
		}
		c.Close()
		c = next
		if ask() {
			c = nil
		}
	}
}

// goodDialledAgain closes the old one first.
func goodDialledAgain() {
	c, err := net.Dial("tcp", "a")
	if err != nil {
		return
	}
	defer func() { c.Close() }()
	for ask() {
		c.Close()
		c, err = net.Dial("tcp", "b")
		if err != nil {
			return
		}
	}
}

// badDialledOver: each iteration drops the one before.
func badDialledOver() {
	c, err := net.Dial("tcp", "a") // want "c from net.Dial is not closed when a later net.Dial fails"
	if err != nil {
		return
	}
	defer func() { c.Close() }()
	for ask() {
		c, err = net.Dial("tcp", "b") // want "c from net.Dial is not closed before the next iteration .lost at line 229"
		if err != nil {
			return
		}
	}
}

// goodAlsoSent: the goroutine may fail, but the queue has it.
func goodAlsoSent(queue chan net.Conn) {
	c, err := net.Dial("tcp", "a")
	if err != nil {
		return
	}
	go func() {
		if greet(c) != nil {
			return
		}
		c.Close()
	}()
	queue <- c
}

// logged makes a literal of its own each time.
func logged(c net.Conn, err error) {
	_ = func() error { return greet(c) }
	println(err)
}

// badLoggedTwice: what a helper made for itself does not keep the conn.
func badLoggedTwice(err error) {
	c, e := net.Dial("tcp", "a") // want "is never closed"
	if e != nil {
		return
	}
	logged(c, e)
	logged(c, err)
}

type wrapped struct{ net.Conn }

var spare net.Conn

func closeAll(cs ...net.Conn) {
	for _, c := range cs {
		c.Close()
	}
}

// goodClosesAll: the first operand is a wrapper, the second a plain conn.
func goodClosesAll() {
	c, err := net.Dial("tcp", "a")
	if err != nil {
		return
	}
	closeAll(&wrapped{c}, spare)
}
