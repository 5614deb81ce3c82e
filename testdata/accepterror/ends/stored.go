package ends

import (
	"errors"
	"io"
	"log"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// stored keeps its error in one way or another.
type stored struct {
	ln    net.Listener
	errs  []error
	last  atomic.Value
	ptr   atomic.Pointer[error]
	pw    *io.PipeWriter
	m     sync.Map
	subs  []chan error
	conns chan net.Conn
}

// goodAppended: kept with the others.
func (s *stored) goodAppended() {
	for {
		c, err := s.ln.Accept()
		if err != nil {
			s.errs = append(s.errs, err)
			return
		}
		go handle(c)
	}
}

// goodAtomic: in an atomic value.
func (s *stored) goodAtomic() {
	for {
		c, err := s.ln.Accept()
		if err != nil {
			s.last.Store(err)
			return
		}
		go handle(c)
	}
}

// goodAtomicPtr: in an atomic pointer.
func (s *stored) goodAtomicPtr() {
	for {
		c, err := s.ln.Accept()
		if err != nil {
			s.ptr.Store(&err)
			return
		}
		go handle(c)
	}
}

// goodPipe: whoever reads the pipe gets it.
func (s *stored) goodPipe() {
	for {
		c, err := s.ln.Accept()
		if err != nil {
			s.pw.CloseWithError(err)
			return
		}
		go handle(c)
	}
}

// goodSubs: all who wait get it.
func (s *stored) goodSubs() {
	for {
		c, err := s.ln.Accept()
		if err != nil {
			for _, ch := range s.subs {
				ch <- err
			}
			return
		}
		go handle(c)
	}
}

// goodMap: in a map.
func (s *stored) goodMap(id string) {
	for {
		c, err := s.ln.Accept()
		if err != nil {
			s.m.Store(id, err)
			return
		}
		go handle(c)
	}
}

// goodClosesConns: the range over the connections ends.
func (s *stored) goodClosesConns() {
	conns := make(chan net.Conn)
	go func() {
		defer close(conns)
		for {
			c, err := s.ln.Accept()
			if err != nil {
				return
			}
			conns <- c
		}
	}()
	for c := range conns {
		go handle(c)
	}
}

// goodNilSent: nil is the end.
func (s *stored) goodNilSent() {
	for {
		c, err := s.ln.Accept()
		if err != nil {
			s.conns <- nil
			return
		}
		s.conns <- c
	}
}

// goodDelayVar: the delay comes before the next try.
func (s *stored) goodDelayVar() {
	delay := time.Duration(0)
	for {
		if delay > 0 {
			time.Sleep(delay)
		}
		c, err := s.ln.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			delay = min(max(delay*2, time.Millisecond), time.Second)
			continue
		}
		delay = 0
		go handle(c)
	}
}

// goodErrLoop: after the loop.
func (s *stored) goodErrLoop() {
	var err error
	for {
		var c net.Conn
		if c, err = s.ln.Accept(); err != nil {
			break
		}
		go handle(c)
	}
	s.report(err)
}

func (s *stored) report(err error) {
	if err != nil && !errors.Is(err, net.ErrClosed) {
		s.errs = append(s.errs, err)
	}
}

// badLocal: a slice that is only printed is nobody's.
func (s *stored) badLocal() {
	var errs []error
	for {
		c, err := s.ln.Accept() // want `nobody is told`
		if err != nil {
			errs = append(errs, err)
			log.Print(errs)
			return
		}
		go handle(c)
	}
}
