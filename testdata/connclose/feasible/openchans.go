package feasible

import (
	"net"
)

// retrier is told by a channel to dial again, or to stop.
type retrier struct {
	addr  string
	again chan bool
}

func newRetrier(addr string) *retrier { return &retrier{addr: addr, again: make(chan bool, 1)} }

func (r *retrier) stop()  { r.again <- false }
func (r *retrier) retry() { r.again <- true }

// goodRetrier: nobody closes the channel, so the loop ends by its break.
func (r *retrier) goodRetrier() {
	conn, _ := net.Dial("tcp", r.addr)
	for again := range r.again {
		if conn != nil {
			conn.Close()
		}
		if !again {
			break
		}
		conn, _ = net.Dial("tcp", r.addr)
	}
}

// goodReceiver asks itself whether the channel is closed.
func (r *retrier) goodReceiver() error {
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		return err
	}
	if _, ok := <-r.again; !ok {
		return nil
	}
	return conn.Close()
}

// closer closes its channel.
type closer struct {
	addr  string
	again chan bool
}

func newCloser(addr string) *closer { return &closer{addr: addr, again: make(chan bool, 1)} }

func (c *closer) stop() { close(c.again) }

func (c *closer) badCloser() {
	conn, err := net.Dial("tcp", c.addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return
	}
	for again := range c.again {
		conn.Close()
		if !again {
			return
		}
		return
	}
}

// giver gives its channel to others, and takes it from others.
type giver struct {
	addr        string
	given, from chan bool
}

func newGiver(addr string, from chan bool, tell func(chan bool)) *giver {
	g := &giver{addr: addr, given: make(chan bool), from: from}
	tell(g.given)
	return g
}

func (g *giver) badGiven() error {
	conn, err := net.Dial("tcp", g.addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return err
	}
	if _, ok := <-g.given; !ok {
		return nil
	}
	return conn.Close()
}

func (g *giver) badFrom() error {
	conn, err := net.Dial("tcp", g.addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return err
	}
	if _, ok := <-g.from; !ok {
		return nil
	}
	return conn.Close()
}

// A producer closes what a consumer reads.
type producer struct{ out chan bool }

type consumer struct {
	addr string
	in   chan bool
}

func newPipeline(addr string) (*producer, *consumer) {
	ch := make(chan bool)
	return &producer{out: ch}, &consumer{addr: addr, in: ch}
}

func (p *producer) stop() { close(p.out) }

func (c *consumer) badConsumer() error {
	conn, err := net.Dial("tcp", c.addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return err
	}
	if _, ok := <-c.in; !ok {
		return nil
	}
	return conn.Close()
}

// A Feed shows its channel to other packages.
type Feed struct{ Out chan bool }

type follower struct {
	addr string
	in   chan bool
}

func newFeed(addr string) (*Feed, *follower) {
	ch := make(chan bool)
	fo := &follower{addr: addr, in: ch}
	return &Feed{Out: ch}, fo
}

func (f *follower) badFollower() error {
	conn, err := net.Dial("tcp", f.addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return err
	}
	if _, ok := <-f.in; !ok {
		return nil
	}
	return conn.Close()
}
