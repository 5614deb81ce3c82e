package drivers

import (
	"strings"
)

// sample is a package with one finding each of connclose and listenbacklog,
// which need nothing outside of the standard library.
const sample = `package m

import (
	"net"
	"syscall"
)

func dial(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write([]byte("hello")); err != nil {
		return nil, err
	}
	return conn, nil
}

func listen(fd int) error {
	return syscall.Listen(fd, 5)
}
`

// leak and backlog are the findings of the sample.
var (
	leak    = finding{"m.go", 9, "connclose", "conn from net.Dial is not closed when (net.Conn).Write fails (leaks at line 14 until a GC)"}
	backlog = finding{"m.go", 20, "listenbacklog", "listen backlog 5 is below 128: only 6 clients fit in the accept queue and a burst of reconnects times out (reaches listen(2) through syscall.Listen)"}
)

// commented is the sample with comments at the ends of the lines of the two
// findings.
func commented(onLeak, onBacklog string) string {
	return strings.NewReplacer(
		`net.Dial("tcp", addr)`, `net.Dial("tcp", addr) `+onLeak,
		`syscall.Listen(fd, 5)`, `syscall.Listen(fd, 5) `+onBacklog,
	).Replace(sample)
}
