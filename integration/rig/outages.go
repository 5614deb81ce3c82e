package rig

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/sockvet/sockvet/integration/client"
	"github.com/sockvet/sockvet/integration/faults"
	"github.com/sockvet/sockvet/integration/marti"
	"github.com/sockvet/sockvet/integration/observe"
)

// goodClients is how many good clients try at the same time.
const goodClients = 4

// insist has a good client try until it is served. A server with a short handshake timeout turns away one that is slow
// because the machine is.
func (s *Server) insist(ctx context.Context) error {
	for {
		if client.Served(ctx, s.Addr, s.Good, Good) == nil {
			return nil
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

// served judges whether a good client is served within the turns.
func (o *Outcome) served(ctx context.Context, s *Server, turns int, what string) error {
	taken, ok, err := s.during(ctx, turns, s.insist)
	if err != nil {
		return err
	}
	o.judge(!ok, what, "%s", within(ok, "served", "not served", taken))
	return nil
}

// within says what came of it in so many turns.
func within(ok bool, yes, no string, turns int) string {
	what := no
	if ok {
		what = yes
	}
	return fmt.Sprintf("%s within %d turns", what, turns)
}

// stalled has n clients say nothing while good ones come.
func stalled(n int) func(context.Context, *Server) (Outcome, error) {
	return func(ctx context.Context, s *Server) (out Outcome, err error) {
		h, err := faults.Stalled(ctx, s.Addr, n)
		if err != nil {
			return nil, err
		}
		defer h.Close()
		through := 0
		taken, _, err := s.during(ctx, patience, func(ctx context.Context) error {
			through = faults.Burst(ctx, goodClients, func(ctx context.Context, _ int) error { return s.insist(ctx) })
			return nil
		})
		if err != nil {
			return nil, err
		}
		out.judge(through < goodClients, fmt.Sprintf("good clients served while %d say nothing", n),
			"%d of %d within %d turns", through, goodClients, taken)
		q, err := s.Queue()
		if err != nil {
			return nil, err
		}
		out.note("accept queue", "%d of %d", q.Len, q.Max)
		return out, nil
	}
}

// httpsClose asks the HTTPS interface, and then closes it, while a client says nothing.
func httpsClose(ctx context.Context, s *Server) (out Outcome, err error) {
	h, err := faults.Stalled(ctx, s.Addr, 1)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	taken, ok, err := s.during(ctx, patience, func(ctx context.Context) error {
		return get(ctx, s.Addr, s.Good)
	})
	if err != nil {
		return nil, err
	}
	out.judge(!ok, "GET "+marti.VersionPath+" while one says nothing", "%s", within(ok, "ok", "no answer", taken))
	took, done, err := s.Shutdown(ctx, patience)
	if err != nil {
		return nil, err
	}
	if done {
		out.judge(false, "http.Server.Close", "%.1f ms", took.Seconds()*1000)
	} else {
		out.judge(true, "http.Server.Close", "still waiting after %d turns", patience)
	}
	return out, nil
}

func get(ctx context.Context, addr string, conf *tls.Config) error {
	tr := &http.Transport{TLSClientConfig: conf.Clone(), DisableKeepAlives: true}
	defer tr.CloseIdleConnections()
	hc := http.Client{Transport: tr}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+addr+marti.VersionPath, nil)
	if err != nil {
		return err
	}
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && string(body) != marti.Version {
		err = fmt.Errorf("unexpected answer %q", body)
	}
	return err
}

// busyMoment has clients connect while the server's process is stopped. Those that find no room in the queue get no
// answer until it goes on.
func busyMoment(ctx context.Context, s *Server) (out Outcome, err error) {
	const clients = 16
	before, err := observe.ReadCounters()
	if err != nil {
		return nil, err
	}
	resume, err := s.Pause(ctx)
	if err != nil {
		return nil, err
	}
	connected, q, err := crowdIn(ctx, s, clients)
	if err := errors.Join(err, resume()); err != nil {
		return nil, err
	}
	out.judge(connected < clients, "clients connected while the server is stopped", "%d of %d", connected, clients)
	out.judge(q.Max < clients, "room in the accept queue", "%d", q.Max+1)
	after, err := observe.ReadCounters()
	out.note("overflows of accept queues", "%d", after.Since(before)["TcpExt.ListenOverflows"])
	return out, err
}

// crowdIn has n clients connect to a server that accepts none, and returns how many could and the queue then. It is
// decided when all are connected or the queue is full, whichever comes first: out of a full queue nobody is let in.
func crowdIn(ctx context.Context, s *Server, n int) (connected int, q observe.Queue, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var in atomic.Int64
	over := make(chan struct{})
	go func() {
		defer close(over)
		faults.Burst(ctx, n, func(ctx context.Context, _ int) error {
			var d net.Dialer
			conn, err := d.DialContext(ctx, "tcp", s.Addr)
			if err != nil {
				return err
			}
			in.Add(1)
			return conn.Close()
		})
	}()
	err = await(ctx, "the clients to connect, or a full queue", func() (bool, error) {
		var err error
		q, err = s.Queue()
		if err == nil && q.Max == observe.Unknown {
			err = fmt.Errorf("the length of the accept queue: %w", errors.ErrUnsupported)
		}
		// Those that are in it may not have heard of it yet.
		return err != nil || int(in.Load()) == n || q.Len > q.Max && int(in.Load()) > q.Max, err
	})
	cancel()
	<-over
	return int(in.Load()), q, err
}

// comersAndGoers has clients join, get an answer, and leave.
func comersAndGoers(ctx context.Context, s *Server) (out Outcome, err error) {
	const warmup, clients, perClient = 10, 40, 2048
	if err := visits(ctx, s, warmup); err != nil {
		return nil, err
	}
	before, err := s.GC()
	if err != nil {
		return nil, err
	}
	if err := visits(ctx, s, clients); err != nil {
		return nil, err
	}
	after, err := s.GC()
	if err != nil {
		return nil, err
	}
	out.judge(after.Stats.Registered > 0, "clients in the registry when all have left", "%d", after.Stats.Registered)
	grew := (int64(after.Heap) - int64(before.Heap)) / clients
	out.judge(grew > perClient, "heap kept for each", "%d bytes", grew)
	return out, nil
}

// visits has n clients join and leave, and waits until the server has closed their connections.
func visits(ctx context.Context, s *Server, n int) error {
	for range n {
		if err := client.Served(ctx, s.Addr, s.Good, Good); err != nil {
			return err
		}
	}
	return await(ctx, "the connections to end", func() (bool, error) {
		st, err := s.States()
		return st[observe.Established]+st[observe.CloseWait] == 0, err
	})
}

// outOfFiles is a crowd that takes all descriptors, and the first failed accept.
func outOfFiles(ctx context.Context, s *Server) (*faults.Herd, error) {
	h, err := faults.Stalled(ctx, s.Addr, 60)
	if err != nil {
		return nil, err
	}
	err = await(ctx, "a failed accept", func() (bool, error) {
		r, err := s.Report()
		return r.Stats.AcceptErrors > 0, err
	})
	if err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return h, nil
}

// outOfFilesSpin looks at what the server does while it has no descriptors: for a second, and for longer when it
// wants a processor and does not get it.
func outOfFilesSpin(ctx context.Context, s *Server) (out Outcome, err error) {
	const span, manyErrors, muchCPU = time.Second, 200, 100 * time.Millisecond
	h, err := outOfFiles(ctx, s)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	before, usedBefore, err := failures(s)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	err = await(ctx, "what the server does without descriptors", func() (bool, error) {
		p, err := s.Process() // and not Report, which would have the server work
		used := p.CPU - usedBefore.CPU
		wanted := used + p.Starved - usedBefore.Starved
		took := time.Since(began)
		return took > span && (used > muchCPU || wanted < took/2), err
	})
	if err != nil {
		return nil, err
	}
	after, usedAfter, err := failures(s)
	if err != nil {
		return nil, err
	}
	took, cpu := time.Since(began).Seconds(), usedAfter.CPU-usedBefore.CPU
	rate := float64(after-before) / took
	out.judge(rate > manyErrors, "failed accepts in a second", "%.0f", rate)
	out.judge(cpu > muchCPU, "share of a processor", "%.0f %%", 100*cpu.Seconds()/took)
	return out, nil
}

// failures is how many accepts have failed, and what the process has used up to now.
func failures(s *Server) (uint64, observe.Process, error) {
	r, err := s.Report()
	if err != nil {
		return 0, observe.Process{}, err
	}
	p, err := s.Process()
	return r.Stats.AcceptErrors, p, err
}

// outOfFilesEnd looks at what the server does when it has descriptors again.
func outOfFilesEnd(ctx context.Context, s *Server) (out Outcome, err error) {
	h, err := outOfFiles(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := h.Close(); err != nil {
		return nil, err
	}
	if err := out.served(ctx, s, patience, "a good client after the crowd has left"); err != nil {
		return nil, err
	}
	var q observe.Queue
	_, err = s.poll(ctx, settled, func() (bool, error) {
		var err error
		q, err = s.Queue()
		return q.Len == 0, err
	})
	out.judge(q.Len > 0, "accept queue", "%d of %d", q.Len, q.Max)
	return out, err
}

// silentCrowd has more silent clients than descriptors, and looks whether the server gets rid of them.
func silentCrowd(ctx context.Context, s *Server) (out Outcome, err error) {
	h, err := faults.Stalled(ctx, s.Addr, 64)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	// Two handshake timeouts and the longest delay after a failed accept last this many turns of a machine that has
	// nothing else to do.
	const second = int(time.Second / turnPause)
	if err := out.served(ctx, s, 3*second+settled, "a good client while 64 say nothing"); err != nil {
		return nil, err
	}
	// The handshake timeout of those that it accepted last is yet to come.
	fds := 0
	_, err = s.poll(ctx, second+settled, func() (bool, error) {
		p, err := s.Process()
		fds = p.FDs
		return fds < 24, err
	})
	out.judge(fds >= 24, "descriptors in use", "%d of 48", fds)
	return out, err
}
