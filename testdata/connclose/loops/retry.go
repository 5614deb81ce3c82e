package loops

import (
	"errors"
	"log"
	"net"
	"time"
)

// badRetryDropsRefused: each refused attempt leaves its conn open.
func badRetryDropsRefused(addr string) (net.Conn, error) {
	for range 3 {
		conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed"
		if err != nil {
			continue
		}
		if err := greet(conn); err != nil {
			log.Print(err)
			continue
		}
		return conn, nil
	}
	return nil, errors.New("no luck")
}

// goodRetryClosesRefused: each refused attempt is closed.
func goodRetryClosesRefused(addr string) (net.Conn, error) {
	for range 3 {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			continue
		}
		if err := greet(conn); err != nil {
			conn.Close()
			continue
		}
		return conn, nil
	}
	return nil, errors.New("no luck")
}

// goodRetryNoConn: a failed attempt has no conn to close.
func goodRetryNoConn(addr string) (net.Conn, error) {
	var lastErr error
	for attempt := range 5 {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			lastErr = err
			time.Sleep(time.Duration(attempt) * time.Second)
			continue
		}
		return conn, nil
	}
	return nil, lastErr
}

// goodRetryOuterVariable: the loop ends with a conn or with its error.
func goodRetryOuterVariable(addr string) (conn net.Conn, err error) {
	for range 5 {
		if conn, err = net.Dial("tcp", addr); err == nil {
			break
		}
		time.Sleep(time.Second)
	}
	return conn, err
}

type feeder struct {
	addr     string
	messages chan []byte
	done     chan struct{}
}

// connect is an acquirer of this package.
func (f *feeder) connect() (net.Conn, error) {
	return net.DialTimeout("tcp", f.addr, time.Second)
}

// badReconnectLoop: the write error ends the feed, the next round dials anew.
func (f *feeder) badReconnectLoop() {
	for {
		conn, err := f.connect() // want "conn from .*connect is (never closed|not closed)"
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		err = func() error {
			for m := range f.messages {
				if _, err := conn.Write(m); err != nil {
					return err
				}
			}
			return nil
		}()
		if err == nil {
			return
		}
		log.Print(err)
	}
}

// goodReconnectLoop: each round ends with a Close.
func (f *feeder) goodReconnectLoop() {
	for {
		conn, err := f.connect()
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		err = func() error {
			defer conn.Close()
			for m := range f.messages {
				if _, err := conn.Write(m); err != nil {
					return err
				}
			}
			return nil
		}()
		if err == nil {
			return
		}
		log.Print(err)
	}
}

// badFirstHealthy: those that were not healthy stay open.
func badFirstHealthy(addrs []string) net.Conn {
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a) // want "conn from net.Dial is not closed"
		if err != nil {
			continue
		}
		if greet(conn) == nil {
			return conn
		}
	}
	return nil
}

// goodFirstHealthy: those that were not healthy are closed.
func goodFirstHealthy(addrs []string) net.Conn {
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			continue
		}
		if greet(conn) == nil {
			return conn
		}
		conn.Close()
	}
	return nil
}

// badKeepsTheLastOnly: the variable outlives the round, its conn does not.
func badKeepsTheLastOnly(addrs []string) {
	var last net.Conn
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a) // want "from net.Dial is (not closed|overwritten)"
		if err != nil {
			continue
		}
		last = conn
	}
	if last != nil {
		last.Close()
	}
}

// goodKeepsTheLastOnly: the one before is closed when a new one comes.
func goodKeepsTheLastOnly(addrs []string) {
	var last net.Conn
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			continue
		}
		if last != nil {
			last.Close()
		}
		last = conn
	}
	if last != nil {
		last.Close()
	}
}

// badBreakLeaksProbe: the loop is left with a conn that nobody looks at again.
func badBreakLeaksProbe(addrs []string) (found string) {
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a) // want "conn from net.Dial is not closed on every path"
		if err != nil {
			continue
		}
		if a[0] == '[' {
			found = a
			break
		}
		conn.Close()
	}
	return found
}

// goodBreakThenClose: what the break carries out is closed below.
func goodBreakThenClose(addrs []string) error {
	var conn net.Conn
	for _, a := range addrs {
		c, err := net.Dial("tcp", a)
		if err == nil {
			conn = c
			break
		}
	}
	if conn == nil {
		return errors.New("none answers")
	}
	defer conn.Close()
	return greet(conn)
}

// badSecondTry: two ways to get it, one missing Close, one report.
func badSecondTry(addr, fallback string, hello []byte) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .net.Conn..Write fails"
	if err != nil {
		if conn, err = net.DialTimeout("tcp", fallback, time.Second); err != nil {
			return nil, err
		}
	}
	if _, err := conn.Write(hello); err != nil {
		return nil, err
	}
	return conn, nil
}

// badSecondTryToo: the second try is dropped at an end of its own, too.
func badSecondTryToo(addr, fallback string, hello []byte) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .net.Conn..Write fails"
	if err != nil {
		if conn, err = net.DialTimeout("tcp", fallback, time.Second); err != nil { // want "conn from net.DialTimeout is not closed when .net.Conn..Read or .net.Conn..Write fails"
			return nil, err
		}
		if _, err := conn.Read(make([]byte, 1)); err != nil {
			return nil, err
		}
	}
	if _, err := conn.Write(hello); err != nil {
		return nil, err
	}
	return conn, nil
}

// badTryInLiteral: the first try is made by a literal.
func badTryInLiteral(addr, fallback string, hello []byte) (net.Conn, error) {
	var conn net.Conn
	var err error
	try := func() {
		conn, err = net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .net.Conn..Write fails"
	}
	if try(); err != nil {
		if conn, err = net.DialTimeout("tcp", fallback, time.Second); err != nil { // want "conn from net.DialTimeout is not closed when .net.Conn..Write fails"
			return nil, err
		}
	}
	if _, err := conn.Write(hello); err != nil {
		return nil, err
	}
	return conn, nil
}
