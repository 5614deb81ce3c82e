// Package jobs puts what clients ask for in queues of another package.
package jobs

import (
	"net"

	"sockvet.test/clientgrowth/lib/jobs"
)

// given has a queue that somebody else made.
type given struct {
	ln    net.Listener
	queue *jobs.Queue
}

// New makes a server whose jobs are done by whoever has the queue.
func New(ln net.Listener, q *jobs.Queue) *given { return &given{ln: ln, queue: q} }

// goodGiven: workers of another package pop.
func (s *given) goodGiven() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.queue.Push(&jobs.Job{Conn: conn})
	}
}

// lent makes the queue and gives it to the workers.
type lent struct {
	ln    net.Listener
	queue *jobs.Queue
}

func newLent(ln net.Listener) *lent {
	q := jobs.New()
	go jobs.Work(q)
	return &lent{ln: ln, queue: q}
}

// goodLent: they pop.
func (s *lent) goodLent() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.queue.Push(&jobs.Job{Conn: conn})
	}
}

// goodParameter: the caller's.
func goodParameter(ln net.Listener, q *jobs.Queue) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		q.Push(&jobs.Job{Conn: conn})
	}
}

// own keeps its queue for itself.
type own struct {
	ln    net.Listener
	queue *jobs.Queue
}

func newOwn(ln net.Listener) *own { return &own{ln: ln, queue: jobs.New()} }

// badOwn: nobody else has it, and nobody pops.
func (s *own) badOwn() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.queue.Push(&jobs.Job{Conn: conn}) // want `field queue of own gets an entry for every accepted connection and never loses one`
		go conn.Close()
	}
}

// listed has a roster that somebody else made.
type listed struct {
	ln     net.Listener
	roster *jobs.Roster
}

// NewListed makes a server.
func NewListed(ln net.Listener, r *jobs.Roster) *listed { return &listed{ln: ln, roster: r} }

// badListed: who removes has to be told which, and only the server knows.
func (s *listed) badListed() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.roster.Enter(&jobs.Job{Conn: conn, Name: conn.RemoteAddr().String()}) // want `field roster of listed gets an entry for every accepted connection and never loses one`
		go conn.Close()
	}
}
