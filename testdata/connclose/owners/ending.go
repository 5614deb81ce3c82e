package owners

import (
	"bufio"
	"net"
)

// An interface of the package, without a method that says that it ends anything, but
// one of the types behind it does.

type talker interface {
	talk() error
	finish()
}

type talk struct {
	conn net.Conn
	r    *bufio.Reader
}

func newTalk(c net.Conn) *talk { return &talk{conn: c, r: bufio.NewReader(c)} }

func (t *talk) talk() error {
	_, err := t.r.ReadString('\n')
	return err
}

func (t *talk) finish() {
	if err := t.conn.Close(); err != nil {
		println(err)
	}
}

func goodFinished(l net.Listener) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		go func() { goodTalks(newTalk(conn)) }()
	}
}

func goodTalks(t talker) {
	defer t.finish()
	for t.talk() == nil {
	}
}

func goodTalksInLiteral(l net.Listener) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		go talksAndSays(newTalk(conn))
	}
}

func talksAndSays(t talker) {
	defer func() {
		t.finish()
		println("done")
	}()
	for t.talk() == nil {
	}
}

func badTalksOnly(l net.Listener) error {
	for {
		conn, err := l.Accept() // want `conn from \(net.Listener\).Accept is not closed when its goroutine returns`
		if err != nil {
			return err
		}
		go func() { talksOnly(newTalk(conn)) }()
	}
}

func talksOnly(t talker) {
	for t.talk() == nil {
	}
}

// Exported: others may implement it, too.

type Speaker interface {
	Speak() error
	Finish()
}

type speaker struct{ conn net.Conn }

func (s *speaker) Speak() error {
	_, err := s.conn.Write([]byte("hello\n"))
	return err
}

func (s *speaker) Finish() { s.conn.Close() }

func goodSpeaker(l net.Listener) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		go speak(&speaker{conn})
	}
}

func speak(s Speaker) {
	s.Speak()
	s.Finish()
}

func badSpeaker(l net.Listener) error {
	for {
		conn, err := l.Accept() // want `conn from \(net.Listener\).Accept is (never closed|not closed)`
		if err != nil {
			return err
		}
		go speakOnly(&speaker{conn})
	}
}

func speakOnly(s Speaker) { s.Speak() }

// A variable of the connection, by its address in an object.

type pointing struct {
	conn *net.Conn
	in   chan []byte
}

func newPointing(conn *net.Conn) *pointing { return &pointing{conn: conn, in: make(chan []byte)} }

func (p *pointing) get() net.Conn { return *p.conn }

func (p *pointing) end() { (*p.conn).Close() }

func goodPointing(l net.Listener) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		p := newPointing(&conn)
		go goodPointingHandled(p)
	}
}

func goodPointingHandled(p *pointing) {
	go goodPointingRead(p)
	for m := range p.in {
		if len(m) == 0 {
			return
		}
		p.get().Write(m)
	}
}

func goodPointingRead(p *pointing) {
	defer p.end()
	buf := make([]byte, 100)
	for {
		n, err := p.get().Read(buf)
		if err != nil {
			close(p.in)
			return
		}
		p.in <- buf[:n]
	}
}
