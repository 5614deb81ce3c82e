package oracle

import (
	"errors"
	"net"
)

// badAssertedInVariable: a literal captures the answer, too; where it is no, there
// is nothing in the result.
func badAssertedInVariable(network string) (net.Conn, error) {
	c, err := net.Dial(network, "a") // want "c from net.Dial is not closed on every path .leaks at line 17"
	if err != nil {
		return nil, err
	}
	t, ok := c.(*net.TCPConn)
	if !ok {
		return t, nil
	}
	defer func() {
		if ok {
			greet(nil)
		}
	}()
	return c, nil
}

// goodAssertedInVariable: it is closed there.
func goodAssertedInVariable(network string) (net.Conn, error) {
	c, err := net.Dial(network, "a")
	if err != nil {
		return nil, err
	}
	t, ok := c.(*net.TCPConn)
	if !ok {
		return nil, errors.Join(errors.New("no TCP"), c.Close())
	}
	defer func() {
		if ok {
			greet(nil)
		}
	}()
	return t, nil
}

type peer struct{ conn net.Conn }

// goodSentAndForgotten: somebody else has it when the field forgets it.
func (p *peer) goodSentAndForgotten(queue chan<- net.Conn) (err error) {
	p.conn, err = net.Dial("tcp", "a")
	if err != nil {
		return err
	}
	queue <- p.conn
	p.conn = nil
	return nil
}

// badForgotten: nobody has it.
func (p *peer) badForgotten() (err error) {
	p.conn, err = net.Dial("tcp", "a") // want "overwritten at line 65"
	if err != nil {
		return err
	}
	greet(p.conn)
	p.conn = nil
	return nil
}

// badGoroutineIfOther: without the other one there is no goroutine, and it stays
// open all the same.
func badGoroutineIfOther() error {
	c, err := net.Dial("tcp", "a") // want "never closed .leaks at lines 78, 85"
	if err != nil {
		return err
	}
	other, err := net.Dial("tcp", "b")
	if err != nil {
		return err
	}
	go func() {
		if greet(c) != nil {
			return
		}
	}()
	return other.Close()
}

// goodKeptAtEnd: the goroutine may leave it open; each round's is looked after at
// the end.
func goodKeptAtEnd(queue chan<- net.Conn) {
	for range 2 {
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
		defer func() { queue <- c }()
	}
}

func chat(c net.Conn) { _ = greet(c) }

// goodClosesAfterChat: this caller closes what the other one does not.
func goodClosesAfterChat() error {
	c, err := net.Dial("tcp", "a")
	if err != nil {
		return err
	}
	chat(c)
	return c.Close()
}

// badStartsChat: it is the starter's, since a caller has it after a chat.
func badStartsChat() error {
	c, err := net.Dial("tcp", "a") // want "never closed .leaks at line 125 for ever if the goroutine stays"
	if err != nil {
		return err
	}
	go chat(c)
	return nil
}

// A call deferred in a loop was given the object of its own round: that the next
// round's is nil does not take it away.

type line struct{ conn net.Conn }

func (l *line) Close() error { return l.conn.Close() }

func openLine(addr string) *line {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil
	}
	return &line{conn}
}

func goodDeferredEachRound(addr string, full func() bool) {
	for !full() {
		l := openLine(addr)
		defer l.Close()
	}
}

func badOnlyLastRound(addr string, full func() bool) {
	var l *line
	defer func() { l.Close() }()
	for !full() {
		l = openLine(addr) // want `l from openLine is not closed before the next iteration`
	}
}
