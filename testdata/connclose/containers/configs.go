package containers

import (
	"errors"
	"net"
)

// An endpoint is one of a configuration.
type endpoint struct {
	name string
	ln   net.Listener
}

type config struct {
	name      string
	endpoints []endpoint
}

// A multi serves all its endpoints.
type multi struct{ config config }

func newMulti(c config) (*multi, error) {
	if c.name == "" {
		return nil, errors.New("no name")
	}
	for _, e := range c.endpoints {
		if e.name == "" {
			return nil, errors.New("endpoint without a name")
		}
	}
	m := &multi{config: c}
	for _, e := range c.endpoints {
		go m.serve(e)
	}
	return m, nil
}

func (m *multi) serve(e endpoint) {
	for {
		conn, err := e.ln.Accept()
		if err != nil {
			return
		}
		conn.Close()
	}
}

func (m *multi) Close() error {
	for _, e := range m.config.endpoints {
		e.ln.Close()
	}
	return nil
}

// goodConfig hands the listener over in a configuration for each endpoint.
func goodConfig(addr string) (*multi, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	m, err := newMulti(config{name: addr, endpoints: []endpoint{{name: addr, ln: ln}}})
	if err != nil {
		ln.Close()
		return nil, err
	}
	return m, nil
}

// badConfig: the configuration may be wrong.
func badConfig(addr, name string) (*multi, error) {
	ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is not closed when newMulti fails"
	if err != nil {
		return nil, err
	}
	return newMulti(config{name: name, endpoints: []endpoint{{name: addr, ln: ln}}})
}
