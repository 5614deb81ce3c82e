package oracle

import "testing"

// consistent are functions in which what was asked is asked again: no run gives
// another answer.
const consistent = `
func p0() error {
	c, err := net.Dial(env.Net(), "a")
	if err != nil {
		return err
	}
	if _, ok := c.(*net.TCPConn); !ok {
		c.Close()
	}
	if _, ok := c.(*net.TCPConn); ok {
		return c.Close()
	}
	return nil
}

func p1() error {
	c, err := net.Dial(env.Net(), "a")
	if err != nil {
		return err
	}
	switch t := c.(type) {
	case *net.TCPConn:
		if _, ok := c.(*net.TCPConn); !ok {
			return nil
		}
		return t.Close()
	}
	if _, ok := c.(*net.TCPConn); ok {
		return nil
	}
	return c.Close()
}

func p2() error {
	c, err := net.Dial("tcp", "a")
	if err != nil {
		return err
	}
	if t, ok := c.(*net.TCPConn); ok {
		return t.Close()
	}
	return nil
}

func p3() error {
	l, err := net.Listen("tcp", "a")
	if err != nil {
		return err
	}
	defer l.Close()
	c, err := l.Accept()
	if err != nil {
		return err
	}
	if _, ok := c.(*net.TCPConn); !ok {
		return nil
	}
	return c.Close()
}

func p4() error {
	c, err := net.Dial(env.Net(), "a")
	if err != nil {
		return err
	}
	if _, ok := c.(*net.TCPConn); !ok {
		return nil
	}
	if _, ok := c.(*net.TCPConn); ok {
		return nil
	}
	return c.Close()
}
`

// TestConsistent demands that the worlds give what is asked twice one answer: the
// functions leak nowhere but in the last one, whose both ends are reported.
func TestConsistent(t *testing.T) {
	l, err := Load(Program{Main: consistent})
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Compare(trips)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range append(s.Wrong, s.Examples...) {
		t.Error(d)
	}
	if s.Leaks == 0 || s.Covered != s.Leaks {
		t.Errorf("%d of %d leaks are reported", s.Covered, s.Leaks)
	}
}
