package wrappers

import (
	"bufio"
	"crypto/tls"
	"encoding/gob"
	"encoding/json"
	"io"
	"net"
	"net/rpc"
	"net/smtp"
	"net/textproto"
	"time"
)

// badTLSNeverClosed: write, read, forget.
func badTLSNeverClosed(addr string, cfg *tls.Config, q []byte) ([]byte, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return nil, err
	}
	tc := tls.Client(conn, cfg)
	if _, err := tc.Write(q); err != nil {
		return nil, err
	}
	return io.ReadAll(tc)
}

// goodTLSClosed: the deferred Close of the wrapper is enough.
func goodTLSClosed(addr string, cfg *tls.Config, q []byte) ([]byte, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	tc := tls.Client(conn, cfg)
	defer tc.Close()
	if _, err := tc.Write(q); err != nil {
		return nil, err
	}
	return io.ReadAll(tc)
}

// goodTLSInnerClosed: closing what is wrapped is enough as well.
func goodTLSInnerClosed(addr string, cfg *tls.Config, q []byte) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = tls.Client(conn, cfg).Write(q)
	return err
}

// badTLSDialVerifyFails: tls.Dial acquires like net.Dial.
func badTLSDialVerifyFails(addr, host string, cfg *tls.Config) (*tls.Conn, error) {
	conn, err := tls.Dial("tcp", addr, cfg) // want "conn from .*tls.Dial is not closed when .*VerifyHostname fails"
	if err != nil {
		return nil, err
	}
	if err := conn.VerifyHostname(host); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodSameVariable: conn is the TLS conn from here on, and is closed.
func goodSameVariable(addr string, cfg *tls.Config) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer func() { conn.Close() }()
	if cfg != nil {
		conn = tls.Client(conn, cfg)
	}
	_, err = conn.Write([]byte("HELO\n"))
	return err
}

// badTextproto: the reply is bad and the text conn is dropped.
func badTextproto(addr string) (*textproto.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*ReadResponse fails"
	if err != nil {
		return nil, err
	}
	tp := textproto.NewConn(conn)
	if _, _, err := tp.ReadResponse(220); err != nil {
		return nil, err
	}
	return tp, nil
}

// goodTextproto: the text conn's Close closes what it wraps.
func goodTextproto(addr string) (*textproto.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	tp := textproto.NewConn(conn)
	if _, _, err := tp.ReadResponse(220); err != nil {
		tp.Close()
		return nil, err
	}
	return tp, nil
}

// badSMTPMailFails: the client owns the conn, and nobody closes the client.
func badSMTPMailFails(addr, from string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*Mail fails"
	if err != nil {
		return err
	}
	c, err := smtp.NewClient(conn, "mail")
	if err != nil {
		conn.Close()
		return err
	}
	if err := c.Mail(from); err != nil {
		return err
	}
	return c.Close()
}

// goodSMTPDeferred: NewClient closes on its own failure, the defer on others.
func goodSMTPDeferred(addr, from string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	c, err := smtp.NewClient(conn, "mail")
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Mail(from)
}

// badRPCClientDropped: a goroutine of the client reads on for ever.
func badRPCClientDropped(addr string) (n int, err error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return 0, err
	}
	err = rpc.NewClient(conn).Call("Stats.Count", struct{}{}, &n)
	return n, err
}

// goodRPCClientClosed: closing the client closes its conn.
func goodRPCClientClosed(addr string) (n int, err error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return 0, err
	}
	c := rpc.NewClient(conn)
	defer c.Close()
	err = c.Call("Stats.Count", struct{}{}, &n)
	return n, err
}

// goodRPCServed: ServeConn closes when the client hangs up.
func goodRPCServed(ln net.Listener, srv *rpc.Server) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go srv.ServeConn(conn)
	}
}

// badEncodeFails: an encoder only borrows its writer.
func badEncodeFails(addr string, v any) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*Encode fails"
	if err != nil {
		return nil, err
	}
	if err := json.NewEncoder(conn).Encode(v); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodEncodeFails: the failed encoding closes.
func goodEncodeFails(addr string, v any) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := json.NewEncoder(conn).Encode(v); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// badDecoderNeverClosed: nor does a decoder own its reader.
func badDecoderNeverClosed(addr string, v any) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return err
	}
	return gob.NewDecoder(conn).Decode(v)
}

// writeTo borrows: an io.Writer cannot be closed.
func writeTo(w io.Writer, lines ...string) error {
	bw := bufio.NewWriter(w)
	for _, l := range lines {
		if _, err := bw.WriteString(l); err != nil {
			return err
		}
	}
	return bw.Flush()
}

// badWriterHelperFails: the helper saw the conn as an io.Writer only.
func badWriterHelperFails(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*writeTo fails"
	if err != nil {
		return nil, err
	}
	if err := writeTo(conn, "a", "b"); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodWriterHelper: a deferred Close around the same helper.
func goodWriterHelper(addr string) error {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	return writeTo(conn, "a", "b")
}

// badBufferedPairDropped: a ReadWriter has no Close either.
func badBufferedPairDropped(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*Flush fails"
	if err != nil {
		return err
	}
	rw := bufio.NewReadWriter(bufio.NewReader(conn), bufio.NewWriter(conn))
	if err := rw.Flush(); err != nil {
		return err
	}
	return conn.Close()
}
