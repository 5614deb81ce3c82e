// Command command starts servers: what they listen on lives as long as the
// process.
package main

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"os"

	"golang.org/x/sync/errgroup"
)

var exitCode int

// main runs the server in a group, and waits for it.
func main() {
	defer func() { os.Exit(exitCode) }()
	g, ctx := errgroup.WithContext(context.Background())
	g.Go(func() error {
		return run(ctx, g)
	})
	g.Go(func() error {
		<-ctx.Done()
		return errors.New("stopped")
	})
	go metrics()
	goodEach([]string{":7003", ":7004"})
	goodRaw()
	go badRetries(":7005")
	http.HandleFunc("/more", func(http.ResponseWriter, *http.Request) {
		badPerRequest()
	})
	if err := badEarly(g); err != nil {
		log.Print(err)
	}
	for range 2 {
		badTwice()
	}
	if err := g.Wait(); err != nil {
		exitCode = 1
	}
}

// run serves until the group's context is done.
func run(ctx context.Context, g *errgroup.Group) error {
	ln, err := net.Listen("tcp", ":7000")
	if err != nil {
		return err
	}
	g.Go(func() error {
		for ctx.Err() == nil {
			conn, err := ln.Accept()
			if err != nil {
				log.Print(err)
				continue
			}
			conn.Close()
		}
		return nil
	})
	if os.Getenv("DEBUG") == "" {
		return nil
	}
	return debug(g)
}

// debug is part of run.
func debug(g *errgroup.Group) error {
	pc, err := net.ListenPacket("udp", ":7001")
	if err != nil {
		return err
	}
	g.Go(func() error {
		_, _, err := pc.ReadFrom(nil)
		return err
	})
	return nil
}

// metrics serves on a goroutine of its own.
func metrics() {
	ln, err := net.Listen("tcp", ":7002")
	if err != nil {
		return
	}
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
}

// badEarly fails before anybody serves the listener, and the process goes on.
func badEarly(g *errgroup.Group) error {
	ln, err := net.Listen("unix", "/run/command") // want `ln from net.Listen is not closed when os.Chmod fails`
	if err != nil {
		return err
	}
	if err := os.Chmod("/run/command", 0o600); err != nil {
		return err
	}
	g.Go(func() error {
		defer ln.Close()
		_, err := ln.Accept() // want `conn from .*Accept is never closed`
		return err
	})
	return nil
}

// badTwice runs more than once.
func badTwice() {
	ln, err := net.Listen("tcp", ":0") // want `ln from net.Listen is not closed when its goroutine returns \(leaks at line \d+ until a GC\)`
	if err != nil {
		return
	}
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
}

// badPerRequest runs for each request.
func badPerRequest() {
	pc, err := net.ListenPacket("udp", ":0") // want `pc from net.ListenPacket is not closed when its goroutine returns`
	if err != nil {
		return
	}
	go func() {
		buf := make([]byte, 1)
		for {
			if _, _, err := pc.ReadFrom(buf); err != nil {
				return
			}
		}
	}()
}

// goodEach serves each address of a list.
func goodEach(addrs []string) {
	for _, addr := range addrs {
		ln, err := net.Listen("tcp", addr)
		if err != nil {
			log.Fatal(err)
		}
		go func() {
			for {
				conn, err := ln.Accept()
				if err != nil {
					return
				}
				conn.Close()
			}
		}()
	}
}

// badRetries listens again and again.
func badRetries(addr string) {
	for {
		ln, err := net.Listen("tcp", addr) // want `ln from net.Listen is not closed when its goroutine returns`
		if err != nil {
			return
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}()
		<-done
	}
}
