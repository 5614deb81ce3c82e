package shapes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/hashicorp/yamux"
	"github.com/sirupsen/logrus"
)

// -- loops of other shapes, each of them sound --

type more struct {
	ln      net.Listener
	closing atomic.Bool
	quit    chan struct{}
	log     *logrus.Logger
	fails   int
	sleep   func(time.Duration)
	session *yamux.Session
	pause   chan struct{}
	wait    interface{ Wait(context.Context) error }
}

// goodHelper: a function decides whether to go on, and waits.
func (m *more) goodHelper() error {
	for {
		c, err := m.ln.Accept()
		if err != nil {
			if !m.retry(err) {
				return err
			}
			continue
		}
		go handle(c)
	}
}

func (m *more) retry(err error) bool {
	if errors.Is(err, net.ErrClosed) {
		return false
	}
	m.log.WithError(err).Warn("accept")
	time.Sleep(100 * time.Millisecond)
	return true
}

// goodText: by the text of the error.
func (m *more) goodText() error {
	for {
		c, err := m.ln.Accept()
		if err != nil {
			if strings.Contains(err.Error(), "use of closed network connection") {
				return nil
			}
			m.log.Error(err)
			time.Sleep(time.Second)
			continue
		}
		go handle(c)
	}
}

// goodErrno: by its number.
func (m *more) goodErrno() error {
	for {
		c, err := m.ln.Accept()
		switch {
		case err == nil:
			go handle(c)
		case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
			time.Sleep(time.Second)
		case errors.Is(err, syscall.ECONNABORTED), errors.Is(err, syscall.EINTR):
		default:
			return err
		}
	}
}

// goodFails: so many in a row are enough.
func (m *more) goodFails() error {
	for {
		c, err := m.ln.Accept()
		if err != nil {
			if m.fails++; m.fails > 10 {
				return fmt.Errorf("accept: %w", err)
			}
			time.Sleep(time.Duration(m.fails) * time.Second)
			continue
		}
		m.fails = 0
		go handle(c)
	}
}

// goodMockedSleep: the sleep is a variable.
func (m *more) goodMockedSleep() {
	for !m.closing.Load() {
		c, err := m.ln.Accept()
		if err != nil {
			m.sleep(time.Second)
			continue
		}
		go handle(c)
	}
}

// goodPaused: it waits for somebody.
func (m *more) goodPaused() {
	for {
		c, err := m.ln.Accept()
		if err != nil {
			select {
			case <-m.pause:
				continue
			case <-m.quit:
				return
			}
		}
		go handle(c)
	}
}

// goodLimited: something bounds how often.
func (m *more) goodLimited(ctx context.Context) error {
	for {
		if err := m.wait.Wait(ctx); err != nil {
			return err
		}
		c, err := m.ln.Accept()
		if err != nil {
			m.log.Error(err)
			continue
		}
		go handle(c)
	}
}

// goodAnotherGoroutine: one accepts and the other decides.
func (m *more) goodAnotherGoroutine(ctx context.Context) error {
	type result struct {
		c   net.Conn
		err error
	}
	results := make(chan result)
	go func() {
		for {
			c, err := m.ln.Accept()
			select {
			case results <- result{c, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	for {
		select {
		case r := <-results:
			if r.err != nil {
				return r.err
			}
			go handle(r.c)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// goodConns: the channel is closed at the end, and an error is kept.
func (m *more) goodConns() <-chan net.Conn {
	conns := make(chan net.Conn)
	go func() {
		defer close(conns)
		for {
			c, err := m.ln.Accept()
			if err != nil {
				log.Print(err)
				return
			}
			conns <- c
		}
	}()
	return conns
}

// goodGuarded: the panic is recovered, and the loop starts again.
func (m *more) goodGuarded() {
	for !m.closing.Load() {
		func() {
			defer func() {
				if r := recover(); r != nil {
					log.Printf("%v\n%s", r, debug.Stack())
					time.Sleep(time.Second)
				}
			}()
			m.guarded()
		}()
	}
}

func (m *more) guarded() {
	for {
		c, err := m.ln.Accept()
		if err != nil {
			panic(err)
		}
		go handle(c)
	}
}

// goodStreams: the streams of one client; at the end of the session they are over.
func (m *more) goodStreams() {
	for {
		s, err := m.session.Accept()
		if err != nil {
			if err != io.EOF {
				m.log.Error(err)
			}
			return
		}
		go handle(s)
	}
}

// goodDeadline: it polls, with a deadline.
func (m *more) goodDeadline(ln *net.TCPListener) error {
	for !m.closing.Load() {
		ln.SetDeadline(time.Now().Add(time.Second))
		c, err := ln.Accept()
		if err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				continue
			}
			return err
		}
		go handle(c)
	}
	return nil
}

// goodFirst: only the first.
func (m *more) goodFirst() {
	go func() {
		c, err := m.ln.Accept()
		if err != nil {
			log.Print(err)
			return
		}
		handle(c)
	}()
}

// goodUnless: a wrapped error, looked at after the loop.
func (m *more) goodUnless() (err error) {
	defer func() {
		if errors.Is(err, net.ErrClosed) {
			err = nil
		}
	}()
	var c net.Conn
	for {
		if c, err = m.ln.Accept(); err != nil {
			return
		}
		go handle(c)
	}
}

// goodListenAgain: another listener takes its place.
func (m *more) goodListenAgain(addr string) {
	for {
		ln, err := net.Listen("tcp", addr)
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		for {
			c, err := ln.Accept()
			if err != nil {
				log.Print(err)
				ln.Close()
				break
			}
			go handle(c)
		}
		time.Sleep(time.Second)
	}
}

// goodLoggedFatalElsewhere: whoever runs it ends the program.
func (m *more) goodRunGroup(run func(func() error, func(error))) {
	run(func() error {
		for {
			c, err := m.ln.Accept()
			if err != nil {
				return err
			}
			go handle(c)
		}
	}, func(error) { m.ln.Close() })
}
