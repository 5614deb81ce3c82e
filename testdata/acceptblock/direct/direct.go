// Package direct waits for the client in the accept loop itself.
package direct

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"encoding/gob"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"
)

func serve(conn net.Conn) { conn.Close() }

// badTLSHandshake is the plainest shape.
func badTLSHandshake(ln net.Listener, cfg *tls.Config) error {
	for {
		conn, err := ln.Accept() // want `^one silent client stops all others: the accept loop waits for it in \(\*tls.Conn\).Handshake \(accept loop -> \(\*tls.Conn\).Handshake, no deadline\)$`
		if err != nil {
			return err
		}
		tc := tls.Server(conn, cfg)
		if err := tc.Handshake(); err != nil {
			tc.Close()
			continue
		}
		go serve(tc)
	}
}

// badAsserted: the listener is a TLS one, so the connection is a *tls.Conn.
func badAsserted(ln net.Listener) error {
	for {
		conn, err := ln.Accept() // want `waits for it in \(\*tls.Conn\).Handshake`
		if err != nil {
			return err
		}
		if tc, ok := conn.(*tls.Conn); ok {
			if err := tc.Handshake(); err != nil {
				conn.Close()
				continue
			}
		}
		go serve(conn)
	}
}

// badDuckTyped forces the handshake without naming *tls.Conn.
func badDuckTyped(ln net.Listener) error {
	for {
		conn, err := ln.Accept() // want `Handshake`
		if err != nil {
			return err
		}
		if h, ok := conn.(interface{ Handshake() error }); ok {
			_ = h.Handshake()
		}
		go serve(conn)
	}
}

// badBounded: a deadline bounds the stall and keeps it.
func badBounded(ln net.Listener, cfg *tls.Config) error {
	for {
		conn, err := ln.Accept() // want `\(accept loop -> \(\*tls.Conn\).Handshake, bounded to 30s by SetDeadline: each silent client still holds the loop that long\)$`
		if err != nil {
			return err
		}
		tc := tls.Server(conn, cfg)
		tc.SetDeadline(time.Now().Add(30 * time.Second))
		if err := tc.Handshake(); err != nil {
			tc.Close()
			continue
		}
		tc.SetDeadline(time.Time{})
		go serve(tc)
	}
}

// badContext is bounded by its context.
func badContext(ctx context.Context, ln net.Listener, cfg *tls.Config) error {
	for {
		conn, err := ln.Accept() // want `bounded to 5s by context.WithTimeout`
		if err != nil {
			return err
		}
		tc := tls.Server(conn, cfg)
		hctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		err = tc.HandshakeContext(hctx)
		cancel()
		if err != nil {
			tc.Close()
			continue
		}
		go serve(tc)
	}
}

// badOwnContext has the server's context, which ends with the server.
func badOwnContext(ln net.Listener, cfg *tls.Config) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for {
		conn, err := ln.Accept() // want `HandshakeContext, no deadline\)`
		if err != nil {
			return err
		}
		tc := tls.Server(conn, cfg)
		if err := tc.HandshakeContext(ctx); err != nil {
			tc.Close()
			continue
		}
		go serve(tc)
	}
}

// badConditional: 0 means no timeout, so there may be none.
func badConditional(ln net.Listener, timeout time.Duration) error {
	for {
		conn, err := ln.Accept() // want `io.ReadFull, no deadline\)`
		if err != nil {
			return err
		}
		if timeout > 0 {
			conn.SetReadDeadline(time.Now().Add(timeout))
		}
		var magic [4]byte
		if _, err := io.ReadFull(conn, magic[:]); err != nil {
			conn.Close()
			continue
		}
		go serve(conn)
	}
}

// badWriteDeadline bounds no read.
func badWriteDeadline(ln net.Listener) error {
	for {
		conn, err := ln.Accept() // want `\(net.Conn\).Read, no deadline\)`
		if err != nil {
			return err
		}
		conn.SetWriteDeadline(time.Now().Add(time.Second))
		b := make([]byte, 1)
		if _, err := conn.Read(b); err != nil {
			conn.Close()
			continue
		}
		go serve(conn)
	}
}

// badPeek looks at the first byte to choose the protocol.
func badPeek(ln net.Listener, plain, secure func(net.Conn, *bufio.Reader)) error {
	for {
		conn, err := ln.Accept() // want `\(\*bufio.Reader\).Peek`
		if err != nil {
			return err
		}
		br := bufio.NewReader(conn)
		first, err := br.Peek(1)
		if err != nil {
			conn.Close()
			continue
		}
		if first[0] == 0x16 {
			go secure(conn, br)
		} else {
			go plain(conn, br)
		}
	}
}

// badSSH is the example of a package's documentation, in many programs.
func badSSH(ln net.Listener, cfg *ssh.ServerConfig, session func(<-chan ssh.NewChannel)) error {
	for {
		conn, err := ln.Accept() // want `ssh.NewServerConn`
		if err != nil {
			return err
		}
		_, chans, reqs, err := ssh.NewServerConn(conn, cfg)
		if err != nil {
			continue
		}
		go ssh.DiscardRequests(reqs)
		go session(chans)
	}
}

// badRequest reads the head of a request before it hands over.
func badRequest(ln net.Listener, handle func(net.Conn, *http.Request)) error {
	for {
		conn, err := ln.Accept() // want `http.ReadRequest`
		if err != nil {
			return err
		}
		req, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil {
			conn.Close()
			continue
		}
		go handle(conn, req)
	}
}

// badDecoder decodes a greeting.
func badDecoder(ln net.Listener) error {
	for {
		conn, err := ln.Accept() // want `\(\*gob.Decoder\).Decode`
		if err != nil {
			return err
		}
		var hello struct{ Name string }
		if err := gob.NewDecoder(conn).Decode(&hello); err != nil {
			conn.Close()
			continue
		}
		go serve(conn)
	}
}

// badArgument: the arguments of a go statement are evaluated before it.
func badArgument(ln net.Listener, handle func(net.Conn, uint32)) error {
	for {
		conn, err := ln.Accept() // want `accept loop -> readLength -> binary.Read`
		if err != nil {
			return err
		}
		go handle(conn, readLength(conn))
	}
}

func readLength(r io.Reader) (n uint32) {
	_ = binary.Read(r, binary.BigEndian, &n)
	return n
}

// badCaptured: the connection lives in a cell, because a literal captures it.
func badCaptured(ln net.Listener, cfg *tls.Config) error {
	for {
		conn, err := ln.Accept() // want `Handshake`
		if err != nil {
			return err
		}
		tc := tls.Server(conn, cfg)
		if err := tc.Handshake(); err != nil {
			continue
		}
		conn = tc
		go func() { serve(conn) }()
	}
}

// badRaw reads from a descriptor.
func badRaw(fd int, serve func(int)) error {
	for {
		nfd, _, err := syscall.Accept(fd) // want `syscall.Read`
		if err != nil {
			return err
		}
		var b [1]byte
		if _, err := syscall.Read(nfd, b[:]); err != nil {
			syscall.Close(nfd)
			continue
		}
		go serve(nfd)
	}
}

// badUnknownHandoff shakes hands and then gives the connection to an interface
// method: whoever is behind it, the handshake was done here.
type handler interface{ Handoff(net.Conn) error }

func badUnknownHandoff(ln net.Listener, h handler) error {
	for {
		conn, err := ln.Accept() // want `Handshake`
		if err != nil {
			return err
		}
		tc := conn.(*tls.Conn)
		if err := tc.Handshake(); err != nil {
			tc.Close()
			continue
		}
		if err := h.Handoff(tc); err != nil {
			tc.Close()
		}
	}
}

// badRegistered keeps the connections for others to serve.
type registry struct{ conns map[string]net.Conn }

func (r *registry) badRegistered(ln net.Listener) error {
	for {
		conn, err := ln.Accept() // want `ReadString`
		if err != nil {
			return err
		}
		name, err := bufio.NewReader(conn).ReadString('\n')
		if err != nil {
			conn.Close()
			continue
		}
		r.conns[name] = conn
	}
}

// badImplicit: the first write to a TLS connection shakes hands.
func badImplicit(ln net.Listener, cfg *tls.Config) error {
	for {
		conn, err := ln.Accept() // want `\(\*tls.Conn\).Write`
		if err != nil {
			return err
		}
		tc := tls.Server(conn, cfg)
		if _, err := tc.Write([]byte("220 ready\r\n")); err != nil {
			tc.Close()
			continue
		}
		go serve(tc)
	}
}

// badReceivedFile gets a descriptor over a local socket.
func badReceivedFile(ln *net.UnixListener) error {
	for {
		conn, err := ln.AcceptUnix() // want `syscall.Recvmsg`
		if err != nil {
			return err
		}
		f, err := conn.File()
		if err != nil {
			continue
		}
		oob := make([]byte, 32)
		_, _, _, _, err = syscall.Recvmsg(int(f.Fd()), nil, oob, 0)
		if err != nil {
			continue
		}
		go serve(conn)
	}
}
