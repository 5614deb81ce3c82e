package feasible

import "net"

// settings are what an application is configured with.
type settings struct{ Addr, TLS string }

type application struct{ settings settings }

func (a *application) serve(ln net.Listener) {
	defer ln.Close()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		conn.Close()
	}
}

// goodSameSetting listens where the setting says so, and serves where the same
// setting says so.
func goodSameSetting(s settings) (*application, error) {
	a := &application{s}
	var plain, secure net.Listener
	var err error
	if s.Addr != "" {
		plain, err = net.Listen("tcp", a.settings.Addr)
		if err != nil {
			return nil, err
		}
	}
	if s.TLS != "" {
		secure, err = net.Listen("tcp", a.settings.TLS)
		if err != nil {
			if plain != nil {
				plain.Close()
			}
			return nil, err
		}
	}
	if s.Addr != "" {
		go a.serve(plain)
	}
	if s.TLS != "" {
		go a.serve(secure)
	}
	return a, nil
}

// goodSameField: the setting is in a field of the receiver.
func (a *application) goodSameField() error {
	var ln net.Listener
	var err error
	if a.settings.Addr != "" {
		if ln, err = net.Listen("tcp", a.settings.Addr); err != nil {
			return err
		}
	}
	if a.settings.Addr != "" {
		go a.serve(ln)
	}
	return nil
}

// badOtherSetting asks for another one.
func (a *application) badOtherSetting() error {
	var ln net.Listener
	var err error
	if a.settings.Addr != "" {
		if ln, err = net.Listen("tcp", a.settings.Addr); err != nil { // want "ln from net.Listen is not closed on every path"
			return err
		}
	}
	if a.settings.TLS != "" {
		go a.serve(ln)
	}
	return nil
}

// badAssigned: the setting is another one by then.
func (a *application) badAssigned() error {
	var ln net.Listener
	var err error
	if a.settings.Addr != "" {
		if ln, err = net.Listen("tcp", a.settings.Addr); err != nil { // want "ln from net.Listen is not closed on every path"
			return err
		}
	}
	a.settings.Addr = a.settings.TLS
	if a.settings.Addr != "" {
		go a.serve(ln)
	}
	return nil
}
