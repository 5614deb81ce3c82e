package rig

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/sockvet/sockvet/integration/certs"
	"github.com/sockvet/sockvet/integration/child"
	"github.com/sockvet/sockvet/integration/tak"
)

// The modes of a child.
const (
	serveMode    = "serve"
	scenarioMode = "scenario"
)

// Main is what a program does first: if the process is a child, it does a child's work and returns true with the
// exit code.
func Main() (code int, isChild bool) {
	var err error
	switch child.Mode() {
	case "":
		return 0, false
	case serveMode:
		err = child.Serve(new(host).answer)
	case scenarioMode:
		err = child.Serve(answerScenario)
	default:
		err = fmt.Errorf("unknown mode %q", child.Mode())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "rig child:", err)
		return 1, true
	}
	return 0, true
}

// op is what a host is asked to do.
type op string

const (
	opListen op = "listen" // with setup
	opTurn   op = "turn"   // do nothing
	opReport op = "report"
	opGC     op = "gc"     // collect garbage, then report
	opClose  op = "close"  // begin to close the server
	opClosed op = "closed" // say whether it is closed
)

type request struct {
	Op    op
	Setup *setup `json:",omitempty"`
}

// setup is how a server is to be started.
type setup struct {
	Pkg              string
	Pair             certs.Pair
	CA               []byte
	HandshakeTimeout time.Duration
	NoFile           uint64
}

type reply struct {
	Err    string `json:",omitempty"`
	Addr   string `json:",omitempty"`
	Report Report
	// Closed says that the server is closed, and Took how long that took.
	Closed bool
	Took   time.Duration
}

// A Report is what a server process says of itself.
type Report struct {
	Stats      tak.Stats
	Heap       uint64
	Goroutines int
}

// host is a server process.
type host struct {
	server tak.Server
	served chan error
	closed chan reply // the last answer to opClosed
}

func (h *host) answer(req request) reply {
	r, err := h.do(req)
	if err != nil {
		r.Err = err.Error()
	}
	return r
}

func (h *host) do(req request) (reply, error) {
	if req.Op == opListen {
		return h.listen(req.Setup)
	}
	if h.server == nil {
		return reply{}, errors.New("not listening")
	}
	switch req.Op {
	case opTurn:
		return reply{}, nil
	case opReport:
		return reply{Report: h.report()}, nil
	case opGC:
		collect()
		return reply{Report: h.report()}, nil
	case opClose:
		go h.close()
		return reply{}, nil
	case opClosed:
		select {
		case r := <-h.closed:
			return r, nil
		default:
			return reply{}, nil
		}
	}
	return reply{}, fmt.Errorf("unknown request %q", req.Op)
}

func (h *host) listen(s *setup) (reply, error) {
	v, err := variant(s.Pkg)
	if err != nil {
		return reply{}, err
	}
	conf, err := certs.ServerTLS(s.Pair, s.CA)
	if err != nil {
		return reply{}, err
	}
	srv, err := v.Listen(tak.Config{Addr: "127.0.0.1:0", TLS: conf, HandshakeTimeout: s.HandshakeTimeout})
	if err != nil {
		return reply{}, err
	}
	if s.NoFile != 0 {
		if err := limitFiles(s.NoFile); err != nil {
			return reply{}, errors.Join(err, srv.Close())
		}
	}
	h.server, h.served, h.closed = srv, make(chan error, 1), make(chan reply, 1)
	go func() { h.served <- srv.Serve() }()
	return reply{Addr: srv.Addr().String()}, nil
}

func (h *host) report() Report {
	r := Report{Goroutines: runtime.NumGoroutine()}
	if c, ok := h.server.(tak.Counter); ok {
		r.Stats = c.Stats()
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	r.Heap = mem.HeapAlloc
	return r
}

// close closes the server and waits for Serve to return.
func (h *host) close() {
	began := time.Now()
	r := reply{Closed: true}
	if err := errors.Join(h.server.Close(), <-h.served); err != nil {
		r.Err = err.Error()
	}
	r.Took = time.Since(began)
	h.closed <- r
}

// collect runs the collector until what finalizers let go of is collected too.
func collect() {
	for range 3 {
		runtime.GC()
		time.Sleep(10 * time.Millisecond) // for the finalizers, which run in a goroutine of their own
	}
}
