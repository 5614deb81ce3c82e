package integration

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/sockvet/sockvet/integration/certs"
	"github.com/sockvet/sockvet/integration/client"
	"github.com/sockvet/sockvet/integration/cot"
	"github.com/sockvet/sockvet/integration/tak"
	"github.com/sockvet/sockvet/integration/tak/fixed"
)

// testLimit bounds what should take milliseconds, on a machine that may have much else to do.
const testLimit = time.Minute

// authority has the certificates of one test.
type authority struct {
	*certs.Authority
	t *testing.T
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	ca, err := certs.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	return authority{ca, t}
}

func (a authority) serverTLS() *tls.Config {
	a.t.Helper()
	pair, err := a.Server()
	if err != nil {
		a.t.Fatal(err)
	}
	conf, err := certs.ServerTLS(pair, a.PEM())
	if err != nil {
		a.t.Fatal(err)
	}
	return conf
}

// clientTLS is for a client called name that trusts the server of trust.
func (a authority) clientTLS(name string, trust authority) *tls.Config {
	a.t.Helper()
	pair, err := a.Client(name)
	if err != nil {
		a.t.Fatal(err)
	}
	conf, err := certs.ClientTLS(pair, trust.PEM())
	if err != nil {
		a.t.Fatal(err)
	}
	return conf
}

// serveFixed runs the fixed server in this process, where a goroutine it leaves behind is found.
func serveFixed(t *testing.T, ca authority) (s *fixed.Server, stop func() error) {
	t.Helper()
	s, err := fixed.Listen(tak.Config{Addr: "127.0.0.1:0", TLS: ca.serverTLS(), HandshakeTimeout: testLimit})
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve() }()
	stopped := false
	stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		return errors.Join(s.Close(), <-served)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return s, stop
}

func limited(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testLimit)
	t.Cleanup(cancel)
	return ctx
}

// join connects a client that the server is known to have in its registry.
func join(ctx context.Context, t *testing.T, s tak.Server, conf *tls.Config, uid string) *client.Client {
	t.Helper()
	c, err := client.Dial(ctx, s.Addr().String(), conf, uid)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.Ping(ctx); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFanOut(t *testing.T) {
	t.Parallel()
	ca, ctx := newAuthority(t), limited(t)
	s, _ := serveFixed(t, ca)
	alpha := join(ctx, t, s, ca.clientTLS("ALPHA", ca), "ALPHA")
	receivers := []*client.Client{
		join(ctx, t, s, ca.clientTLS("BRAVO", ca), "BRAVO"),
		join(ctx, t, s, ca.clientTLS("CHARLIE", ca), "CHARLIE/tablet"),
	}
	ev := cot.New("ALPHA", "b-m-p-s-m", time.Now())
	ev.Detail = &cot.Detail{Inner: []byte("<remarks>here</remarks>")}
	if err := alpha.SendEvent(ctx, ev); err != nil {
		t.Fatal(err)
	}
	for _, r := range receivers {
		if got := nextOf(ctx, t, r, ev.Type); got.UID != "ALPHA" || string(got.Detail.Inner) != "<remarks>here</remarks>" {
			t.Errorf("received %+v", got)
		}
	}
	// What it sent does not come back: the next that the sender gets is the answer to its ping.
	if err := alpha.Send(ctx, cot.TypePing); err != nil {
		t.Fatal(err)
	}
	for {
		ev, err := alpha.Next(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if ev.UID == "ALPHA" && ev.Type != cot.TypePong {
			t.Errorf("the sender got its own %+v", ev)
		}
		if ev.Type == cot.TypePong {
			break
		}
	}
}

// nextOf passes over other events, such as those by which clients make themselves known.
func nextOf(ctx context.Context, t *testing.T, c *client.Client, typ string) cot.Event {
	t.Helper()
	for {
		ev, err := c.Next(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if ev.Type == typ {
			return ev
		}
	}
}

func TestTurnedAway(t *testing.T) {
	t.Parallel()
	ca, ctx := newAuthority(t), limited(t)
	s, _ := serveFixed(t, ca)
	other := newAuthority(t)
	anonymous := ca.clientTLS("ALPHA", ca)
	anonymous.Certificates = nil
	for name, who := range map[string]struct {
		conf *tls.Config
		uid  string
	}{
		"no certificate":        {anonymous, "ALPHA"},
		"another's authority":   {other.clientTLS("ALPHA", ca), "ALPHA"},
		"another's uid":         {ca.clientTLS("ALPHA", ca), "BRAVO"},
		"a longer name":         {ca.clientTLS("ALPHA", ca), "ALPHABET"},
		"an event without type": {ca.clientTLS("ALPHA", ca), ""},
	} {
		t.Run(name, func(t *testing.T) {
			before := s.Stats()
			if err := client.Served(ctx, s.Addr().String(), who.conf, who.uid); err == nil {
				t.Error("the client was served")
			}
			for s.Stats().Rejected != before.Rejected+1 {
				if ctx.Err() != nil {
					t.Fatalf("counters %+v, before %+v", s.Stats(), before)
				}
				time.Sleep(time.Millisecond)
			}
			if s.Stats().Joined != before.Joined {
				t.Error("the client was let in")
			}
		})
	}
}

func TestCloseDeliversWhatIsQueued(t *testing.T) {
	t.Parallel()
	const events = 20
	ca, ctx := newAuthority(t), limited(t)
	s, stop := serveFixed(t, ca)
	alpha := join(ctx, t, s, ca.clientTLS("ALPHA", ca), "ALPHA")
	bravo := join(ctx, t, s, ca.clientTLS("BRAVO", ca), "BRAVO")
	for range events {
		if err := alpha.Send(ctx, "b-t-f"); err != nil {
			t.Fatal(err)
		}
	}
	if err := alpha.Ping(ctx); err != nil { // now the server has relayed them all
		t.Fatal(err)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	for range events {
		nextOf(ctx, t, bravo, "b-t-f")
	}
	if _, err := bravo.Next(ctx); !errors.Is(err, io.EOF) {
		t.Errorf("after the last event: %v, want io.EOF", err)
	}
	if _, err := client.Dial(ctx, s.Addr().String(), ca.clientTLS("ALPHA", ca), "ALPHA"); err == nil {
		t.Error("a closed server accepts")
	}
}

func TestCloseCutsOffHandshakesAndStrangers(t *testing.T) {
	t.Parallel()
	ca, ctx := newAuthority(t), limited(t)
	s, stop := serveFixed(t, ca)
	silent, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	// One that has shaken hands and does not say who it is.
	stranger, err := tls.Dial("tcp", s.Addr().String(), ca.clientTLS("ALPHA", ca))
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	for s.Stats().Accepted < 2 {
		if ctx.Err() != nil {
			t.Fatal("the clients were not accepted")
		}
		time.Sleep(time.Millisecond)
	}
	began := time.Now()
	if err := stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > testLimit/2 {
		t.Errorf("Close took %v, as if it waited for the handshake's timeout", took)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closed again: %v", err)
	}
}
