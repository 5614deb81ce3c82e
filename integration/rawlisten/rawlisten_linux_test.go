package rawlisten

import (
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/sockvet/sockvet/integration/observe"
	"github.com/sockvet/sockvet/integration/tidy"
)

func TestMain(m *testing.M) { os.Exit(tidy.Main(m)) }

func descriptors(t *testing.T) int {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(fds)
}

func TestBacklogReachesTheSystem(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "[::1]:0"} {
		ln, err := TCP(addr, 7)
		if err != nil {
			t.Errorf("%s: %v", addr, err)
			continue
		}
		defer ln.Close()
		q, err := observe.OwnQueue(ln.(syscall.Conn))
		if err != nil || q.Max != 7 {
			t.Errorf("%s: queue %+v, %v; want room for 7", addr, q, err)
		}
		accepts(t, ln)
	}
}

func accepts(t *testing.T, ln net.Listener) {
	t.Helper()
	c, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
}

func TestNothingIsLeftOpen(t *testing.T) {
	first, err := TCP("127.0.0.1:0", 1)
	if err != nil {
		t.Fatal(err)
	}
	before := descriptors(t)
	for range 10 {
		if _, err := TCP(first.Addr().String(), 1); err == nil {
			t.Fatal("an address in use is given out again")
		}
	}
	if _, err := TCP("localhost", 1); err == nil {
		t.Error("an address without a port is accepted")
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors, %d before", after, before)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if after := descriptors(t); after != before-1 {
		t.Errorf("%d descriptors with the listener closed, %d before: the listener had more than one", after, before)
	}
}
