// Command services starts services, and stops them when it is told to end.
package main

import (
	"context"
	"log"
	"net"
	"os"
	"os/signal"
	"sync"
	"time"
)

// collector receives until it is told to stop.
type collector struct {
	addr string
	stop bool
}

// goodRun is stopped at the end of the process.
func (c *collector) goodRun() {
	conn, err := net.ListenPacket("udp", c.addr)
	if err != nil {
		log.Fatal(err)
	}
	buf := make([]byte, 1500)
	for !c.stop {
		_ = conn.SetReadDeadline(time.Now().Add(time.Second))
		if _, _, err := conn.ReadFrom(buf); err != nil {
			continue
		}
	}
	log.Print("stopped")
}

// badRefuses ends when the peer misbehaves, and the process goes on.
func (c *collector) badRefuses() {
	conn, err := net.ListenPacket("udp", c.addr) // want "conn from net.ListenPacket is never closed"
	if err != nil {
		log.Fatal(err)
	}
	buf := make([]byte, 1500)
	for {
		if _, _, err := conn.ReadFrom(buf); err != nil {
			return
		}
	}
}

// goodUntilDone stops with its context.
func goodUntilDone(ctx context.Context) error {
	ln, err := net.Listen("tcp", ":7010")
	if err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		default:
		}
		conn, err := ln.Accept()
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		conn.Close()
	}
}

// badPerTick is started again and again.
func badPerTick(quit <-chan struct{}) {
	conn, err := net.ListenPacket("udp", ":0") // want "conn from net.ListenPacket is never closed"
	if err != nil {
		return
	}
	buf := make([]byte, 1500)
	for {
		select {
		case <-quit:
			return
		default:
		}
		_ = conn.SetReadDeadline(time.Now().Add(time.Second))
		_, _, _ = conn.ReadFrom(buf)
	}
}

// goodDials is a client that is stopped at the end of the process.
func goodDials(ctx context.Context) {
	conn, err := net.Dial("tcp", ":7011")
	if err != nil {
		return
	}
	for ctx.Err() == nil {
		_, _ = conn.Write([]byte("hello"))
	}
}

// badGreets goes round only before it dials.
func badGreets() {
	for i := range 3 {
		log.Print(i)
	}
	conn, err := net.Dial("tcp", ":7013") // want "conn from net.Dial is never closed"
	if err != nil {
		return
	}
	_, _ = conn.Write([]byte("hello"))
}

// goodAccepts loses what it accepts when it is told to stop, at the end of the process.
func goodAccepts(done <-chan struct{}) {
	ln, err := net.Listen("tcp", ":7014")
	if err != nil {
		log.Fatal(err)
	}
	for {
		conn, err := ln.Accept()
		select {
		case <-done:
			return
		default:
		}
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		conn.Close()
	}
}

// badAccepts loses what it accepts when that says nothing, and goes on.
func badAccepts(done <-chan struct{}) {
	ln, err := net.Listen("tcp", ":7015")
	if err != nil {
		log.Fatal(err)
	}
	for {
		conn, err := ln.Accept() // want "conn from .* is not closed before the next iteration when .*Read fails"
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		select {
		case <-done:
			return
		default:
		}
		if _, err := conn.Read(make([]byte, 1)); err != nil {
			continue
		}
		conn.Close()
	}
}

// service is what is started.
type service interface{ start() }

type goodUDP struct{ done chan struct{} }

func (g *goodUDP) start() {
	conn, err := net.ListenPacket("udp", ":7012")
	if err != nil {
		return
	}
	buf := make([]byte, 1500)
	for {
		select {
		case <-g.done:
			return
		default:
		}
		_ = conn.SetReadDeadline(time.Now().Add(time.Second))
		_, _, _ = conn.ReadFrom(buf)
	}
}

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	var wg sync.WaitGroup
	c := &collector{addr: ":7009"}
	wg.Add(1)
	go func() {
		defer wg.Done()
		c.goodRun()
	}()
	go (&collector{addr: ":7008"}).badRefuses()
	go goodUntilDone(ctx)
	go goodDials(ctx)
	go badGreets()
	go goodAccepts(ctx.Done())
	go badAccepts(ctx.Done())
	for _, s := range []service{&goodUDP{make(chan struct{})}} {
		go func() { s.start() }()
	}
	go func() {
		for range time.Tick(time.Minute) {
			go badPerTick(ctx.Done())
		}
	}()
	<-ctx.Done()
	c.stop = true
	wg.Wait()
}
