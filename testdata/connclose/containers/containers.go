// Package containers holds conns in slices, maps and lists.
package containers

import (
	"container/list"
	"net"
)

// goodAllClosed: what the first loop opened the second closes.
func goodAllClosed(addrs []string) error {
	var conns []net.Conn
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			break
		}
		conns = append(conns, conn)
	}
	for _, c := range conns {
		c.Close()
	}
	return nil
}

// goodDeferredLoop: a deferred closure closes all of them.
func goodDeferredLoop(addrs []string) error {
	var conns []net.Conn
	defer func() {
		for _, c := range conns {
			c.Close()
		}
	}()
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			return err
		}
		conns = append(conns, conn)
	}
	return nil
}

// badEarlierOnesDropped: when the third dial fails the first two stay.
func badEarlierOnesDropped(addrs []string) ([]net.Conn, error) {
	var conns []net.Conn
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a) // want "conn from net.Dial is not closed"
		if err != nil {
			return nil, err
		}
		conns = append(conns, conn)
	}
	return conns, nil
}

// goodEarlierOnesClosed: they are closed before the return.
func goodEarlierOnesClosed(addrs []string) ([]net.Conn, error) {
	var conns []net.Conn
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			closeAll(conns)
			return nil, err
		}
		conns = append(conns, conn)
	}
	return conns, nil
}

func closeAll(conns []net.Conn) {
	for _, c := range conns {
		c.Close()
	}
}

// goodEarlierOnesReturned: the caller gets what there is, and the error.
func goodEarlierOnesReturned(addrs []string) (lns []net.Listener, err error) {
	for _, a := range addrs {
		ln, err := net.Listen("tcp", a)
		if err != nil {
			return lns, err
		}
		lns = append(lns, ln)
	}
	return lns, nil
}

// badNotAppended: one that fails the greeting never gets into the slice.
func badNotAppended(addrs []string) []net.Conn {
	var conns []net.Conn
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a) // want "conn from net.Dial is not closed"
		if err != nil {
			continue
		}
		if _, err := conn.Write([]byte("HELO\n")); err != nil {
			continue
		}
		conns = append(conns, conn)
	}
	return conns
}

// goodMapReturned: the caller gets the map.
func goodMapReturned(addrs []string) map[string]net.Conn {
	conns := make(map[string]net.Conn)
	for _, a := range addrs {
		if conn, err := net.Dial("tcp", a); err == nil {
			conns[a] = conn
		}
	}
	return conns
}

// goodMapClosed: the map is emptied here.
func goodMapClosed(addrs []string) {
	conns := make(map[string]net.Conn)
	for _, a := range addrs {
		if conn, err := net.Dial("tcp", a); err == nil {
			conns[a] = conn
		}
	}
	for _, c := range conns {
		c.Close()
	}
}

// A pool keeps idle conns.
type pool struct {
	idle *list.List
	all  map[net.Conn]bool
}

// goodPushed: a list of the pool keeps it.
func (p *pool) goodPushed(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	p.idle.PushBack(conn)
	return nil
}

// goodMapKey: a conn that is a key is kept as well.
func (p *pool) goodMapKey(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	p.all[conn] = true
	return nil
}

// badPoolFull: a full pool takes nothing.
func (p *pool) badPoolFull(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed on every path"
	if err != nil {
		return err
	}
	if p.idle.Len() < 10 {
		p.idle.PushBack(conn)
	}
	return nil
}

// goodPoolFull: a full pool closes.
func (p *pool) goodPoolFull(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if p.idle.Len() < 10 {
		p.idle.PushBack(conn)
		return nil
	}
	return conn.Close()
}

// badListenersLiteral: both are in a slice that is dropped.
func badListenersLiteral(a, b string, announce func([]net.Addr) error) ([]net.Listener, error) {
	first, err := net.Listen("tcp", a) // want "first from net.Listen is not closed"
	if err != nil {
		return nil, err
	}
	second, err := net.Listen("tcp", b) // want "second from net.Listen is not closed"
	if err != nil {
		first.Close()
		return nil, err
	}
	if err := announce([]net.Addr{first.Addr(), second.Addr()}); err != nil {
		return nil, err
	}
	return []net.Listener{first, second}, nil
}

// goodListenersLiteral: closed in a loop over a literal.
func goodListenersLiteral(a, b string, announce func([]net.Addr) error) ([]net.Listener, error) {
	first, err := net.Listen("tcp", a)
	if err != nil {
		return nil, err
	}
	second, err := net.Listen("tcp", b)
	if err != nil {
		first.Close()
		return nil, err
	}
	if err := announce([]net.Addr{first.Addr(), second.Addr()}); err != nil {
		for _, ln := range []net.Listener{first, second} {
			ln.Close()
		}
		return nil, err
	}
	return []net.Listener{first, second}, nil
}
