package closures

import "net"

// prober sends probes over its socket.
type prober struct{ conn net.PacketConn }

func (p *prober) Probe(to net.Addr) error {
	_, err := p.conn.WriteTo(nil, to)
	return err
}

func (p *prober) Ping(to net.Addr) error {
	_, err := p.conn.WriteTo([]byte("ping"), to)
	return err
}

// client is what the probes are made with.
type client struct{ probe func(net.Addr) error }

// goodMethodValueCaptured: the client's function leads to the socket by way of the
// method value that it captures.
func goodMethodValueCaptured(ping bool) (*client, error) {
	conn, err := net.ListenPacket("udp", ":0")
	if err != nil {
		return nil, err
	}
	p := &prober{conn: conn}
	probe := p.Probe
	if ping {
		probe = p.Ping
	}
	return &client{probe: func(to net.Addr) error { return probe(to) }}, nil
}

// goodMethodValueSent: so when somebody else gets the function.
func goodMethodValueSent(clients chan<- *client) error {
	conn, err := net.ListenPacket("udp", ":0")
	if err != nil {
		return err
	}
	p := &prober{conn: conn}
	probe := p.Probe
	clients <- &client{probe: func(to net.Addr) error { return probe(to) }}
	return nil
}

// badMethodValueCaptured: it goes nowhere.
func badMethodValueCaptured(to net.Addr) error {
	conn, err := net.ListenPacket("udp", ":0") // want "conn from net.ListenPacket is never closed"
	if err != nil {
		return err
	}
	p := &prober{conn: conn}
	probe := p.Probe
	c := &client{probe: func(to net.Addr) error { return probe(to) }}
	return c.probe(to)
}
