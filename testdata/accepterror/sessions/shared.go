package sessions

import (
	"context"
	"log"
	"net"
	"time"

	"github.com/pion/dtls/v3"
	"golang.org/x/crypto/ssh"
	"golang.org/x/net/netutil"

	"sockvet.test/accepterror/lib/inmemory"
)

// -- listeners that take no descriptor, behind net.Listener --

// goodDTLS: all its connections share one socket, and done ends the loop.
func goodDTLS(ctx context.Context, ln net.Listener) {
	for {
		select {
		case <-ctx.Done():
			return
		default:
		}
		conn, err := ln.Accept()
		if err != nil {
			log.Print(err)
			continue
		}
		go handle(conn)
	}
}

func serveDTLS(ctx context.Context, addr *net.UDPAddr, config *dtls.Config) error {
	ln, err := dtls.Listen("udp", addr, config)
	if err != nil {
		return err
	}
	go func() { goodDTLS(ctx, ln) }()
	<-ctx.Done()
	return ln.Close()
}

// badEither: it may be the kernel's.
func badEither(ctx context.Context, ln net.Listener) {
	for {
		if ctx.Err() != nil {
			return
		}
		conn, err := ln.Accept() // want `is retried at once`
		if err != nil {
			log.Print(err)
			continue
		}
		go handle(conn)
	}
}

func serveEither(ctx context.Context, addr *net.UDPAddr, config *dtls.Config) error {
	ln, err := dtls.Listen("udp", addr, config)
	if err != nil {
		return err
	}
	tcp, err := net.Listen("tcp", addr.String())
	if err != nil {
		ln.Close()
		return err
	}
	go badEither(ctx, ln)
	go badEither(ctx, tcp)
	<-ctx.Done()
	ln.Close()
	return tcp.Close()
}

// goodForwarded: a listener at the other end of an SSH connection ends with it.
func goodForwarded(client *ssh.Client) {
	ln, err := client.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Print(err)
		return
	}
	defer ln.Close()
	for {
		conn, err := ln.Accept()
		if err != nil {
			log.Print(err)
			return
		}
		go handle(conn)
	}
}

// memory is a server in memory.
type memory struct{ ln net.Listener }

func newMemory() (*memory, error) {
	ln, err := inmemory.Listen(8)
	if err != nil {
		return nil, err
	}
	return &memory{ln: netutil.LimitListener(ln, 10)}, nil
}

// goodInMemory: what takes from a channel fails once it is closed.
func (m *memory) goodInMemory() {
	for {
		conn, err := m.ln.Accept()
		if err != nil {
			log.Print(err)
			return
		}
		go handle(conn)
	}
}

// real may be in memory, or not.
type real struct{ ln net.Listener }

func newReal(addr string) (*real, error) {
	ln, err := inmemory.Either(addr)
	if err != nil {
		return nil, err
	}
	return &real{ln: ln}, nil
}

func (m *real) badNotInMemory() {
	for {
		conn, err := m.ln.Accept() // want `ends the accept loop and nobody is told`
		if err != nil {
			log.Print(err)
			return
		}
		go handle(conn)
	}
}

// badDTLSForEver: once it is closed each call fails.
func badDTLSForEver(addr *net.UDPAddr, config *dtls.Config, stop <-chan struct{}) error {
	ln, err := dtls.Listen("udp", addr, config)
	if err != nil {
		return err
	}
	go func() {
		<-stop
		ln.Close()
	}()
	for {
		conn, err := ln.Accept() // want `once the listener is closed the loop retries`
		if err != nil {
			log.Print(err)
			continue
		}
		conn.SetDeadline(time.Now().Add(time.Minute))
		go handle(conn)
	}
}
