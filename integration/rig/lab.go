package rig

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/netip"
	"syscall"
	"time"

	"github.com/sockvet/sockvet/integration/certs"
	"github.com/sockvet/sockvet/integration/child"
	"github.com/sockvet/sockvet/integration/client"
	"github.com/sockvet/sockvet/integration/observe"
)

// The two identities that an authority's clients have.
const (
	// Good is the client that does everything right; its devices are Good/1, Good/2 and so on.
	Good = "GOOD"
	// Mallory has a certificate too, and says he is somebody else.
	Mallory = "MALLORY"
)

// callLimit bounds what is asked of a server process, which answers at once when it gets a processor.
const callLimit = time.Minute

// A Lab has the certificates of one run. It is safe for concurrent use.
type Lab struct {
	// Program is the program that servers are started from, "" for this one. It must call Main. It is to be set
	// before the first Start.
	Program string

	ca            []byte
	server        certs.Pair
	good, mallory *tls.Config
}

// NewLab makes certificates.
func NewLab() (*Lab, error) {
	ca, err := certs.NewAuthority()
	if err != nil {
		return nil, err
	}
	server, err := ca.Server()
	if err != nil {
		return nil, err
	}
	good, err := clientTLS(ca, Good)
	if err != nil {
		return nil, err
	}
	mallory, err := clientTLS(ca, Mallory)
	if err != nil {
		return nil, err
	}
	return &Lab{ca: ca.PEM(), server: server, good: good, mallory: mallory}, nil
}

func clientTLS(ca *certs.Authority, name string) (*tls.Config, error) {
	pair, err := ca.Client(name)
	if err != nil {
		return nil, err
	}
	return certs.ClientTLS(pair, ca.PEM())
}

// Limits are the conditions under which a server runs.
type Limits struct {
	// HandshakeTimeout is given to the server.
	HandshakeTimeout time.Duration
	// NoFile is how many descriptors it may have, 0 for as many as this process.
	NoFile uint64
	// NoGC turns the garbage collector off, so that it does not close what leaks before it is seen.
	NoGC bool
}

// A Server is a server in a process of its own. It is safe for concurrent use, but for Close.
type Server struct {
	// Addr is where it listens.
	Addr string
	// At is Addr as the observers want it.
	At netip.AddrPort
	// Good and Mallory are the configurations of the clients.
	Good, Mallory *tls.Config

	proc *child.Proc
}

// Start starts the server package pkg.
func (l *Lab) Start(pkg string, lim Limits) (*Server, error) {
	opts := child.Options{Program: l.Program}
	if lim.NoGC {
		opts.GOGC = "off"
	}
	proc, err := child.Start(serveMode, opts)
	if err != nil {
		return nil, err
	}
	s := &Server{Good: l.good, Mallory: l.mallory, proc: proc}
	req := request{Op: opListen, Setup: &setup{
		Pkg: pkg, Pair: l.server, CA: l.ca, HandshakeTimeout: lim.HandshakeTimeout, NoFile: lim.NoFile,
	}}
	if err := s.listen(req); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", pkg, err), proc.Close())
	}
	return s, nil
}

func (s *Server) listen(req request) error {
	r, err := s.call(req)
	if err != nil {
		return err
	}
	ap, err := netip.ParseAddrPort(r.Addr)
	if err != nil {
		return err
	}
	s.Addr, s.At = r.Addr, ap
	return nil
}

func (s *Server) call(req request) (reply, error) {
	var r reply
	if err := s.proc.Call(req, &r, callLimit); err != nil {
		_ = s.proc.Signal(syscall.SIGQUIT) // it should have answered: have it print where it stands
		return reply{}, err
	}
	if r.Err != "" {
		return reply{}, errors.New(r.Err)
	}
	return r, nil
}

// Report asks the server for its counters.
func (s *Server) Report() (Report, error) {
	r, err := s.call(request{Op: opReport})
	return r.Report, err
}

// GC makes the server collect garbage and then report.
func (s *Server) GC() (Report, error) {
	r, err := s.call(request{Op: opGC})
	return r.Report, err
}

// Close lets go of the server: it ends its process. Shutdown is what closes the server in it.
func (s *Server) Close() error { return s.proc.Close() }

// Shutdown closes the server in its process and returns how long that took, or that it was not done when the turns
// were over.
func (s *Server) Shutdown(ctx context.Context, turns int) (took time.Duration, done bool, err error) {
	if _, err := s.call(request{Op: opClose}); err != nil {
		return 0, false, err
	}
	done, err = s.poll(ctx, turns, func() (bool, error) {
		r, err := s.call(request{Op: opClosed})
		took = r.Took
		return r.Closed, err
	})
	return took, done, err
}

// PID is the server's process.
func (s *Server) PID() int { return s.proc.PID() }

// Queue is the server's accept queue.
func (s *Server) Queue() (observe.Queue, error) { return observe.ListenQueue(s.At) }

// States counts the server's connections by state.
func (s *Server) States() (map[observe.State]int, error) { return observe.States(s.At) }

// Process is the server's use of resources.
func (s *Server) Process() (observe.Process, error) { return observe.ReadProcess(s.proc.PID()) }

// Served reports whether a good client gets an answer within budget.
func (s *Server) Served(ctx context.Context, budget time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	return client.Served(ctx, s.Addr, s.Good, Good)
}
