// Package asked asks a configuration twice, and starts goroutines in between.
package asked

import (
	"context"
	"net"
	"net/http"
	"sync"
)

type config struct {
	health bool
	addr   string
	bind   string
}

// goodServe serves a second listener when the configuration says so: it is asked
// before and after goroutines that have the configuration, too.
func (c *config) goodServe(ctx context.Context, server *http.Server) (err error) {
	var wg sync.WaitGroup
	ch := make(chan error)
	var health net.Listener
	if c.health {
		health, err = net.Listen("tcp", c.addr)
		if err != nil {
			return err
		}
	}
	go func() {
		<-ctx.Done()
		server.Close()
	}()
	wg.Add(1)
	go func() {
		defer wg.Done()
		server.Addr = c.bind
		ch <- server.ListenAndServe()
	}()
	if c.health {
		go func() { ch <- server.Serve(health) }()
	}
	for err = range ch {
		if err != nil {
			return err
		}
	}
	return err
}

// badServe does not ask the same.
func (c *config) badServe(ctx context.Context, server *http.Server) (err error) {
	ch := make(chan error)
	var health net.Listener
	if c.health {
		health, err = net.Listen("tcp", c.addr) // want "health from net.Listen is not closed on every path"
		if err != nil {
			return err
		}
	}
	go func() { ch <- http.ListenAndServe(c.bind, nil) }()
	if c.bind != "" {
		go func() { ch <- server.Serve(health) }()
	}
	return <-ch
}
