package feasible

import (
	"bufio"
	"log"
	"net"
	"net/http"

	"sockvet.test/connclose/feasible/maker"
)

// goodAddrAsked: there is no listener without an address.
func goodAddrAsked(port string) net.Addr {
	ln, addr := maker.Listen(port)
	if addr == nil {
		return nil
	}
	go http.Serve(ln, nil)
	return addr
}

// badAddrAsked: there is one when the address is known.
func badAddrAsked(port string, quiet bool) net.Addr {
	ln, addr := maker.Listen(port) // want `ln from maker.Listen is not closed on every path \(leaks at line 29`
	if addr == nil {
		return nil
	}
	if quiet {
		return addr
	}
	go http.Serve(ln, nil)
	return addr
}

// badNamedAsked: this one may give the listener alone.
func badNamedAsked(port, name string) net.Addr {
	ln, addr := maker.ListenNamed(port, name) // want `ln from maker.ListenNamed is not closed on every path`
	if addr == nil {
		return nil
	}
	go http.Serve(ln, nil)
	return addr
}

// passListen passes both on.
func passListen(port string) (net.Listener, net.Addr) {
	return maker.Listen(port)
}

// goodPassedAsked: the same, one function farther.
func goodPassedAsked(port string) net.Addr {
	ln, addr := passListen(port)
	if addr != nil {
		go http.Serve(ln, nil)
	}
	return addr
}

// dialBuffered gives a reader over the connection.
func dialBuffered(addr string) (conn net.Conn, r *bufio.Reader) {
	c, err := net.Dial("tcp", addr)
	if err == nil {
		conn, r = c, bufio.NewReader(c)
	}
	return conn, r
}

// goodReaderAsked: no reader, no connection.
func goodReaderAsked(addr string) string {
	conn, r := dialBuffered(addr)
	if r == nil {
		return ""
	}
	defer conn.Close()
	line, _ := r.ReadString('\n')
	return line
}

// badReaderAsked: with a reader there is one.
func badReaderAsked(addr string) string {
	conn, r := dialBuffered(addr) // want `conn from dialBuffered is never closed`
	if r != nil {
		line, _ := r.ReadString('\n')
		return line
	}
	conn.Close()
	return ""
}

// dialLogged gives its logger in any case.
func dialLogged(addr string, l *log.Logger) (net.Conn, *log.Logger) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, nil
	}
	return conn, l
}

// badLoggerAsked: it may have been given none.
func badLoggerAsked(addr string, l *log.Logger) {
	conn, l := dialLogged(addr, l) // want `conn from dialLogged is not closed on every path`
	if l == nil {
		return
	}
	l.Print(conn.RemoteAddr())
	conn.Close()
}
