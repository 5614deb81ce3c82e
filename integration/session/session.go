// Package session is one TAK client after its connection was accepted: it says who it is with its first event,
// then its events go to everybody else and everybody's to it.
package session

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/sockvet/sockvet/integration/cot"
	"github.com/sockvet/sockvet/integration/hub"
)

// writeTimeout bounds each write, so that a client that stops reading loses its connection and not the server a
// goroutine.
const writeTimeout = 2 * time.Second

// ErrIdentity is the error of a client whose certificate does not cover the uid it gives.
var ErrIdentity = errors.New("session: certificate does not match the uid")

// A Session owns its connection from New on.
type Session struct {
	conn *tls.Conn
	dec  *cot.Decoder // from Identify on: its buffer would be the better part of a client that never shakes hands
	hub  *hub.Hub
	sub  *hub.Subscriber
	uid  string
}

// New returns the session of conn, on which nothing has been read or written yet. Close closes conn.
func New(conn *tls.Conn, h *hub.Hub) *Session {
	return &Session{conn: conn, hub: h, sub: hub.NewSubscriber()}
}

// Close ends the session and its connection.
func (s *Session) Close() error {
	s.hub.Leave(s.sub)
	s.sub.Stop()
	return s.conn.Close()
}

// UID is the client's uid, known after Identify.
func (s *Session) UID() string { return s.uid }

// Identify reads the first event, for at most limit or until ctx ends, and holds its uid against the client's
// certificate. It must come after the handshake. The client is in the hub when it succeeds.
func (s *Session) Identify(ctx context.Context, limit time.Duration) error {
	if err := s.conn.SetReadDeadline(time.Now().Add(limit)); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, s.unblock)
	defer stop()
	s.dec = cot.NewDecoder(s.conn)
	ev, err := s.dec.Next()
	if err != nil {
		return fmt.Errorf("first event: %w", err)
	}
	if !covers(s.conn.ConnectionState().PeerCertificates, ev.UID) {
		return fmt.Errorf("%w: %q", ErrIdentity, ev.UID)
	}
	if err := s.conn.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	s.uid = ev.UID
	s.hub.Join(s.sub)
	s.relay(ev)
	return nil
}

// covers reports whether the certificate is for uid, or for the user whose device uid is ("user/device").
func covers(chain []*x509.Certificate, uid string) bool {
	if len(chain) == 0 {
		return false
	}
	name := chain[0].Subject.CommonName
	return uid == name || strings.HasPrefix(uid, name+"/")
}

// Run relays the client's events until the client leaves, fails, or ctx ends; then what is queued for the client
// is still delivered.
func (s *Session) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, s.sub.Stop)
	defer stop()
	for {
		ev, err := s.dec.Next()
		if errors.Is(err, io.EOF) || errors.Is(err, os.ErrDeadlineExceeded) {
			return nil
		}
		if err != nil {
			return err
		}
		s.relay(ev)
	}
}

// relay answers a ping and passes everything else on.
func (s *Session) relay(ev cot.Event) {
	if ev.Type == cot.TypePing {
		s.reply(cot.New(ev.UID, cot.TypePong, time.Now()))
		return
	}
	if msg, err := ev.Encode(); err == nil {
		s.hub.Broadcast(s.sub, msg)
	}
}

func (s *Session) reply(ev cot.Event) {
	if msg, err := ev.Encode(); err == nil {
		s.sub.Offer(msg)
	}
}

// WriteLoop writes what the hub has for the client. It returns when Close is called or, with the queue delivered,
// when the context of Run ends; a reader blocked in Run then returns too.
func (s *Session) WriteLoop() {
	defer s.unblock()
	for {
		select {
		case msg := <-s.sub.Queue():
			if s.write(msg) != nil {
				return
			}
		case <-s.sub.Done():
			s.flush()
			return
		}
	}
}

func (s *Session) write(msg []byte) error {
	if err := s.conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	_, err := s.conn.Write(msg)
	return err
}

// flush writes what is queued and tells the client that no more will come.
func (s *Session) flush() {
	for {
		select {
		case msg := <-s.sub.Queue():
			if s.write(msg) != nil {
				return
			}
		default:
			_ = s.conn.CloseWrite() // the connection is about to be closed
			return
		}
	}
}

// unblock ends the read in Identify or Run. Closing the connection here would do as well, but then two would own it.
func (s *Session) unblock() {
	_ = s.conn.SetReadDeadline(time.Unix(1, 0)) // fails only when the connection is closed, which unblocks too
}
