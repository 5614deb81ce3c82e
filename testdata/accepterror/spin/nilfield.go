package spin

import (
	"bufio"
	"io"
	"log"
	"net"

	"sockvet.test/accepterror/lib/client"
)

// -- the connection that was not accepted, in the hands of others --

// badNilStored: a function of another package keeps it.
func badNilStored(ln *net.TCPListener) {
	for {
		c, err := client.New()
		if err != nil {
			continue
		}
		conn, err := ln.AcceptTCP() // want `after an error of \(\*net.TCPListener\).AcceptTCP the code goes on with the connection, which is nil then`
		if err != nil {
			log.Print(err)
		}
		c.SetTCP(conn)
		log.Print(c.RemoteAddr().String())
	}
}

// badNilServed: one uses it.
func badNilServed(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `the code goes on with the connection, which is nil then`
		if err != nil {
			log.Print(err)
		}
		client.Serve(conn)
	}
}

// badNilGreeted: one uses it in a goroutine.
func badNilGreeted(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `the code goes on with the connection, which is nil then`
		if err != nil {
			log.Print(err)
		}
		client.Greet(conn)
	}
}

// badNilRead: the standard library reads from it.
func badNilRead(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `the code goes on with the connection, which is nil then`
		if err != nil {
			log.Print(err)
		}
		line, _ := bufio.NewReader(conn).ReadString('\n')
		log.Print(line)
	}
}

// badNilCopied: it copies.
func badNilCopied(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `the code goes on with the connection, which is nil then`
		if err != nil {
			log.Print(err)
		}
		io.WriteString(conn, "hello")
	}
}

type oneAtATime struct {
	ln   net.Listener
	conn net.Conn
	last *net.TCPConn
}

// badNilField: it is in a field of an object that was there before.
func (o *oneAtATime) badNilField() {
	for {
		conn, err := o.ln.Accept() // want `the code goes on with the connection, which is nil then`
		if err != nil {
			log.Print(err)
		}
		o.conn = conn
		log.Print(o.conn.RemoteAddr())
	}
}

// badNilFieldAtOnce: it is accepted into the field.
func (o *oneAtATime) badNilFieldAtOnce() {
	var err error
	for {
		o.conn, err = o.ln.Accept() // want `the code goes on with the connection, which is nil then`
		if err != nil {
			log.Print(err)
		}
		log.Print(o.conn.RemoteAddr())
	}
}

type keeper struct{ conn net.Conn }

func newKeeper() *keeper { return new(keeper) }

func (k *keeper) serve() { io.Copy(io.Discard, k.conn) }

func (k *keeper) greet() { log.Print("hello") }

// badNilKept: in a field of an object that a function has made for it.
func badNilKept(ln net.Listener) {
	for {
		k := newKeeper()
		conn, err := ln.Accept() // want `the code goes on with the connection, which is nil then`
		if err != nil {
			log.Print(err)
		}
		k.conn = conn
		go k.serve()
	}
}

// badNilBoxed: it is a type that is no interface, in one.
func badNilBoxed(ln *net.TCPListener) {
	for {
		conn, err := ln.AcceptTCP() // want `the code goes on with the connection, which is nil then`
		if err != nil {
			log.Print(err)
		}
		var c net.Conn = conn
		log.Print(c.RemoteAddr())
	}
}

// badNilWrapped: it is in what a function of another package returns.
func badNilWrapped(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `the code goes on with the connection, which is nil then`
		if err != nil {
			log.Print(err)
		}
		c := client.Wrap(conn)
		log.Print(c.RemoteAddr())
	}
}

// badNilCallback: it goes where an accepted one goes.
func badNilCallback(ln net.Listener, handle func(net.Conn), h interface{ Serve(net.Conn) }) {
	for {
		conn, err := ln.Accept() // want `the code goes on with the connection, which is nil then`
		if err != nil {
			log.Print(err)
		}
		if handle != nil {
			handle(conn)
		} else {
			h.Serve(conn)
		}
	}
}

// -- it is not used --

// badSpinsCallback: it goes to somebody who is told that there is none.
func badSpinsCallback(ln net.Listener, handle, failed func(net.Conn)) {
	for {
		conn, err := ln.Accept() // want `an error of \(net.Listener\).Accept is retried at once`
		if err != nil {
			failed(conn)
			continue
		}
		handle(conn)
	}
}

// badSpinsWrapped: what is made of it is not used.
func badSpinsWrapped(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `an error of \(net.Listener\).Accept is retried at once`
		c, r := client.Wrap(conn), bufio.NewReader(conn)
		if err != nil {
			log.Print(err)
			continue
		}
		log.Print(c.RemoteAddr())
		r.ReadByte()
	}
}

// badSpinsRemade: the object that holds it is another one in the next turn.
func badSpinsRemade(ln net.Listener) {
	for {
		k := newKeeper()
		k.greet()
		var err error
		k.conn, err = ln.Accept() // want `an error of \(net.Listener\).Accept is retried at once`
		if err != nil {
			log.Print(err)
			continue
		}
		go k.serve()
	}
}

// badSpinsAsking: it looks for nil in the field.
func (o *oneAtATime) badSpinsAsking() {
	for {
		conn, err := o.ln.Accept() // want `an error of \(net.Listener\).Accept is retried at once`
		if err != nil {
			log.Print(err)
		}
		o.conn = conn
		if o.conn != nil {
			log.Print(o.conn.RemoteAddr())
		}
	}
}

// badSpinsClosing: what it is given to looks for nil.
func badSpinsClosing(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `an error of \(net.Listener\).Accept is retried at once`
		if err != nil {
			log.Print(err)
			client.Close(conn)
			client.CloseAll(conn)
			client.Ignore(conn)
			continue
		}
		client.Serve(conn)
	}
}

// badSpinsPrinting: it is printed only.
func badSpinsPrinting(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `an error of \(net.Listener\).Accept is retried at once`
		if err != nil {
			log.Print(conn)
			continue
		}
		client.Serve(conn)
	}
}

// badSpinsOther: the field is set, and another one is used.
func (o *oneAtATime) badSpinsOther() {
	for {
		conn, err := o.ln.Accept() // want `an error of \(net.Listener\).Accept is retried at once`
		o.conn = conn
		if err != nil {
			log.Print(o.last.RemoteAddr())
			continue
		}
		client.Serve(conn)
	}
}

// goodField: it leaves before the field is used.
func (o *oneAtATime) goodField() error {
	for {
		var err error
		if o.conn, err = o.ln.Accept(); err != nil {
			return err
		}
		client.Serve(o.conn)
	}
}
