package rig

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"time"

	"github.com/sockvet/sockvet/integration/client"
	"github.com/sockvet/sockvet/integration/faults"
	"github.com/sockvet/sockvet/integration/observe"
)

// leakers is how many clients a leak is shown with.
const leakers = 24

// rejected waits until the server has turned n clients away.
func rejected(ctx context.Context, s *Server, n uint64) error {
	return await(ctx, fmt.Sprintf("%d rejected clients", n), func() (bool, error) {
		r, err := s.Report()
		return r.Stats.Rejected >= n, err
	})
}

// closeWaits gives the server time to close what its clients have left, and counts what it has not. There must be no
// other clients: on a busy machine it takes a moment until the server's system knows that they have left.
func closeWaits(ctx context.Context, s *Server) (int, error) {
	left := 0
	_, err := s.poll(ctx, settled, func() (bool, error) {
		st, err := s.States()
		left = st[observe.CloseWait]
		return left+st[observe.Established] == 0, err
	})
	return left, err
}

// turnedAway has clients turned away at their first event.
func turnedAway(ctx context.Context, s *Server) error {
	for range leakers {
		if err := faults.Impostor(ctx, s.Addr, s.Mallory, Good); err != nil {
			return err
		}
	}
	return rejected(ctx, s, leakers)
}

// impostors has clients turned away: a few, that are then counted, and more than there are descriptors.
func impostors(ctx context.Context, s *Server) (out Outcome, err error) {
	before, err := s.Process()
	if err != nil {
		return nil, err
	}
	if err := turnedAway(ctx, s); err != nil {
		return nil, err
	}
	if err := out.leaked(ctx, s, before.FDs); err != nil {
		return nil, err
	}
	if err := exhaust(ctx, s); err != nil {
		return nil, err
	}
	err = out.served(ctx, s, patience, "a good client after more impostors than descriptors")
	return out, err
}

// exhaust has impostors come in waves until the server is out of descriptors for good, or there were more than it can
// have.
func exhaust(ctx context.Context, s *Server) error {
	const waves, wave = 3, 16
	ctx, cancel := context.WithCancel(ctx)
	over := make(chan struct{})
	go func() {
		defer close(over)
		for range waves {
			faults.Burst(ctx, wave, func(ctx context.Context, _ int) error {
				return faults.Impostor(ctx, s.Addr, s.Mallory, Good)
			})
		}
	}()
	err := await(ctx, "the impostors, or the server's running out of descriptors", func() (bool, error) {
		select {
		case <-over:
			return true, nil
		default:
		}
		r, err := s.Report()
		// There is none left, and all were taken by clients whom it has turned away by now.
		return r.Stats.AcceptErrors > 0 && r.Stats.Rejected == r.Stats.Accepted, err
	})
	cancel()
	<-over
	return err
}

// leaked judges connections and descriptors before and after a garbage collection.
func (o *Outcome) leaked(ctx context.Context, s *Server, fds int) error {
	left, err := closeWaits(ctx, s)
	if err != nil {
		return err
	}
	o.judge(left > 0, "connections in CLOSE-WAIT", "%d", left)
	if _, err := s.GC(); err != nil {
		return err
	}
	if left, err = closeWaits(ctx, s); err != nil {
		return err
	}
	o.judge(left > 0, "in CLOSE-WAIT after garbage collections", "%d", left)
	after, err := s.Process()
	if err != nil {
		return err
	}
	more := after.FDs - fds
	o.judge(more >= leakers, "more descriptors than before the clients came", "%d", more)
	return nil
}

// brokenHandshakes has clients fail in the handshake and leave.
func brokenHandshakes(ctx context.Context, s *Server) error {
	h, err := faults.Garbage(ctx, s.Addr, leakers)
	if err != nil {
		return err
	}
	return errors.Join(rejected(ctx, s, leakers), h.Close())
}

// garbage has clients fail in the handshake, and collects the garbage afterwards.
func garbage(ctx context.Context, s *Server) (out Outcome, err error) {
	if err := brokenHandshakes(ctx, s); err != nil {
		return nil, err
	}
	left, err := closeWaits(ctx, s)
	if err != nil {
		return nil, err
	}
	out.judge(left > 0, "connections in CLOSE-WAIT", "%d", left)
	if _, err := s.GC(); err != nil {
		return nil, err
	}
	left, err = closeWaits(ctx, s)
	out.note("in CLOSE-WAIT after garbage collections", "%d", left)
	return out, err
}

// leavers has clients join and leave.
func leavers(ctx context.Context, s *Server) (out Outcome, err error) {
	for range leakers {
		conn, err := faults.Dial(ctx, s.Addr)
		if err != nil {
			return nil, err
		}
		c, err := joined(ctx, s, conn)
		if err != nil {
			return nil, err
		}
		if err := c.Close(); err != nil {
			return nil, err
		}
	}
	left, err := closeWaits(ctx, s)
	if err != nil {
		return nil, err
	}
	out.judge(left > 0, "connections in CLOSE-WAIT", "%d", left)
	q, err := s.Queue()
	if err != nil {
		return nil, err
	}
	out.note("accept queue", "%d of %d", q.Len, q.Max)
	return out, nil
}

// joined is a client over conn that the server knows.
func joined(ctx context.Context, s *Server, conn net.Conn) (*client.Client, error) {
	before, err := s.Report()
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	c, err := client.New(ctx, conn, s.Good, Good)
	if err != nil {
		return nil, err
	}
	err = await(ctx, "the client to have joined", func() (bool, error) {
		now, err := s.Report()
		return now.Stats.Joined > before.Stats.Joined, err
	})
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// goodbye is how many turns a client waits for the server's goodbye. Waiting for it keeps the system from resetting the
// connection when the goodbye comes to a socket that is closed, and when it has come the server has closed.
const goodbye = 25

// leave makes a client leave and waits for the server's goodbye.
func leave(ctx context.Context, s *Server, c *client.Client) error {
	_, _, err := s.during(ctx, goodbye, c.Leave)
	return err
}

// A redial is what came of connecting again from a port that was used a moment ago.
type redial struct {
	left  int // connections that the server still held
	err   error
	took  time.Duration
	again int // segments that the client had to send again
	grew  observe.Counters
}

// redialLimit is how long the connect may take. The system of a server that is well answers, and not its process,
// so it takes no turns.
const redialLimit = 3 * time.Second

// portGap is how long the client's system remembers the old connection, and a little: TCP_LINGER2 of a second, and
// a second for TIME-WAIT to be taken over.
const portGap = 2100 * time.Millisecond

// keepAlive is when a server's system asks an idle client's whether it is still there, unless the server says otherwise.
// If that one has forgotten the connection it answers with a reset, and the server's socket is gone.
const keepAlive = 15 * time.Second

// reuse joins, leaves, and connects again from the same port when the client's system has forgotten it. On a very busy
// machine that may be so late that it has to be done again.
func reuse(ctx context.Context, s *Server) (redial, error) {
	const attempts = 5
	for i := 0; ; i++ {
		began := time.Now()
		r, err := reuseOnce(ctx, s)
		if err != nil || time.Since(began)-r.took < keepAlive || i == attempts {
			return r, err
		}
	}
}

func reuseOnce(ctx context.Context, s *Server) (r redial, err error) {
	conn, err := faults.DialReuse(ctx, net.JoinHostPort(ownAddress(), "0"), s.Addr)
	if err != nil {
		return r, err
	}
	local := conn.LocalAddr().String()
	c, err := joined(ctx, s, conn)
	if err != nil {
		return r, err
	}
	if err := leave(ctx, s, c); err != nil {
		return r, err
	}
	time.Sleep(portGap)
	st, err := s.States()
	if err != nil {
		return r, err
	}
	r.left = st[observe.CloseWait]
	before, err := observe.ReadCounters()
	if err != nil {
		return r, err
	}
	began := time.Now()
	r.again, r.err = connect(ctx, local, s.Addr)
	r.took = time.Since(began)
	if timeout := net.Error(nil); r.err != nil && (!errors.As(r.err, &timeout) || !timeout.Timeout()) {
		return r, r.err
	}
	after, err := observe.ReadCounters()
	r.grew = after.Since(before)
	return r, err
}

// ownAddress is an address of the loopback network at which nobody else is likely to take the port in between.
func ownAddress() string {
	return net.IPv4(127, byte(64+rand.N(64)), byte(rand.N(256)), byte(1+rand.N(254))).String()
}

// connect connects from local and returns how many segments that took beyond one.
func connect(ctx context.Context, local, addr string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, redialLimit)
	defer cancel()
	conn, err := faults.DialReuse(ctx, local, addr)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	return observe.Retransmits(conn.(*net.TCPConn))
}

// portReuse shows the collision where the system mends it: with a challenge ACK, a reset and a second SYN.
func portReuse(ctx context.Context, s *Server) (out Outcome, err error) {
	r, err := reuse(ctx, s)
	if err != nil {
		return nil, err
	}
	out.judge(r.left > 0, "old connections in CLOSE-WAIT", "%d", r.left)
	out.judge(r.again > 0 || r.err != nil, "SYNs that the client had to send again", "%d", r.again)
	out.note("connect from the same port", "%s after %.1f ms", okOr(r.err), r.took.Seconds()*1000)
	out.note("SYNs that met an old connection, on the whole machine", "%d", r.grew["TcpExt.TCPSYNChallenge"])
	return out, nil
}

// portReuseNoResets shows it where the reset is lost on the way.
func portReuseNoResets(ctx context.Context, s *Server) (out Outcome, err error) {
	r, err := reuse(ctx, s)
	if err != nil {
		return nil, err
	}
	out.judge(r.left > 0, "old connections in CLOSE-WAIT", "%d", r.left)
	out.judge(r.err != nil, "connect from the same port", "%s after %.1f ms", okOr(r.err), r.took.Seconds()*1000)
	met := r.grew["TcpExt.TCPSYNChallenge"] // of this network, in which there is nobody else
	out.judge(met > 0, "SYNs that met an old connection", "%d", met)
	return out, nil
}

func okOr(err error) string {
	if err != nil {
		return err.Error()
	}
	return "ok"
}
