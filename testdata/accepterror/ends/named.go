package ends

import (
	"context"
	"fmt"
	"log"
	"net"
)

// -- who is told by name which one has ended --

type ports interface {
	OnBegin(ctx context.Context, port uint32, addr string)
	OnEnd(ctx context.Context, port uint32, addr string)
}

type gauges interface {
	Down(name string)
	Set(name string, n int)
}

type textLog interface {
	Error(text string)
}

type forwarder struct {
	ports   ports
	gauges  gauges
	log     textLog
	onClose func(id int)
	id      int
	name    string
}

// goodNamed: the owner of the forwards is told which one has ended.
func (f *forwarder) goodNamed(ctx context.Context, port uint32) error {
	ln, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return err
	}
	bound := ln.Addr().String()
	go func() {
		f.ports.OnBegin(ctx, port, bound)
		defer f.ports.OnEnd(ctx, port, bound)
		defer ln.Close()
		for {
			c, err := ln.Accept()
			if err != nil {
				log.Print(err)
				break
			}
			go handle(c)
		}
	}()
	return nil
}

// goodNumber: a function value is given the number.
func (f *forwarder) goodNumber(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			f.onClose(f.id)
			return
		}
		go handle(c)
	}
}

// badGauge: a metric is nobody who acts.
func (f *forwarder) badGauge(ln net.Listener) {
	defer f.gauges.Down("listener")
	for {
		c, err := ln.Accept() // want `nobody is told`
		if err != nil {
			f.gauges.Set("listeners", 0)
			return
		}
		go handle(c)
	}
}

// badText: neither is a logger.
func (f *forwarder) badText(ln net.Listener) {
	for {
		c, err := ln.Accept() // want `nobody is told`
		if err != nil {
			f.log.Error(f.name + " stops")
			f.log.Error(fmt.Sprintf("accept on %v: %v", ln.Addr(), err))
			f.log.Error(err.Error())
			return
		}
		go handle(c)
	}
}
