// Package thirdparty holds the libraries that servers use, themselves and not
// stubs of them.
package thirdparty

import (
	"net"
	"net/http"
	"net/url"

	"github.com/gorilla/websocket"
	"github.com/hashicorp/yamux"
	"github.com/pires/go-proxyproto"
	"github.com/xtaci/smux"
	"golang.org/x/net/netutil"
)

// badYamuxClientFails: a bad config makes the session, and not the conn, nil.
func badYamuxClientFails(addr string, cfg *yamux.Config) (*yamux.Session, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when yamux.Client fails"
	if err != nil {
		return nil, err
	}
	s, err := yamux.Client(conn, cfg)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// goodYamuxClientFails: the caller closes on failure.
func goodYamuxClientFails(addr string, cfg *yamux.Config) (*yamux.Session, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	s, err := yamux.Client(conn, cfg)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return s, nil
}

// badYamuxTail: the tail call hides the same.
func badYamuxTail(addr string, cfg *yamux.Config) (*yamux.Session, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when yamux.Client fails"
	if err != nil {
		return nil, err
	}
	return yamux.Client(conn, cfg)
}

// badYamuxOpenFails: the session owns the conn, and is dropped.
func badYamuxOpenFails(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*Open fails"
	if err != nil {
		return nil, err
	}
	s, err := yamux.Client(conn, nil)
	if err != nil {
		conn.Close()
		return nil, err
	}
	st, err := s.Open()
	if err != nil {
		return nil, err
	}
	return &stream{st, s}, nil
}

// goodYamuxOpenFails: closing the session closes its conn.
func goodYamuxOpenFails(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	s, err := yamux.Client(conn, nil)
	if err != nil {
		conn.Close()
		return nil, err
	}
	st, err := s.Open()
	if err != nil {
		s.Close()
		return nil, err
	}
	return &stream{st, s}, nil
}

// A stream takes its session along.
type stream struct {
	net.Conn
	session *yamux.Session
}

// badSmuxServerFails: the accept loop goes on without the conn.
func badSmuxServerFails(ln net.Listener, cfg *smux.Config, out chan<- *smux.Session) error {
	for {
		conn, err := ln.Accept() // want "conn from .*Accept is not closed (when smux.Server fails|before the next iteration)"
		if err != nil {
			return err
		}
		s, err := smux.Server(conn, cfg)
		if err != nil {
			continue
		}
		out <- s
	}
}

// goodSmuxServerFails: closed, and on to the next.
func goodSmuxServerFails(ln net.Listener, cfg *smux.Config, out chan<- *smux.Session) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		s, err := smux.Server(conn, cfg)
		if err != nil {
			conn.Close()
			continue
		}
		out <- s
	}
}

// badWebsocketWriteFails: the dialled conn is dropped with its first message.
func badWebsocketWriteFails(u string, hello []byte) (*websocket.Conn, error) {
	ws, _, err := websocket.DefaultDialer.Dial(u, nil) // want "ws from .*Dial is not closed when .*WriteMessage fails"
	if err != nil {
		return nil, err
	}
	if err := ws.WriteMessage(websocket.TextMessage, hello); err != nil {
		return nil, err
	}
	return ws, nil
}

// goodWebsocketWriteFails: closed.
func goodWebsocketWriteFails(u string, hello []byte) (*websocket.Conn, error) {
	ws, _, err := websocket.DefaultDialer.Dial(u, nil)
	if err != nil {
		return nil, err
	}
	if err := ws.WriteMessage(websocket.TextMessage, hello); err != nil {
		ws.Close()
		return nil, err
	}
	return ws, nil
}

var upgrader websocket.Upgrader

// badUpgraded: an upgraded conn is a hijacked conn.
func badUpgraded(w http.ResponseWriter, r *http.Request) {
	ws, err := upgrader.Upgrade(w, r, nil) // want "ws from .*Upgrade is never closed"
	if err != nil {
		return
	}
	for {
		if _, _, err := ws.ReadMessage(); err != nil {
			return
		}
	}
}

// goodUpgraded: deferred.
func goodUpgraded(w http.ResponseWriter, r *http.Request) {
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	for {
		if _, _, err := ws.ReadMessage(); err != nil {
			return
		}
	}
}

// goodWebsocketOverConn: NewClient closes the conn when its handshake fails.
func goodWebsocketOverConn(addr string, u *url.URL) (*websocket.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	ws, _, err := websocket.NewClient(conn, u, nil, 1024, 1024)
	if err != nil {
		return nil, err
	}
	return ws, nil
}

// badProxyHeaderRefused: the PROXY wrapper is dropped with its conn.
func badProxyHeaderRefused(ln net.Listener) (net.Conn, error) {
	conn, err := ln.Accept() // want "conn from .*Accept is not closed on every path"
	if err != nil {
		return nil, err
	}
	pc := proxyproto.NewConn(conn)
	if pc.ProxyHeader() == nil {
		return nil, net.ErrClosed
	}
	return pc, nil
}

// goodProxyHeaderRefused: closing the wrapper closes the conn.
func goodProxyHeaderRefused(ln net.Listener) (net.Conn, error) {
	conn, err := ln.Accept()
	if err != nil {
		return nil, err
	}
	pc := proxyproto.NewConn(conn)
	if pc.ProxyHeader() == nil {
		pc.Close()
		return nil, net.ErrClosed
	}
	return pc, nil
}

// badProxyListenerDropped: a listener in a PROXY listener in a limit.
func badProxyListenerDropped(addr string, check func() error) (net.Listener, error) {
	ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is not closed"
	if err != nil {
		return nil, err
	}
	limited := netutil.LimitListener(&proxyproto.Listener{Listener: ln}, 100)
	if err := check(); err != nil {
		return nil, err
	}
	return limited, nil
}

// goodProxyListenerClosed: closing the outermost closes the innermost.
func goodProxyListenerClosed(addr string, check func() error) (net.Listener, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	limited := netutil.LimitListener(&proxyproto.Listener{Listener: ln}, 100)
	if err := check(); err != nil {
		limited.Close()
		return nil, err
	}
	return limited, nil
}
