package oracle

import "net"

// closesFirst closes what it is given before it acquires the next one.
func closesFirst(old net.Conn) (net.Conn, error) {
	if old != nil {
		old.Close()
	}
	return net.Dial("tcp", "localhost:1")
}

// looksFirst only uses it.
func looksFirst(old net.Conn) (net.Conn, error) {
	if old != nil {
		println(old.RemoteAddr().String())
	}
	return net.Dial("tcp", "localhost:1")
}

func goodRedials(n int) error {
	var c net.Conn
	var err error
	for range n {
		if c, err = closesFirst(c); err != nil {
			return err
		}
	}
	if c != nil {
		c.Close()
	}
	return nil
}

func badRedials(n int) error {
	var c net.Conn
	var err error
	for range n {
		if c, err = looksFirst(c); err != nil { // want "c from looksFirst is not closed on every path"
			return err
		}
	}
	if c != nil {
		c.Close()
	}
	return nil
}
