package sleeper

import (
	"bufio"
	"context"
	"net"
	"time"
)

// A session owns its connection.
type session struct {
	conn net.Conn
	in   *bufio.Reader
	name string
}

func (s *session) close() { s.conn.Close() }

// identify keeps a reader of the connection next to it, and a method that only
// sets a deadline for the end of the context.
func (s *session) identify(ctx context.Context) (err error) {
	stop := context.AfterFunc(ctx, s.unblock)
	defer stop()
	s.in = bufio.NewReader(s.conn)
	s.name, err = s.in.ReadString('\n')
	return err
}

func (s *session) unblock() { s.conn.SetReadDeadline(time.Unix(1, 0)) }

// ListenSessions starts the handlers of this file.
func ListenSessions(ctx context.Context, ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go badSessionSleeps(ctx, conn)
		other, err := ln.Accept()
		if err != nil {
			return err
		}
		go badWriterStays(ctx, other, make(chan string))
	}
}

// badSessionSleeps: what the session did before changes nothing.
func badSessionSleeps(ctx context.Context, conn net.Conn) { // want "parameter conn stays open for ever, its deferred Close never runs: the loop at line \\d+ has no exit and never touches it"
	s := &session{conn: conn}
	defer s.close()
	if err := s.identify(ctx); err != nil {
		return
	}
	for {
		time.Sleep(time.Second)
	}
}

// badWriterStays: the goroutine that writes has the connection, and waits.
func badWriterStays(ctx context.Context, conn net.Conn, out <-chan string) { // want "parameter conn is not closed when \\(\\*session\\).identify fails \\(leaks at line \\d+ for ever if the goroutine stays, else until a GC\\), as it is on other paths"
	s := &session{conn: conn}
	go s.write(out)
	if err := s.identify(ctx); err != nil {
		return
	}
	s.close()
}

func (s *session) write(out <-chan string) {
	for text := range out {
		if _, err := s.conn.Write([]byte(text)); err != nil {
			return
		}
	}
}
