package faults

import (
	"net"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestDialReuse connects twice from the same port, and looks at what makes the system forget the first connection.
func TestDialReuse(t *testing.T) {
	addr, accept := peer(t)
	local := "127.0.0.1:0"
	for range 2 {
		conn, err := DialReuse(t.Context(), local, addr)
		if err != nil {
			t.Fatal(err)
		}
		if got := conn.LocalAddr().String(); local != "127.0.0.1:0" && got != local {
			t.Errorf("connected from %s, want %s", got, local)
		}
		local = conn.LocalAddr().String()
		if got := linger2(t, conn); got != 1 {
			t.Errorf("TCP_LINGER2 is %d, want a second", got)
		}
		// The peer closes first, so the port is free at once on this side.
		if err := accept().Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Read(make([]byte, 1)); err == nil {
			t.Error("the peer has not closed")
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func linger2(t *testing.T, conn net.Conn) int {
	t.Helper()
	raw, err := conn.(syscall.Conn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	seconds := 0
	ctlErr := raw.Control(func(fd uintptr) {
		seconds, err = unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_LINGER2)
	})
	if ctlErr != nil || err != nil {
		t.Fatal(ctlErr, err)
	}
	return seconds
}
