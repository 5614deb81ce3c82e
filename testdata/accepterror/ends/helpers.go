package ends

import (
	"errors"
	"log"
	"net"
	"sync/atomic"
	"time"

	"github.com/hashicorp/yamux"
)

// helped accepts in functions that say by a bool, or by nil, that it failed.
type helped struct {
	ln     net.Listener
	closed atomic.Bool
	errs   chan error
}

func (h *helped) start() {
	go h.goodSteps()
	go h.badSteps()
	go h.goodSteps2()
	go h.goodConnBool()
	go h.goodNilConn()
	go h.badConnBool()
	go h.badFarStep()
}

// acceptStep tells whether to go on.
func (h *helped) acceptStep() bool {
	conn, err := h.ln.Accept() // want `an error of \(net.Listener\).Accept ends the accept loop and nobody is told`
	if err != nil {
		log.Print(err)
		return false
	}
	go handle(conn)
	return true
}

// badSteps: the loop ends with the first false.
func (h *helped) badSteps() {
	for h.acceptStep() {
	}
}

func (h *helped) toldStep() bool {
	conn, err := h.ln.Accept()
	if err != nil {
		h.errs <- err
		return false
	}
	go handle(conn)
	return true
}

// goodSteps: so does this one, and somebody has been told.
func (h *helped) goodSteps() {
	for h.toldStep() {
	}
}

func (h *helped) patientStep() bool {
	conn, err := h.ln.Accept()
	if errors.Is(err, net.ErrClosed) {
		return false
	}
	if err != nil {
		time.Sleep(time.Second)
		return true
	}
	go handle(conn)
	return true
}

// goodSteps2: waits at EMFILE and ends when the listener is closed.
func (h *helped) goodSteps2() {
	for h.patientStep() {
	}
}

// next waits and says whether there was one.
func (h *helped) next() (net.Conn, bool) {
	conn, err := h.ln.Accept()
	if err != nil {
		if !h.closed.Load() {
			h.errs <- err
		}
		return nil, false
	}
	return conn, true
}

// goodConnBool: the connection is used only when there is one.
func (h *helped) goodConnBool() {
	for {
		conn, ok := h.next()
		if !ok {
			return
		}
		go handle(conn)
	}
}

// retrying comes back with a connection, or when the listener is closed.
func (h *helped) retrying() net.Conn {
	for {
		conn, err := h.ln.Accept()
		if err == nil {
			return conn
		}
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// goodNilConn: nil is the end.
func (h *helped) goodNilConn() {
	for {
		conn := h.retrying()
		if conn == nil {
			return
		}
		go handle(conn)
	}
}

func (h *helped) maybe() (net.Conn, bool) {
	conn, err := h.ln.Accept()
	if err != nil {
		log.Print(err)
		return nil, false
	}
	return conn, true
}

// badConnBool: the next try is at once.
func (h *helped) badConnBool() {
	for {
		conn, ok := h.maybe() // want `an error of \(\*helped\).maybe is retried at once`
		if !ok {
			continue
		}
		go handle(conn)
	}
}

func (h *helped) one() error {
	conn, err := h.ln.Accept() // want `retried at once`
	if err != nil {
		return err
	}
	go handle(conn)
	return nil
}

func (h *helped) logged() bool {
	if err := h.one(); err != nil {
		log.Print(err)
		return true
	}
	return !h.closed.Load()
}

// badFarStep: through two functions, and on.
func (h *helped) badFarStep() {
	for h.logged() {
	}
}

// goodSessionSteps: the stream that failed is the last one.
func goodSessionSteps(s *yamux.Session) {
	step := func() bool {
		stream, err := s.AcceptStream()
		if err != nil {
			return false
		}
		go handle(stream)
		return true
	}
	for step() {
	}
}
