package thirdparty

import (
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"reflect"

	"github.com/xtaci/smux"
)

// shut closes whatever is there, also through an interface that holds a nil pointer.
func shut(c io.Closer) {
	if c == nil || reflect.ValueOf(c).IsNil() {
		return
	}
	if err := c.Close(); err != nil {
		log.Print(err)
	}
}

// entry has one session.
type entry struct {
	session *smux.Session
	peers   map[string]net.Conn
}

// goodStreamOverClosed: the connection below the session is closed by the deferred
// call, and the stream ends with it.
func goodStreamOverClosed(e *entry, conn net.Conn) (err error) {
	defer func() {
		shut(conn)
		delete(e.peers, "")
	}()
	e.session, err = smux.Server(conn, nil)
	if err != nil {
		return err
	}
	stream, err := e.session.AcceptStream()
	if err != nil {
		return err
	}
	if _, err := io.ReadFull(stream, make([]byte, 4)); err != nil {
		return err
	}
	return errors.New("unknown")
}

// goodStreamOverDeferred: the deferred call names the connection itself, what lies
// between is a field.
func goodStreamOverDeferred(e *entry, addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	e.session, err = smux.Client(conn, nil)
	if err != nil {
		return err
	}
	stream, err := e.session.OpenStream()
	if err != nil {
		return err
	}
	if _, err := io.ReadFull(stream, make([]byte, 4)); err != nil {
		return err
	}
	return stream.Close()
}

// goodStreamOverGiven: the same over a connection of the caller's that is closed here.
func goodStreamOverGiven(e *entry, conn net.Conn) error {
	defer conn.Close()
	session, err := smux.Client(conn, nil)
	if err != nil {
		return err
	}
	e.session = session
	stream, err := e.session.OpenStream()
	if err != nil {
		return err
	}
	if _, err := io.ReadFull(stream, make([]byte, 4)); err != nil {
		return err
	}
	return stream.Close()
}

// goodStreamOverTLS: the session runs over TLS, and that over the connection.
func goodStreamOverTLS(addr string, cfg *tls.Config) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	secure := tls.Client(conn, cfg)
	session, err := smux.Client(secure, nil)
	if err != nil {
		return err
	}
	stream, err := session.OpenStream()
	if err != nil {
		return err
	}
	if _, err := io.ReadFull(stream, make([]byte, 4)); err != nil {
		return err
	}
	return stream.Close()
}

// goodChannelOverClosed: what a stream runs over is closed by the deferred call, through
// a literal and a TLS connection.
func goodChannelOverClosed(e *entry, conn net.Conn, cfg *tls.Config) error {
	secure := tls.Server(conn, cfg)
	defer func() { conn.Close() }()
	session, err := smux.Server(secure, nil)
	if err != nil {
		return err
	}
	for {
		stream, err := session.AcceptStream()
		if err != nil {
			return err
		}
		if _, err := io.ReadFull(stream, make([]byte, 4)); err != nil {
			return err
		}
		stream.Close()
	}
}

// badStreamOverField: nobody closes either here.
func badStreamOverField(e *entry, conn net.Conn) (err error) {
	e.session, err = smux.Server(conn, nil)
	if err != nil {
		return err
	}
	stream, err := e.session.AcceptStream() // want `stream from .*AcceptStream is not closed when io.ReadFull fails`
	if err != nil {
		return err
	}
	if _, err := io.ReadFull(stream, make([]byte, 4)); err != nil {
		return err
	}
	return stream.Close()
}

// pump ends the session when it returns.
func pump(session *smux.Session, handle func(net.Conn)) {
	for {
		stream, err := session.AcceptStream()
		if err != nil {
			session.Close()
			break
		}
		go handle(stream)
	}
	shut(session)
}

func openControl(session *smux.Session) (*smux.Stream, error) {
	stream, err := session.OpenStream()
	if err != nil {
		session.Close()
		return nil, err
	}
	if _, err := stream.Write([]byte{1}); err != nil {
		return nil, err
	}
	return stream, nil
}

// goodStreamOfPumped: the callee closes the session.
func goodStreamOfPumped(conn net.Conn, handle func(net.Conn)) error {
	defer conn.Close()
	session, err := smux.Client(conn, nil)
	if err != nil {
		return err
	}
	control, err := openControl(session)
	if err != nil {
		return err
	}
	log.Print(control.ID())
	pump(session, handle)
	return nil
}

// badTwoStreams: one report, since closing the session closes both.
func badTwoStreams(seen func(uint32)) error {
	session, err := smux.Client(transport(), nil)
	if err != nil {
		return err
	}
	first, err := session.OpenStream() // want `first from .*OpenStream is never closed`
	if err != nil {
		return err
	}
	seen(first.ID())
	second, err := session.OpenStream()
	if err != nil {
		return err
	}
	seen(second.ID())
	return nil
}

var transport func() net.Conn

// goodCapturedSession: a literal uses the session and the stream; what the session runs
// over is closed by the deferred call.
func goodCapturedSession(addr string, serve func() error) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	session, err := smux.Client(conn, nil)
	if err != nil {
		return err
	}
	stream, err := session.OpenStream()
	if err != nil {
		return err
	}
	if _, err := stream.Write([]byte("hello")); err != nil {
		return err
	}
	go func() {
		if _, err := stream.Write([]byte("again")); err != nil {
			session.Close()
		}
	}()
	return serve()
}
