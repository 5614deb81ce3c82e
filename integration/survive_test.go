package integration

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/sockvet/sockvet/integration/client"
	"github.com/sockvet/sockvet/integration/cot"
	"github.com/sockvet/sockvet/integration/faults"
	"github.com/sockvet/sockvet/integration/observe"
	"github.com/sockvet/sockvet/integration/rig"
	"github.com/sockvet/sockvet/integration/tidy"
)

// A fault is what the fixed server must survive.
type fault struct {
	// timeout is the server's handshake timeout.
	timeout time.Duration
	// play plays the fault and returns what ends it.
	play func(ctx context.Context, s *rig.Server) (end func() error, err error)
}

// herd makes a fault of one that leaves connections open.
func herd(f func(context.Context, *rig.Server) (*faults.Herd, error)) fault {
	return fault{testLimit, func(ctx context.Context, s *rig.Server) (func() error, error) {
		h, err := f(ctx, s)
		if err != nil {
			return nil, err
		}
		return h.Close, nil
	}}
}

// once makes a fault of one that is over when it returns.
func once(f func(context.Context, *rig.Server) error) fault {
	return fault{testLimit, func(ctx context.Context, s *rig.Server) (func() error, error) {
		return func() error { return nil }, f(ctx, s)
	}}
}

const faultClients = 20

func everyFault() map[string]fault {
	return map[string]fault{
		"stalled": herd(func(ctx context.Context, s *rig.Server) (*faults.Herd, error) {
			return faults.Stalled(ctx, s.Addr, faultClients)
		}),
		"half a hello": herd(func(ctx context.Context, s *rig.Server) (*faults.Herd, error) {
			return faults.HalfHello(ctx, s.Addr, faultClients, s.Good)
		}),
		"half open": herd(func(ctx context.Context, s *rig.Server) (*faults.Herd, error) {
			return faults.HalfOpen(ctx, s.Addr, faultClients)
		}),
		"garbage": herd(func(ctx context.Context, s *rig.Server) (*faults.Herd, error) {
			return faults.Garbage(ctx, s.Addr, faultClients)
		}),
		"reset": once(func(ctx context.Context, s *rig.Server) error {
			return faults.Reset(ctx, s.Addr, faultClients)
		}),
		"reset in session": once(func(ctx context.Context, s *rig.Server) error {
			return faults.ResetInSession(ctx, s.Addr, s.Good, rig.Good)
		}),
		"impostor": once(func(ctx context.Context, s *rig.Server) error {
			return faults.Impostor(ctx, s.Addr, s.Mallory, rig.Good)
		}),
		"slow reader": {testLimit, slowReader},
		"drip":        {dripTimeout, drip},
		"reconnects":  once(reconnects),
		"port again":  once(portAgain),
	}
}

// dripTimeout is shorter than what the drip takes, and longer than what a good client may take.
const dripTimeout = 3 * time.Second

// reconnects has many clients join at the same time, leave at the same time without a word, and come back, again and
// again. All must be let in.
func reconnects(ctx context.Context, s *rig.Server) error {
	for range 3 {
		in := faults.Reconnects(ctx, s.Addr, s.Good, rig.Good, faultClients)
		if in != faultClients {
			return fmt.Errorf("%d of %d clients got in", in, faultClients)
		}
	}
	return nil
}

// portAgain has a client come back from the port that it had.
func portAgain(ctx context.Context, s *rig.Server) error {
	local := "127.0.0.77:0"
	for range 2 {
		conn, err := dialFrom(ctx, local, s.Addr)
		if err != nil {
			return err
		}
		local = conn.LocalAddr().String()
		c, err := client.New(ctx, conn, s.Good, rig.Good)
		if err != nil {
			return err
		}
		if err := c.Ping(ctx); err != nil {
			return errors.Join(err, c.Close())
		}
		// Reset, so that its own system forgets the connection at once.
		if err := errors.Join(conn.(*net.TCPConn).SetLinger(0), conn.Close()); err != nil {
			return err
		}
	}
	return nil
}

// dialFrom connects from a port as soon as it is free: Close returns before a goroutine that still reads has let go of
// the descriptor.
func dialFrom(ctx context.Context, local, addr string) (net.Conn, error) {
	for {
		conn, err := faults.DialReuse(ctx, local, addr)
		if !errors.Is(err, syscall.EADDRNOTAVAIL) || ctx.Err() != nil {
			return conn, err
		}
		time.Sleep(time.Millisecond)
	}
}

// slowReader has a client that does not read, and another that sends it events until the server has dropped it.
func slowReader(ctx context.Context, s *rig.Server) (func() error, error) {
	slow, err := faults.SlowReader(ctx, s.Addr, s.Good, rig.Good+"/slow")
	if err != nil {
		return nil, err
	}
	if err := registered(ctx, s, 1); err != nil {
		return nil, errors.Join(err, slow.Close())
	}
	err = flood(ctx, s)
	return slow.Close, err
}

// registered waits until the server has n clients in its registry.
func registered(ctx context.Context, s *rig.Server, n int) error {
	for {
		r, err := s.Report()
		if err != nil || r.Stats.Registered == n {
			return err
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%d clients in the registry, want %d", r.Stats.Registered, n)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// flood sends events until its client is the only one left. All the while it gets the answers it asks for, since the
// server is not held up by a client that does not read.
func flood(ctx context.Context, s *rig.Server) error {
	const events, size = 16, 30 << 10
	c, err := client.Dial(ctx, s.Addr, s.Good, rig.Good)
	if err != nil {
		return err
	}
	defer c.Close()
	ev := cot.New(rig.Good, cot.TypePosition, time.Now())
	ev.Detail = &cot.Detail{Inner: make([]byte, size)}
	for i := range ev.Detail.Inner {
		ev.Detail.Inner[i] = 'x'
	}
	if err := registered(ctx, s, 2); err != nil {
		return err
	}
	for left := 2; left > 1; {
		for range events {
			if err := c.SendEvent(ctx, ev); err != nil {
				return err
			}
		}
		if err := c.Ping(ctx); err != nil {
			return err
		}
		r, err := s.Report()
		if err != nil {
			return err
		}
		left = r.Stats.Registered
		time.Sleep(100 * time.Millisecond) // the server needs two seconds to find the client slow
	}
	return nil
}

// drip has a client send its hello byte by byte, for longer than the server's patience, and looks on until it is cut
// off.
func drip(ctx context.Context, s *rig.Server) (func() error, error) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- faults.Drip(ctx, s.Addr, s.Good, 10*time.Millisecond) }()
	return func() error {
		defer cancel()
		if <-done == nil {
			return context.DeadlineExceeded // it should have been cut off
		}
		return nil
	}, nil
}

// TestFixedSurvives plays every fault to the fixed server. Good clients are served all the while, and afterwards
// nothing is left of it.
func TestFixedSurvives(t *testing.T) {
	t.Parallel()
	lab, err := rig.NewLab()
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range everyFault() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := lab.Start("tak/fixed", rig.Limits{HandshakeTimeout: f.timeout})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			survive(t, s, f)
		})
	}
}

func survive(t *testing.T, s *rig.Server, f fault) {
	t.Helper()
	ctx := limited(t)
	if err := s.Served(ctx, testLimit); err != nil { // also opens what the runtime opens once
		t.Fatal(err)
	}
	settle(ctx, t, s, 0)
	before, err := s.Process()
	if err != nil {
		tidy.Skip(t, err)
	}
	end, err := f.play(ctx, s)
	if errors.Is(err, errors.ErrUnsupported) {
		tidy.Skip(t, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Served(ctx, testLimit/2); err != nil {
		t.Errorf("a good client is not served: %v", err)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
	settle(ctx, t, s, before.FDs)
}

// settle waits until the server has no connection and no more than fds descriptors (0 for any number).
func settle(ctx context.Context, t *testing.T, s *rig.Server, fds int) {
	t.Helper()
	for {
		st, err := s.States()
		if err != nil {
			tidy.Skip(t, err)
		}
		p, err := s.Process()
		if err != nil {
			tidy.Skip(t, err)
		}
		if st[observe.Established]+st[observe.CloseWait] == 0 && (fds == 0 || p.FDs <= fds) {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("left over: %v, %d descriptors, %d before", st, p.FDs, fds)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// TestVariantsWork shows that the servers with a bug are servers: as long as nothing goes wrong, they do the same as
// the fixed one.
func TestVariantsWork(t *testing.T) {
	t.Parallel()
	lab, err := rig.NewLab()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range rig.Variants() {
		t.Run(v.Pkg, func(t *testing.T) {
			t.Parallel()
			s, err := lab.Start(v.Pkg, rig.Limits{HandshakeTimeout: testLimit})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := rig.Works(limited(t), s, v); err != nil {
				t.Error(err)
			}
		})
	}
}
