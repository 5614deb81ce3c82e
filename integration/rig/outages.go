package rig

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/sockvet/sockvet/integration/client"
	"github.com/sockvet/sockvet/integration/faults"
	"github.com/sockvet/sockvet/integration/marti"
	"github.com/sockvet/sockvet/integration/observe"
)

const (
	// serveBudget is how long a good client waits to be served. A server that is well takes milliseconds.
	serveBudget = 3 * time.Second
	// goodClients is how many good clients try at the same time.
	goodClients = 4
)

// servedSometime has a good client try again and again until it is served or limit has passed.
func servedSometime(ctx context.Context, s *Server, limit time.Duration) (bool, error) {
	return poll(ctx, limit, func() (bool, error) {
		return s.Served(ctx, limit/2) == nil, nil
	})
}

// stalled has n clients say nothing while good ones come.
func stalled(n int) func(context.Context, *Server) (Outcome, error) {
	return func(ctx context.Context, s *Server) (out Outcome, err error) {
		h, err := faults.Stalled(ctx, s.Addr, n)
		if err != nil {
			return nil, err
		}
		defer h.Close()
		served := faults.Burst(ctx, goodClients, func(ctx context.Context, _ int) error {
			return s.Served(ctx, serveBudget)
		})
		out.judge(served < goodClients, fmt.Sprintf("good clients served while %d say nothing", n), "%d of %d", served, goodClients)
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
	err = get(ctx, s.Addr, s.Good)
	out.judge(err != nil, "GET "+marti.VersionPath+" while one says nothing", "%s", okOr(err))
	took, err := s.Shutdown(serveBudget)
	if err != nil {
		out.judge(true, "http.Server.Close", "still waiting after %v", serveBudget)
		return out, nil
	}
	out.judge(false, "http.Server.Close", "%.1f ms", took.Seconds()*1000)
	return out, nil
}

func get(ctx context.Context, addr string, conf *tls.Config) error {
	tr := &http.Transport{TLSClientConfig: conf.Clone(), DisableKeepAlives: true}
	defer tr.CloseIdleConnections()
	hc := http.Client{Transport: tr, Timeout: serveBudget}
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
// answer, and their systems try again only after a second.
func busyMoment(ctx context.Context, s *Server) (out Outcome, err error) {
	const clients, budget = 16, 900 * time.Millisecond // less than the second until a SYN is sent again
	before, err := observe.ReadCounters()
	if err != nil {
		return nil, err
	}
	resume, err := s.Pause()
	if err != nil {
		return nil, err
	}
	connected := faults.Burst(ctx, clients, func(ctx context.Context, _ int) error {
		d := net.Dialer{Timeout: budget}
		conn, err := d.DialContext(ctx, "tcp", s.Addr)
		if err != nil {
			return err
		}
		return conn.Close()
	})
	q, queueErr := s.Queue()
	if err := resume(); err != nil {
		return nil, err
	}
	if queueErr != nil {
		return nil, queueErr
	}
	out.judge(connected < clients, fmt.Sprintf("clients connected within %v", budget), "%d of %d", connected, clients)
	out.judge(q.Max < clients, "room in the accept queue", "%d", q.Max+1)
	after, err := observe.ReadCounters()
	out.note("overflows of accept queues", "%d", after.Since(before)["TcpExt.ListenOverflows"])
	return out, err
}

// comersAndGoers has clients join, get an answer, and leave.
func comersAndGoers(ctx context.Context, s *Server) (out Outcome, err error) {
	const warmup, clients, perClient = 10, 60, 2048
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

// outOfFilesSpin looks at what the server does while it has no descriptors: for a second, or on a busy machine for as
// long as a spinning server may need to get much of a processor.
func outOfFilesSpin(ctx context.Context, s *Server) (out Outcome, err error) {
	const atLeast, atMost = time.Second, 4 * time.Second
	const manyErrors, muchCPU = 200, 100 * time.Millisecond
	h, err := outOfFiles(ctx, s)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	before, cpuBefore, err := failures(s)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	_, err = poll(ctx, atMost, func() (bool, error) {
		p, err := s.Process() // and not Report, which would have the server work
		return time.Since(began) > atLeast && p.CPU-cpuBefore > muchCPU, err
	})
	if err != nil {
		return nil, err
	}
	after, cpuAfter, err := failures(s)
	if err != nil {
		return nil, err
	}
	span, cpu := time.Since(began).Seconds(), cpuAfter-cpuBefore
	rate := float64(after-before) / span
	out.judge(rate > manyErrors, "failed accepts in a second", "%.0f", rate)
	out.judge(cpu > muchCPU, "share of a processor", "%.0f %%", 100*cpu.Seconds()/span)
	return out, nil
}

func failures(s *Server) (uint64, time.Duration, error) {
	r, err := s.Report()
	if err != nil {
		return 0, 0, err
	}
	p, err := s.Process()
	return r.Stats.AcceptErrors, p.CPU, err
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
	served, err := servedSometime(ctx, s, 2*serveBudget)
	if err != nil {
		return nil, err
	}
	out.judge(!served, "a good client after the crowd has left", "%s", yesNo(served, "served", "not served"))
	q, err := s.Queue()
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
	served, err := servedSometime(ctx, s, 3*serveBudget)
	if err != nil {
		return nil, err
	}
	out.judge(!served, "a good client while 64 say nothing", "%s", yesNo(served, "served", "not served"))
	// By now the server should be past the handshake timeout of those that it accepted last.
	fds := 0
	_, err = poll(ctx, serveBudget, func() (bool, error) {
		p, err := s.Process()
		fds = p.FDs
		return fds < 24, err
	})
	out.judge(fds >= 24, "descriptors in use", "%d of 48", fds)
	return out, err
}
