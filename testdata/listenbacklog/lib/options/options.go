// Package options holds servers whose backlog is a field of an option struct.
package options

import "golang.org/x/sys/unix"

// Plain is used as it is.
type Plain struct {
	FD      int
	Backlog int // want Backlog:`is a listen backlog`
}

// Open listens.
func (p *Plain) Open() error { // want Open:`listens with field 1 of operand 0`
	return unix.Listen(p.FD, p.Backlog)
}

// OpenPlain takes the options by value.
func OpenPlain(p Plain) error { // want OpenPlain:`listens with field 1 of operand 0`
	return unix.Listen(p.FD, p.Backlog)
}

// Defaulted replaces 0 in another function than the one that listens.
type Defaulted struct {
	FD      int
	Backlog int // want Backlog:`is a listen backlog \(not 0\)`
}

func (d *Defaulted) defaults() {
	if d.Backlog == 0 {
		d.Backlog = 512
	}
}

// Open listens.
func (d *Defaulted) Open() error { // want Open:`listens with field 1 of operand 0 \(not 0\)`
	d.defaults()
	return unix.Listen(d.FD, d.Backlog)
}

// Server keeps its options.
type Server struct {
	opts Options
	fd   int
}

// Options are the options of a Server.
type Options struct {
	Name    string
	Backlog int // want Backlog:`is a listen backlog`
}

// NewServer keeps the options for later.
func NewServer(fd int, opts Options) *Server { // want NewServer:`listens with field 1 of operand 1`
	return &Server{opts: opts, fd: fd}
}

// Open listens.
func (s *Server) Open() error {
	return unix.Listen(s.fd, s.opts.Backlog)
}

// Option is a functional option.
type Option func(*Server)

// WithBacklog sets the backlog.
func WithBacklog(n int) Option { // want WithBacklog:`listens with operand 0`
	return func(s *Server) { s.opts.Backlog = n }
}

// Close closes the socket.
func (s *Server) Close() error { return unix.Close(s.fd) }
