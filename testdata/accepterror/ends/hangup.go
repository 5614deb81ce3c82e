package ends

import (
	"io"
	"log"
	"net"
	"os"

	"github.com/hashicorp/yamux"
)

// -- loops that hang up when they end --

// goodSession: the client at the other end of the session sees it end, and comes
// again.
func goodSession(conn net.Conn, addr string) {
	defer conn.Close()
	session, err := yamux.Server(conn, nil)
	if err != nil {
		return
	}
	defer session.Close()
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return
	}
	defer ln.Close()
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		stream, err := session.Open()
		if err != nil {
			c.Close()
			return
		}
		go join(c, stream)
	}
}

func join(c, stream net.Conn) {
	defer c.Close()
	defer stream.Close()
	io.Copy(c, stream)
}

// goodControl: the control connection is closed on the way out.
func goodControl(control net.Conn, ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			log.Print(err)
			control.Close()
			return
		}
		go handle(c)
	}
}

// goodControlBehind: behind the loop.
func goodControlBehind(ln net.Listener) {
	control, err := net.Dial("tcp", "control:80")
	if err != nil {
		return
	}
	for {
		c, err := ln.Accept()
		if err != nil {
			break
		}
		go handle(c)
	}
	ln.Close()
	control.Close()
}

// goodLiteral: in a literal that is deferred.
func goodLiteral(session *yamux.Session, ln net.Listener) {
	defer func() {
		ln.Close()
		session.Close()
	}()
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		go handle(c)
	}
}

// goodGoroutine: what the loop's literal captures.
func goodGoroutine(session *yamux.Session, ln net.Listener) {
	go func() {
		defer session.Close()
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go handle(c)
		}
	}()
}

// tunnel belongs to the session of one client.
type tunnel struct {
	session *yamux.Session
	ln      net.Listener
	last    net.Conn
	file    *os.File
}

func newTunnel(session *yamux.Session, ln net.Listener) *tunnel {
	return &tunnel{session: session, ln: ln}
}

// goodMethod: a method closes the session.
func (t *tunnel) goodMethod() {
	defer t.shut()
	for {
		c, err := t.ln.Accept()
		if err != nil {
			return
		}
		go handle(c)
	}
}

func (t *tunnel) shut() {
	t.ln.Close()
	t.session.Close()
}

// goodCaller: who has called the loop hangs up.
func goodCaller(conn net.Conn, ln net.Listener) {
	defer conn.Close()
	plainLoop(ln)
}

func plainLoop(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		go handle(c)
	}
}

// badListener: closing the listener itself tells nobody.
func badListener(ln net.Listener) {
	defer ln.Close()
	for {
		c, err := ln.Accept() // want `nobody is told`
		if err != nil {
			ln.Close()
			return
		}
		go handle(c)
	}
}

// badFile: nor does a file, or a socket for datagrams.
func badFile(ln net.Listener, packets net.PacketConn, out *os.File) {
	defer out.Close()
	for {
		c, err := ln.Accept() // want `nobody is told`
		if err != nil {
			packets.Close()
			return
		}
		go handle(c)
	}
}

// badUDP: a UDP socket has an address of the other side only by name.
func badUDP(ln net.Listener, udp *net.UDPConn) {
	defer udp.Close()
	for {
		c, err := ln.Accept() // want `nobody is told`
		if err != nil {
			return
		}
		go handle(c)
	}
}

// badOthers: clients that were accepted do not ask for the listener.
func badOthers(ln net.Listener) {
	clients := map[net.Conn]bool{}
	defer func() {
		for c := range clients {
			c.Close()
		}
	}()
	for {
		c, err := ln.Accept() // want `nobody is told`
		if err != nil {
			return
		}
		clients[c] = true
	}
}

// badLast: the last one that was accepted.
func (t *tunnel) badLast() {
	for {
		c, err := t.ln.Accept() // want `nobody is told`
		if err != nil {
			if t.last != nil {
				t.last.Close()
			}
			return
		}
		t.last = c
	}
}

// badLastCaptured: as a variable.
func badLastCaptured(ln net.Listener) {
	var last net.Conn
	defer func() {
		if last != nil {
			last.Close()
		}
	}()
	for {
		c, err := ln.Accept() // want `nobody is told`
		if err != nil {
			return
		}
		last = c
	}
}

// badDeferred: what is deferred for each one.
func badDeferred(ln net.Listener) {
	for {
		c, err := ln.Accept() // want `nobody is told`
		if err != nil {
			return
		}
		defer c.Close()
	}
}

// badOtherWay: another way out closes it.
func badOtherWay(control net.Conn, ln net.Listener, full func() bool) {
	for {
		c, err := ln.Accept() // want `nobody is told`
		if err != nil {
			return
		}
		if full() {
			control.Close()
			c.Close()
			return
		}
		go handle(c)
	}
}
