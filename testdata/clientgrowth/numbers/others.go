package numbers

import (
	"net"

	"sockvet.test/clientgrowth/lib/number"
)

// Table is for others, too.
type Table struct {
	ln       *net.TCPListener
	byClient map[int]net.Conn
	byNumber map[int]net.Conn
	byTick   map[uintptr]net.Conn
	ticks    uintptr
}

// Client has a number that whoever imports the package may set.
type Client struct {
	Fd   int
	conn net.Conn
}

// badExportedField: others set the field.
func (t *Table) badExportedField() error {
	for {
		conn, err := t.ln.AcceptTCP()
		if err != nil {
			return err
		}
		t.keep(&Client{Fd: number.Of(conn), conn: conn})
		go serve(conn)
	}
}

func (t *Table) keep(c *Client) {
	t.byClient[c.Fd] = c.conn // want `field byClient of Table gets an entry for every accepted connection and never loses one`
}

// badExportedFunc: others pass what they like.
func (t *Table) badExportedFunc() error {
	for {
		conn, err := t.ln.AcceptTCP()
		if err != nil {
			return err
		}
		t.Keep(number.Of(conn), conn)
		go serve(conn)
	}
}

// Keep keeps a connection under a number.
func (t *Table) Keep(n int, conn net.Conn) {
	t.byNumber[n] = conn // want `field byNumber of Table gets an entry for every accepted connection and never loses one`
}

func (t *Table) tick(f func(uintptr)) {
	t.ticks++
	f(t.ticks)
}

// badCallback: the literal is given a count.
func (t *Table) badCallback() error {
	for {
		conn, err := t.ln.AcceptTCP()
		if err != nil {
			return err
		}
		var n uintptr
		t.tick(func(tick uintptr) { n = tick })
		t.byTick[n] = conn // want `field byTick of Table gets an entry for every accepted connection and never loses one`
		go serve(conn)
	}
}
