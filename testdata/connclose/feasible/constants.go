package feasible

import "net"

// goodEither: network is not both.
func goodEither(network, addr string) (net.Conn, error) {
	var c net.Conn
	var err error
	if network == "tcp" {
		c, err = net.Dial("tcp", addr)
	}
	if network == "udp" {
		c, err = net.Dial("udp", addr)
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// goodBothOrNone: the second condition is the first one's contrary.
func goodBothOrNone(src, dst, addr string) (net.Conn, error) {
	var c net.Conn
	var err error
	if src == "" || dst == "" {
		c, err = net.Dial("tcp", addr)
	}
	if src != "" && dst != "" {
		c, err = net.Dial("udp", addr)
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// goodAskedTwice: dialled and closed under the same condition.
func goodAskedTwice(mode int, addr string, work func()) {
	var c net.Conn
	if mode == 100 {
		var err error
		if c, err = net.Dial("tcp", addr); err != nil {
			return
		}
	}
	work()
	if mode == 100 {
		c.Close()
	}
}

// badEither: both conditions may hold.
func badEither(network, name, addr string) (net.Conn, error) {
	var c net.Conn
	var err error
	if network == "tcp" {
		c, err = net.Dial("tcp", addr) // want "not closed"
	}
	if name == "udp" {
		c, err = net.Dial("udp", addr)
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// badTwoOrThree: 100 is closed, 200 is not.
func badTwoOrThree(mode int, addr string, work func()) {
	var c net.Conn
	if mode == 100 || mode == 200 {
		var err error
		if c, err = net.Dial("tcp", addr); err != nil { // want "not closed"
			return
		}
	}
	work()
	if mode == 100 {
		c.Close()
	}
}

// badOtherRound: each round has a mode of its own.
func badOtherRound(next func() string, addr string) {
	var c net.Conn
	for {
		mode := next()
		if mode == "open" {
			var err error
			if c, err = net.Dial("tcp", addr); err != nil { // want "not closed"
				return
			}
		}
		if mode == "close" && c != nil {
			c.Close()
			return
		}
	}
}
