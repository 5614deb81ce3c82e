package faults

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/sockvet/sockvet/integration/tidy"
)

func TestMain(m *testing.M) { os.Exit(tidy.Main(m)) }

// peer accepts one connection and returns it.
func peer(t *testing.T) (addr string, accept func() net.Conn) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	return ln.Addr().String(), func() net.Conn {
		t.Helper()
		c, err := ln.Accept()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		if err := c.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		return c
	}
}

func TestStalledSaysNothing(t *testing.T) {
	addr, accept := peer(t)
	h, err := Stalled(t.Context(), addr, 3)
	if err != nil || h.Len() != 3 {
		t.Fatalf("%v, %v", h, err)
	}
	c := accept()
	if err := h.Close(); err != nil || h.Len() != 0 {
		t.Errorf("%v, %d left", err, h.Len())
	}
	if b, err := io.ReadAll(c); err != nil || len(b) > 0 {
		t.Errorf("it said %q, then %v", b, err)
	}
}

func TestHalfHello(t *testing.T) {
	addr, accept := peer(t)
	conf := &tls.Config{ServerName: "localhost"}
	h, err := HalfHello(t.Context(), addr, 1, conf)
	if err != nil {
		t.Fatal(err)
	}
	c := accept()
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	// A handshake record, whose length is twice what was sent of it.
	if !bytes.HasPrefix(got, []byte{22, 3, 1}) || len(got) < 50 {
		t.Fatalf("it sent % x", got)
	}
	whole := 5 + int(got[3])<<8 + int(got[4])
	if len(got) != whole/2 {
		t.Errorf("it sent %d bytes of a hello of %d", len(got), whole)
	}
}

func TestHalfOpenCanStillBeWrittenTo(t *testing.T) {
	addr, accept := peer(t)
	h, err := HalfOpen(t.Context(), addr, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	c := accept()
	if _, err := c.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("reading: %v, want io.EOF", err)
	}
	if _, err := c.Write([]byte("x")); err != nil {
		t.Errorf("writing: %v", err)
	}
}

func TestGarbageIsNoHandshake(t *testing.T) {
	addr, accept := peer(t)
	h, err := Garbage(t.Context(), addr, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	var header tls.RecordHeaderError
	if err := tls.Server(accept(), new(tls.Config)).Handshake(); !errors.As(err, &header) {
		t.Errorf("the handshake ends with %v, want a tls.RecordHeaderError", err)
	}
}

func TestReset(t *testing.T) {
	addr, accept := peer(t)
	if err := Reset(t.Context(), addr, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := accept().Read(make([]byte, 1)); err == nil || err == io.EOF {
		t.Errorf("reading: %v, want a reset", err)
	}
}

func TestDripIsSlow(t *testing.T) {
	addr, accept := peer(t)
	const pause = 10 * time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Drip(ctx, addr, &tls.Config{ServerName: "localhost"}, pause) }()
	c := accept()
	began := time.Now()
	if _, err := io.ReadFull(c, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < 8*pause {
		t.Errorf("ten bytes came in %v", took)
	}
	cancel()
	if err := <-done; err == nil {
		t.Error("the handshake is said to have succeeded")
	}
}

func TestBurstCountsWhoGetsThrough(t *testing.T) {
	n := Burst(t.Context(), 10, func(_ context.Context, i int) error {
		if i%2 == 0 {
			return errors.New("no")
		}
		return nil
	})
	if n != 5 {
		t.Errorf("%d got through, want 5", n)
	}
}

func TestHerdFailsWhole(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Stalled(t.Context(), addr, 5); err == nil {
		t.Error("five clients are connected to nobody")
	}
}

func TestSource(t *testing.T) {
	if source(0) != nil || source(portsPerSource).String() != "127.0.0.3" {
		t.Errorf("sources %v and %v", source(0), source(portsPerSource))
	}
}
