package observe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sockvet/sockvet/integration/tidy"
)

func TestMain(m *testing.M) { os.Exit(tidy.Main(m)) }

// scene is a listener with waiting clients of which nobody accepts any.
func scene(t *testing.T, clients int) (*net.TCPListener, netip.AddrPort) {
	t.Helper()
	var lc net.ListenConfig
	lc.SetMultipathTCP(false)
	ln, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	for range clients {
		c, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
	}
	return ln.(*net.TCPListener), netip.MustParseAddrPort(ln.Addr().String())
}

// within polls until ok, or until it is clear that it will not be.
func within(t *testing.T, what string, ok func() bool) {
	t.Helper()
	const limit = time.Minute
	for deadline := time.Now().Add(limit); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", limit, what)
		}
	}
}

func TestQueueSeenFromBothSides(t *testing.T) {
	ln, at := scene(t, 3)
	within(t, "three waiting clients", func() bool {
		q, err := ListenQueue(at)
		return err == nil && q.Len == 3
	})
	outside, err := ListenQueue(at)
	if err != nil {
		t.Fatal(err)
	}
	inside, err := OwnQueue(ln)
	if err != nil {
		t.Fatal(err)
	}
	if outside != inside || inside.Len != 3 || inside.Max < 3 {
		t.Errorf("sock_diag says %+v, TCP_INFO %+v, want three waiting", outside, inside)
	}
}

func TestSourcesAgree(t *testing.T) {
	ln, at := scene(t, 2)
	conn, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	within(t, "a listener and two established connections", func() bool {
		st, err := States(at)
		return err == nil && st[Established] == 2
	})
	diag, err := diagSockets(at)
	if err != nil {
		t.Fatal(err)
	}
	proc, err := procSockets(at)
	if err != nil {
		t.Fatal(err)
	}
	if len(diag) != 3 {
		t.Errorf("sock_diag shows %d sockets, want a listener and two connections: %v", len(diag), diag)
	}
	for i := range diag {
		if diag[i].State == Listen {
			diag[i].WQueue = Unknown
		}
	}
	order := func(a, b Socket) int { return a.Remote.Compare(b.Remote) }
	slices.SortFunc(diag, order)
	slices.SortFunc(proc, order)
	if !slices.Equal(diag, proc) {
		t.Errorf("sock_diag %v\n/proc     %v", diag, proc)
	}
}

func TestStatesAfterPeerLeft(t *testing.T) {
	ln, at := scene(t, 0)
	c, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	within(t, "a socket in CLOSE-WAIT", func() bool {
		st, err := States(at)
		return err == nil && st[CloseWait] == 1 && len(st) == 1
	})
}

// TestOtherAddresses has a client whose port is that of the listener, at another address.
func TestOtherAddresses(t *testing.T) {
	ln, at := scene(t, 0)
	other := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.9"), at.Port())
	d := net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(other)}
	c, err := d.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for name, sockets := range map[string]func(netip.AddrPort) ([]Socket, error){"sock_diag": diagSockets, "/proc": procSockets} {
		got, err := sockets(other)
		if err != nil || len(got) != 1 || got[0].Remote != at {
			t.Errorf("%s: at %v are %v, %v; want the one client", name, other, got, err)
		}
		within(t, "the server's side", func() bool {
			got, err := sockets(at)
			return err == nil && len(got) == 2
		})
	}
}

func TestProcess(t *testing.T) {
	before, err := ReadProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if before.FDs < 3 || before.RSS < 1<<20 {
		t.Errorf("implausible: %+v", before)
	}
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	within(t, "processor time", func() bool {
		after, err := ReadProcess(os.Getpid())
		return err == nil && after.CPU > before.CPU && after.FDs > before.FDs
	})
}

func TestStarved(t *testing.T) {
	if _, err := os.Stat("/proc/self/schedstat"); err != nil {
		tidy.Skip(t, err)
	}
	var wg sync.WaitGroup
	until := time.Now().Add(200 * time.Millisecond)
	for range 4 * runtime.NumCPU() {
		wg.Go(func() {
			runtime.LockOSThread()
			for time.Now().Before(until) {
				runtime.Gosched() // there are more threads than processors
			}
		})
	}
	wg.Wait()
	if p, err := ReadProcess(os.Getpid()); err != nil || p.Starved <= 0 {
		t.Errorf("got %+v, %v; want some time waited for a processor", p, err)
	}
}

func TestStopped(t *testing.T) {
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	cmd := exec.Command("cat") // until there is nothing more to come
	cmd.Stdin = in
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pid := cmd.Process.Pid
	for _, step := range []struct {
		sig  os.Signal
		want bool
	}{{unix.SIGCONT, false}, {unix.SIGSTOP, true}, {unix.SIGCONT, false}} {
		if err := cmd.Process.Signal(step.sig); err != nil {
			t.Fatal(err)
		}
		within(t, fmt.Sprintf("stopped %v after %v", step.want, step.sig), func() bool {
			got, err := Stopped(pid)
			return err == nil && got == step.want
		})
	}
	if err := errors.Join(out.Close(), cmd.Wait()); err != nil {
		t.Error(err)
	}
}

func TestParseStat(t *testing.T) {
	stat := "7 (a b) c) S 1 1 1 0 -1 4194560 1 0 0 0 12 30 0 0 20 0 1 0 100 2000 5 184467"
	p, err := parseStat(stat)
	if err != nil || p.CPU != 420*time.Millisecond || p.RSS != 5*int64(os.Getpagesize()) {
		t.Errorf("got %+v, %v", p, err)
	}
	if _, err := parseStat("7 (x) S"); err == nil {
		t.Error("a short line is accepted")
	}
}

func TestCounters(t *testing.T) {
	before, err := ReadCounters()
	if err != nil {
		t.Fatal(err)
	}
	scene(t, 4)
	after, err := ReadCounters()
	if err != nil {
		t.Fatal(err)
	}
	if n := after.Since(before)["Tcp.ActiveOpens"]; n < 4 {
		t.Errorf("four connects, and Tcp.ActiveOpens grew by %d", n)
	}
	if err := make(Counters).parse("A: x y\nA: 1"); err == nil {
		t.Error("lines of unequal length are accepted")
	}
}

func TestStateNames(t *testing.T) {
	if CloseWait != 8 || Listen != 10 || CloseWait.String() != "CLOSE-WAIT" || State(99).String() != "state 99" {
		t.Errorf("CloseWait is %d (%v), Listen %d, 99 is %v", CloseWait, CloseWait, Listen, State(99))
	}
}
