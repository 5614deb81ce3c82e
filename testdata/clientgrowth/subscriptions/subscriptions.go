// Package subscriptions holds callbacks that are registered for a connection
// through interfaces.
package subscriptions

import (
	"io"
	"net"

	"sockvet.test/clientgrowth/lib/feed"
	"sockvet.test/clientgrowth/lib/tube"
)

type server struct {
	ln      net.Listener
	manager feed.Manager
	source  feed.Source
	emitter feed.Emitter
}

// badDropped: the manager keeps the callback, and with it the connection.
func (s *server) badDropped() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			_ = s.manager.OnRevoked("token", func(string) { conn.Close() }) // want `field manager of server gets an entry for every accepted connection and never loses one: what \(feed.Manager\).OnRevoked returns to remove it is dropped`
			io.Copy(io.Discard, conn)
		}()
	}
}

type kept struct {
	ln      net.Listener
	manager feed.Manager
}

// goodKept: it is taken back at the end.
func (s *kept) goodKept() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			cancel := s.manager.OnRevoked("token", func(string) { conn.Close() })
			defer cancel()
			io.Copy(io.Discard, conn)
		}()
	}
}

// goodOther: what OnExpired and a Source do with a callback is not certain.
func (s *kept) goodOther(source feed.Source) error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			s.manager.OnExpired("token", func(string) { conn.Close() })
			source.Watch(func(string) { conn.Close() })
			io.Copy(io.Discard, conn)
		}()
	}
}

// goodForAll: one subscription for the server.
func (s *kept) goodForAll() {
	s.manager.OnRevoked("all", func(string) { s.ln.Close() })
}

type local struct {
	ln net.Listener
	e  feed.Emitter
}

func (l *local) onEnd(token string, f func(string)) func() {
	l.e.On(token, f)
	return func() { l.e.Off(token, f) }
}

// badHere: the pair is in this package.
func (l *local) badHere() error {
	for {
		conn, err := l.ln.Accept()
		if err != nil {
			return err
		}
		l.onEnd("token", func(string) { conn.Close() }) // want `field e of local gets an entry for every accepted connection and never loses one: what \(\*local\).onEnd returns to remove it is dropped`
		go io.Copy(io.Discard, conn)
	}
}

type ended struct {
	ln net.Listener
	e  feed.Emitter
}

func (l *ended) onEnd(token string, f func(string)) func() {
	l.e.On(token, f)
	return func() { l.e.Off(token, f) }
}

// goodHere: the same, and its result is used.
func (l *ended) goodHere() error {
	for {
		conn, err := l.ln.Accept()
		if err != nil {
			return err
		}
		off := l.onEnd("token", func(string) { conn.Close() })
		go func() {
			defer off()
			io.Copy(io.Discard, conn)
		}()
	}
}

type edge struct {
	manager feed.Manager
	links   int
}

// listen serves links, which have no method of net.Conn but Close.
func (e *edge) listen(g *tube.Gate) error { return g.Serve(e.accept) }

func (e *edge) accept(l tube.Link) error {
	_, err := tube.Open(l, e)
	return err
}

// Bind is called by the library for each link that it was given with e.
func (e *edge) Bind(b tube.Binding) error {
	e.links++
	e.badBound(b)
	return nil
}

func (e *edge) badBound(b tube.Binding) {
	t := b.Tube()
	e.manager.OnRevoked("token", func(string) { // want `field manager of edge gets an entry for every accepted connection and never loses one: what \(feed.Manager\).OnRevoked returns to remove it is dropped`
		if !t.IsClosed() {
			t.Close()
		}
	})
}

type quietEdge struct{ manager feed.Manager }

func (e *quietEdge) listen(g *tube.Gate) error { return g.Serve(e.accept) }

func (e *quietEdge) accept(l tube.Link) error {
	_, err := tube.Open(l, e)
	return err
}

// Bind takes it back when the tube closes.
func (e *quietEdge) Bind(b tube.Binding) error {
	t := b.Tube()
	off := e.manager.OnRevoked("token", func(string) { t.Close() })
	b.OnClose(func() { off() })
	return nil
}
