package goroutines

import "net"

// A tended has a goroutine that closes its conn.
type tended struct {
	conn net.Conn
	in   chan []byte
}

func newTended(conn net.Conn) *tended {
	t := &tended{conn: conn, in: make(chan []byte)}
	go t.read()
	return t
}

func (t *tended) read() {
	defer t.conn.Close()
	buf := make([]byte, 1)
	for {
		n, err := t.conn.Read(buf)
		if err != nil {
			return
		}
		t.in <- buf[:n]
	}
}

// goodTended: the result is dropped, and its goroutine closes the conn.
func goodTended(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		newTended(conn)
	}
}

// An untended has a goroutine that only reads.
type untended struct {
	conn net.Conn
	in   chan []byte
}

func newUntended(conn net.Conn) *untended {
	t := &untended{conn: conn, in: make(chan []byte)}
	go t.read()
	return t
}

func (t *untended) read() {
	buf := make([]byte, 1)
	for {
		n, err := t.conn.Read(buf)
		if err != nil {
			return
		}
		t.in <- buf[:n]
	}
}

// badUntended: nobody closes it.
func badUntended(ln net.Listener) error {
	for {
		conn, err := ln.Accept() // want "conn from .*Accept is not closed"
		if err != nil {
			return err
		}
		newUntended(conn)
	}
}

// A watcher has a goroutine that closes its conn when it is told to.
type watcher struct {
	conn net.Conn
	done chan struct{}
	in   chan []byte
}

func newWatcher(addr string) (*watcher, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	w := &watcher{conn: conn, done: make(chan struct{}), in: make(chan []byte)}
	go w.read()
	return w, nil
}

func (w *watcher) read() {
	defer w.conn.Close()
	buf := make([]byte, 1)
	for {
		n, err := w.conn.Read(buf)
		if err != nil {
			return
		}
		select {
		case <-w.done:
			return
		case w.in <- buf[:n]:
		}
	}
}

// Close does not touch the conn: the goroutine does.
func (w *watcher) Close() error {
	close(w.done)
	return nil
}

func (w *watcher) add(name string) error {
	_, err := w.conn.Write([]byte(name))
	return err
}

// goodWatched ends it by its Close, in a goroutine of its own.
func goodWatched(addr string, stop <-chan bool, use func([]byte)) error {
	w, err := newWatcher(addr)
	if err != nil {
		return err
	}
	go func() {
		defer w.Close()
		for {
			select {
			case <-stop:
				return
			case b := <-w.in:
				use(b)
			}
		}
	}()
	return w.add("one")
}

// badWatched tells nobody when a step fails.
func badWatched(addr string) error {
	w, err := newWatcher(addr) // want "w from newWatcher is not closed when .*add fails"
	if err != nil {
		return err
	}
	if err := w.add("one"); err != nil {
		return err
	}
	return w.Close()
}
