package feasible

import (
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/hashicorp/yamux"
	"github.com/xtaci/smux"
)

type muxConfig struct {
	version int
	timeout time.Duration
	name    string
}

func defaultMuxConfig() *muxConfig { return &muxConfig{version: 1, timeout: time.Second} }

func (c *muxConfig) verify() error {
	if c.version != 1 && c.version != 2 {
		return errors.New("no such version")
	}
	if c.timeout <= 0 {
		return fmt.Errorf("timeout of %v", c.timeout)
	}
	return nil
}

type mux struct {
	conn net.Conn
	cfg  *muxConfig
}

func errorf(text string) error { return fmt.Errorf("mux: %s", text) }

// newMux fails by its configuration only.
func newMux(conn net.Conn, cfg *muxConfig) (*mux, error) {
	if conn == nil {
		return nil, errorf("no connection")
	}
	if cfg == nil {
		cfg = defaultMuxConfig()
	}
	if err := cfg.verify(); err != nil {
		return nil, err
	}
	return &mux{conn, cfg}, nil
}

// newPeerMux fails by what the peer says, too.
func newPeerMux(conn net.Conn, cfg *muxConfig) (*mux, error) {
	if err := cfg.verify(); err != nil {
		return nil, err
	}
	if conn.RemoteAddr().String() == cfg.name {
		return nil, errors.New("that is us")
	}
	return &mux{conn, cfg}, nil
}

// goodNoConfig: the default one is right.
func goodNoConfig(addr string) (*mux, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return newMux(conn, nil)
}

// goodDefaultConfig: with a constant changed.
func goodDefaultConfig(addr string) (*mux, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	cfg := defaultMuxConfig()
	cfg.version = 2
	m, err := newMux(conn, cfg)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// goodWrittenConfig: written out.
func goodWrittenConfig(addr string) (*mux, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return newMux(conn, &muxConfig{version: 1, timeout: time.Minute})
}

// badUsersConfig: what the user wrote may be wrong.
func badUsersConfig(addr string, timeout time.Duration) (*mux, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when newMux fails"
	if err != nil {
		return nil, err
	}
	return newMux(conn, &muxConfig{version: 1, timeout: timeout})
}

// badPeerDecides: the default does not help.
func badPeerDecides(addr string) (*mux, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when newPeerMux fails"
	if err != nil {
		return nil, err
	}
	return newPeerMux(conn, defaultMuxConfig())
}

// goodYamuxDefault, a row of the model.
func goodYamuxDefault(addr string, size uint32) (*yamux.Session, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	cfg := yamux.DefaultConfig()
	cfg.EnableKeepAlive = false
	return yamux.Client(conn, cfg)
}

// badYamuxWindow: the size comes from elsewhere.
func badYamuxWindow(addr string, size uint32) (*yamux.Session, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when yamux.Client fails"
	if err != nil {
		return nil, err
	}
	cfg := yamux.DefaultConfig()
	cfg.MaxStreamWindowSize = size
	return yamux.Client(conn, cfg)
}

// goodSmuxNil: nil is the default one.
func goodSmuxNil(conn net.Conn) (*smux.Session, error) {
	s, err := smux.Server(conn, nil)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// goodAddressSplit: what was dialled, and what a net.Addr says, has a port.
func goodAddressSplit(addr string) (net.Conn, string, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, "", err
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, "", err
	}
	local, _, err := net.SplitHostPort(conn.LocalAddr().String())
	if err != nil {
		return nil, "", err
	}
	return conn, host + local, nil
}

// badOtherSplit: another string may be anything.
func badOtherSplit(addr, via string) (net.Conn, string, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when net.SplitHostPort fails"
	if err != nil {
		return nil, "", err
	}
	host, _, err := net.SplitHostPort(via)
	if err != nil {
		return nil, "", err
	}
	return conn, host, nil
}

// tree hands out what it has, which may be nothing.
type tree struct{ next map[string]*tree }

func (t *tree) find(name string, conn net.Conn) *tree {
	if n, ok := t.next[name]; ok {
		return n
	}
	n := &tree{}
	t.next[name] = n
	keepConn(conn)
	return n
}

var keptConns = map[net.Conn]bool{}

func keepConn(c net.Conn) { keptConns[c] = true }

// goodFound: that find may give nil does not say that it fails.
func goodFound(t *tree, addr string) *tree {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil
	}
	return t.find("x", conn)
}

// goodCapturedSplit: a literal captures the address.
func goodCapturedSplit(addr string, within func(func() error) error) (net.Conn, string, error) {
	var conn net.Conn
	var err error
	if within != nil {
		err = within(func() error { return checkAddr(addr) })
	}
	if err == nil {
		conn, err = net.Dial("tcp", addr)
	}
	if err != nil {
		return nil, "", err
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, "", err
	}
	return conn, host, nil
}

func checkAddr(addr string) error {
	_, err := net.ResolveTCPAddr("tcp", addr)
	return err
}

type target struct{ addr string }

// goodFieldDialled: a field that was dialled has a port.
func (t *target) goodFieldDialled() (net.Conn, string, error) {
	conn, err := net.Dial("tcp", t.addr)
	if err != nil {
		return nil, "", err
	}
	host, _, err := net.SplitHostPort(t.addr)
	if err != nil {
		return nil, "", err
	}
	return conn, host, nil
}

// badFieldMoved: it is another address by now.
func (t *target) badFieldMoved(addr string) (net.Conn, string, error) {
	conn, err := net.Dial("tcp", t.addr) // want "conn from net.Dial is not closed when net.SplitHostPort fails"
	if err != nil {
		return nil, "", err
	}
	t.addr = addr
	host, _, err := net.SplitHostPort(t.addr)
	if err != nil {
		return nil, "", err
	}
	return conn, host, nil
}
