package oracle

import "net"

type box struct{ conn net.Conn }

func boxed(c net.Conn) *box {
	if greet(c) != nil {
		return nil
	}
	return &box{c}
}

// badStartsBoxed: nobody gets the box of a goroutine.
func badStartsBoxed() error {
	c, err := net.Dial("tcp", "a") // want "never closed"
	if err != nil {
		return err
	}
	go boxed(c)
	return nil
}

func served(c net.Conn) *box {
	go func() {
		greet(c)
		c.Close()
	}()
	return &box{c}
}

// goodStartsServed: another goroutine closes what is in the box.
func goodStartsServed() error {
	c, err := net.Dial("tcp", "a")
	if err != nil {
		return err
	}
	go served(c)
	return nil
}

// goodSecondCloses: it is the first goroutine that has it alone, and that one fails
// by no call.
func goodSecondCloses(c net.Conn) {
	switch {
	case ask():
		go func() {
			if greet(c) != nil {
				c.Close()
			}
		}()
	case ask():
		go func() {
			if greet(c) != nil {
				return
			}
			c.Close()
		}()
		c.Close()
	default:
		c.Close()
	}
}

// badSecondDrops: here the second one, too.
func badSecondDrops() {
	c, err := net.Dial("tcp", "a") // want "is not closed when greet fails .leaks at lines 81, 88"
	if err != nil {
		return
	}
	switch {
	case ask():
		go func() {
			if greet(c) != nil {
				c.Close()
			}
		}()
	case ask():
		go func() {
			if greet(c) != nil {
				return
			}
			c.Close()
		}()
	default:
		c.Close()
	}
}

// goodGoroutineTakes: what the field forgets is the goroutine's.
func (p *peer) goodGoroutineTakes() (err error) {
	p.conn, err = net.Dial("tcp", "a")
	if err != nil {
		return err
	}
	go func(c net.Conn) { c.Close() }(p.conn)
	p.conn = nil
	return nil
}

// badGoroutineUses: this one only uses it.
func (p *peer) badGoroutineUses() (err error) {
	p.conn, err = net.Dial("tcp", "a") // want "overwritten at line 108"
	if err != nil {
		return err
	}
	go func(c net.Conn) { greet(c) }(p.conn)
	p.conn = nil
	return nil
}

var queue = make(chan net.Conn)

func enqueue(c net.Conn) { queue <- c }

// goodEnqueued: somebody else has it when the field forgets it.
func (p *peer) goodEnqueued() (err error) {
	p.conn, err = net.Dial("tcp", "a")
	if err != nil {
		return err
	}
	enqueue(p.conn)
	p.conn = nil
	return nil
}

// goodDeferredBefore: the deferred call was given it before the variable forgets it.
func goodDeferredBefore(addr string) func() error {
	var c net.Conn
	return func() (err error) {
		if c, err = net.Dial("tcp", addr); err != nil {
			return err
		}
		defer quiet(c)
		c = nil
		return nil
	}
}

func quiet(c net.Conn) {
	if c != nil {
		c.Close()
	}
}
