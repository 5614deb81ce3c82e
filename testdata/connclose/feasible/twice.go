package feasible

import (
	"context"
	"flag"
	"net"
	"os"
	"strings"
	"time"
)

// endpoint is where a server listens.
type endpoint struct {
	network, addr string
	backlog       int
	peers         []string
	tls           *settings
	hosts         map[string]string
}

func (e *endpoint) isUnix() bool { return strings.HasPrefix(e.network, "unix") }

func isUnixNetwork(network string) bool {
	switch network {
	case "unix", "unixpacket":
		return true
	}
	return false
}

// next gives another answer each time.
func (e *endpoint) next() bool {
	e.backlog++
	return e.backlog > 3
}

// goodSamePrefix makes a listener for streams and closes it for streams.
func goodSamePrefix(network, addr string, work func()) error {
	var ln net.Listener
	var err error
	if strings.HasPrefix(network, "tcp") || strings.HasPrefix(network, "unix") {
		if ln, err = net.Listen(network, addr); err != nil {
			return err
		}
	}
	work()
	if strings.HasPrefix(network, "tcp") || strings.HasPrefix(network, "unix") {
		return ln.Close()
	}
	return nil
}

// goodOtherPrefix: what begins with ip does not begin with unix.
func goodOtherPrefix(ctx context.Context, network, addr string) (any, error) {
	var ln any
	var err error
	var lc net.ListenConfig
	if strings.HasPrefix(network, "ip") {
		ln, err = lc.ListenPacket(ctx, network, addr)
	} else {
		ln, err = lc.Listen(ctx, network, addr)
	}
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(network, "unix") {
		if err := os.Chmod(addr, 0o600); err != nil {
			ln.(net.Listener).Close()
			return nil, err
		}
	}
	return ln, nil
}

func isStream(network string) bool { return strings.HasPrefix(network, "tcp") }

func isUnix(network string) bool { return strings.HasPrefix(network, "unix") }

// goodNamedPrefix asks functions for it.
func (e *endpoint) goodNamedPrefix(work func()) error {
	var ln net.Listener
	var err error
	if isStream(e.network) {
		if ln, err = net.Listen(e.network, e.addr); err != nil {
			return err
		}
	}
	work()
	if isUnix(e.network) {
		if err := os.Chmod(e.addr, 0o600); err != nil {
			return err
		}
	}
	if isStream(e.network) {
		return ln.Close()
	}
	return nil
}

// badLongerPrefix: what begins with udp may be udp4.
func badLongerPrefix(network, addr string, work func()) error {
	var c net.PacketConn
	var err error
	if strings.HasPrefix(network, "udp") {
		if c, err = net.ListenPacket(network, addr); err != nil { // want "c from net.ListenPacket is not closed on every path"
			return err
		}
	}
	work()
	if strings.HasPrefix(network, "udp4") {
		return c.Close()
	}
	return nil
}

// goodShorterPrefix: what begins with udp4 begins with udp.
func goodShorterPrefix(network, addr string, work func()) error {
	var c net.PacketConn
	var err error
	if strings.HasPrefix(network, "udp4") {
		if c, err = net.ListenPacket(network, addr); err != nil {
			return err
		}
	}
	work()
	if strings.HasPrefix(network, "udp") {
		return c.Close()
	}
	return nil
}

// goodPrefixOfEqual: it is known what it is.
func goodPrefixOfEqual(network, addr string, work func()) error {
	var c net.Listener
	var err error
	if network == "unixpacket" {
		if c, err = net.Listen(network, addr); err != nil {
			return err
		}
	}
	work()
	if strings.HasPrefix(network, "unix") {
		return c.Close()
	}
	return nil
}

// badPrefixOfOther is another text.
func badPrefixOfOther(network, other, addr string, work func()) error {
	var c net.Listener
	var err error
	if strings.HasPrefix(network, "tcp") {
		if c, err = net.Listen(network, addr); err != nil { // want "c from net.Listen is not closed on every path"
			return err
		}
	}
	work()
	if strings.HasPrefix(other, "tcp") {
		return c.Close()
	}
	return nil
}

// goodSameMethod asks a method that only reads.
func (e *endpoint) goodSameMethod(work func()) error {
	var ln net.Listener
	var err error
	if e.isUnix() {
		if ln, err = net.Listen(e.network, e.addr); err != nil {
			return err
		}
	}
	work()
	if !e.isUnix() {
		return nil
	}
	return ln.Close()
}

// badNext asks one that does more.
func (e *endpoint) badNext(work func()) error {
	var ln net.Listener
	var err error
	if e.next() {
		if ln, err = net.Listen(e.network, e.addr); err != nil { // want "ln from net.Listen is not closed on every path"
			return err
		}
	}
	work()
	if e.next() {
		return ln.Close()
	}
	return nil
}

// goodSameFunction asks a function about a field.
func (e *endpoint) goodSameFunction(work func()) error {
	var ln net.Listener
	var err error
	if isUnixNetwork(e.network) {
		if ln, err = net.Listen(e.network, e.addr); err != nil {
			return err
		}
	}
	work()
	if isUnixNetwork(e.network) {
		return ln.Close()
	}
	return nil
}

// goodSameSize asks how many there are, in three ways.
func (e *endpoint) goodSameSize(peers []string, work func()) error {
	var a, b, c net.Conn
	var err error
	if len(peers) > 0 {
		if a, err = net.Dial("tcp", peers[0]); err != nil {
			return err
		}
	}
	work()
	if len(peers) != 0 {
		a.Close()
	}
	if e.backlog > 100 {
		if b, err = net.Dial("tcp", e.addr); err != nil {
			return err
		}
	}
	work()
	if e.backlog <= 100 {
		return nil
	}
	b.Close()
	if e.tls != nil {
		if c, err = net.Dial("tcp", e.addr); err != nil {
			return err
		}
	}
	work()
	if e.tls != nil {
		c.Close()
	}
	return nil
}

// badOtherSize: more than one is not more than none.
func badOtherSize(peers []string, work func()) error {
	var a net.Conn
	var err error
	if len(peers) > 0 {
		if a, err = net.Dial("tcp", peers[0]); err != nil { // want "a from net.Dial is not closed on every path"
			return err
		}
	}
	work()
	if len(peers) > 1 {
		a.Close()
	}
	return nil
}

// badSizeChanged: the variable is another one by then.
func badSizeChanged(peers []string, work func([]string) []string) error {
	var a net.Conn
	var err error
	if len(peers) > 0 {
		if a, err = net.Dial("tcp", peers[0]); err != nil { // want "a from net.Dial is not closed on every path"
			return err
		}
	}
	peers = work(peers)
	if len(peers) > 0 {
		a.Close()
	}
	return nil
}

var (
	publicAddr string
	verbose    bool
	adminAddr  = flag.String("admin", "", "where to administrate")
	maxBacklog int
)

// goodGlobals asks variables of the package, and flags.
func goodGlobals(work func()) error {
	var a, b, c net.Listener
	var err error
	if publicAddr != "" && verbose {
		if a, err = net.Listen("tcp", publicAddr); err != nil {
			return err
		}
	}
	work()
	if publicAddr != "" && verbose {
		a.Close()
	}
	if *adminAddr != "" {
		if b, err = net.Listen("tcp", *adminAddr); err != nil {
			return err
		}
	}
	work()
	if *adminAddr != "" {
		b.Close()
	}
	if os.Getenv("DEBUG_ADDR") != "" {
		if c, err = net.Listen("tcp", os.Getenv("DEBUG_ADDR")); err != nil {
			return err
		}
	}
	work()
	if os.Getenv("DEBUG_ADDR") != "" {
		c.Close()
	}
	return nil
}

// badGlobalAssigned assigns it in between.
func badGlobalAssigned(work func()) error {
	var a net.Listener
	var err error
	if verbose {
		if a, err = net.Listen("tcp", publicAddr); err != nil { // want "a from net.Listen is not closed on every path"
			return err
		}
	}
	work()
	verbose = maxBacklog > 5
	if verbose {
		a.Close()
	}
	return nil
}

// goodTwoValues compares the same two.
func goodTwoValues(e, f *endpoint, since, until time.Duration, work func()) error {
	var a, b net.Listener
	var err error
	if e.network == f.network {
		if a, err = net.Listen("tcp", e.addr); err != nil {
			return err
		}
	}
	work()
	if e.network == f.network {
		a.Close()
	}
	if since < until {
		if b, err = net.Listen("tcp", e.addr); err != nil {
			return err
		}
	}
	work()
	if since >= until {
		return nil
	}
	return b.Close()
}

// badClock asks the clock, which goes on.
func badClock(until time.Time, addr string, work func()) error {
	var a net.Listener
	var err error
	if time.Now().Before(until) {
		if a, err = net.Listen("tcp", addr); err != nil { // want "a from net.Listen is not closed on every path"
			return err
		}
	}
	work()
	if time.Now().Before(until) {
		a.Close()
	}
	return nil
}

// goodInMap looks the same thing up.
func (e *endpoint) goodInMap(work func()) error {
	var a net.Listener
	var err error
	if _, ok := e.hosts["admin"]; ok {
		if a, err = net.Listen("tcp", e.addr); err != nil {
			return err
		}
	}
	work()
	if host, ok := e.hosts["admin"]; ok && host != "" {
		return a.Close()
	} else if ok {
		return a.Close()
	}
	return nil
}

// badInMap puts it in.
func (e *endpoint) badInMap(work func()) error {
	var a net.Listener
	var err error
	if _, ok := e.hosts["admin"]; !ok {
		if a, err = net.Listen("tcp", e.addr); err != nil { // want "a from net.Listen is not closed on every path"
			return err
		}
		e.hosts["admin"] = e.addr
	}
	work()
	if _, ok := e.hosts["admin"]; !ok {
		return a.Close()
	}
	return nil
}

// badEachRound asks what comes from outside, each round again.
func badEachRound(requests <-chan *endpoint) {
	var a net.Listener
	var err error
	for e := range requests {
		if e.backlog > 3 {
			if a, err = net.Listen("tcp", e.addr); err != nil { // want "a from net.Listen is not closed on every path"
				continue
			}
		}
		if e := <-requests; e.backlog > 3 {
			a.Close()
		}
	}
}
