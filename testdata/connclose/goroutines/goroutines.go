// Package goroutines holds conns that goroutines borrow, own, or never get.
package goroutines

import (
	"io"
	"net"
	"os"
	"sync"

	"golang.org/x/sync/errgroup"
)

func greet(conn net.Conn) error {
	_, err := conn.Write([]byte("HELO\n"))
	return err
}

// badGoroutineBorrows: the goroutine reads, the function writes, nobody closes.
func badGoroutineBorrows(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return err
	}
	go func() {
		io.Copy(os.Stdout, conn)
	}()
	_, err = io.Copy(conn, os.Stdin)
	return err
}

// goodParentCloses: the goroutine borrows, the function closes.
func goodParentCloses(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	go func() {
		io.Copy(os.Stdout, conn)
	}()
	_, err = io.Copy(conn, os.Stdin)
	return err
}

// goodGoroutineOwns: the goroutine closes at its end.
func goodGoroutineOwns(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	go func() {
		defer conn.Close()
		io.Copy(os.Stdout, conn)
	}()
	return nil
}

// badGoroutineClosesSometimes: an early return of the goroutine drops it.
func badGoroutineClosesSometimes(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed"
	if err != nil {
		return err
	}
	go func() {
		if err := greet(conn); err != nil {
			return
		}
		io.Copy(os.Stdout, conn)
		conn.Close()
	}()
	return nil
}

// badFailsBeforeGo: the goroutine that would close is never started.
func badFailsBeforeGo(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*greet fails"
	if err != nil {
		return err
	}
	if err := greet(conn); err != nil {
		return err
	}
	go func() {
		defer conn.Close()
		io.Copy(os.Stdout, conn)
	}()
	return nil
}

// goodFailsBeforeGo: closed where the goroutine is not started.
func goodFailsBeforeGo(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if err := greet(conn); err != nil {
		conn.Close()
		return err
	}
	go func() {
		defer conn.Close()
		io.Copy(os.Stdout, conn)
	}()
	return nil
}

// badAcquiredInGoroutine: a goroutine's own acquisition counts like any other.
func badAcquiredInGoroutine(addrs []string, found func(net.Conn) error) {
	for _, a := range addrs {
		go func() {
			conn, err := net.Dial("tcp", a) // want "conn from net.Dial is not closed when .*greet fails"
			if err != nil {
				return
			}
			if err := greet(conn); err != nil {
				return
			}
			if err := found(conn); err != nil {
				conn.Close()
			}
		}()
	}
}

// goodAcquiredInGoroutine: the same with a Close.
func goodAcquiredInGoroutine(addrs []string, found func(net.Conn) error) {
	for _, a := range addrs {
		go func() {
			conn, err := net.Dial("tcp", a)
			if err != nil {
				return
			}
			if err := greet(conn); err != nil {
				conn.Close()
				return
			}
			if err := found(conn); err != nil {
				conn.Close()
			}
		}()
	}
}

// badCopyPair: the client's side is closed, the upstream side never.
func badCopyPair(client net.Conn, backend string) error {
	defer client.Close()
	up, err := net.Dial("tcp", backend) // want "up from net.Dial is never closed"
	if err != nil {
		return err
	}
	go io.Copy(up, client)
	_, err = io.Copy(client, up)
	return err
}

// goodCopyPair: both sides are closed.
func goodCopyPair(client net.Conn, backend string) error {
	defer client.Close()
	up, err := net.Dial("tcp", backend)
	if err != nil {
		return err
	}
	defer up.Close()
	go io.Copy(up, client)
	_, err = io.Copy(client, up)
	return err
}

// goodCopyPairEachCloses: each direction closes what it wrote to.
func goodCopyPairEachCloses(a, b string) error {
	left, err := net.Dial("tcp", a)
	if err != nil {
		return err
	}
	right, err := net.Dial("tcp", b)
	if err != nil {
		left.Close()
		return err
	}
	go func() {
		io.Copy(left, right)
		left.Close()
	}()
	io.Copy(right, left)
	return right.Close()
}

// goodErrgroupPair: two functions of a group, each closes its side.
func goodErrgroupPair(a, b string) error {
	left, err := net.Dial("tcp", a)
	if err != nil {
		return err
	}
	right, err := net.Dial("tcp", b)
	if err != nil {
		left.Close()
		return err
	}
	var g errgroup.Group
	g.Go(func() error {
		defer left.Close()
		_, err := io.Copy(left, right)
		return err
	})
	g.Go(func() error {
		defer right.Close()
		_, err := io.Copy(right, left)
		return err
	})
	return g.Wait()
}

// badPipeOneSide: the other end of the pipe stays open.
func badPipeOneSide(handle func([]byte)) {
	near, far := net.Pipe() // want "from net.Pipe is never closed"
	go func() {
		defer far.Close()
		io.Copy(io.Discard, far)
	}()
	buf := make([]byte, 64)
	n, _ := near.Read(buf)
	handle(buf[:n])
}

// goodPipeBothSides: each end is closed by who uses it.
func goodPipeBothSides(handle func([]byte)) {
	near, far := net.Pipe()
	go func() {
		defer far.Close()
		io.Copy(io.Discard, far)
	}()
	defer near.Close()
	buf := make([]byte, 64)
	n, _ := near.Read(buf)
	handle(buf[:n])
}

type server struct {
	mu      sync.Mutex
	stopped bool
	wg      sync.WaitGroup
}

// start runs f in a goroutine, unless the server has been stopped.
func (s *server) start(f func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return false
	}
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		f()
	}()
	return true
}

func (s *server) serve(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// badNotStarted: when the server stops, the closure that closes never runs.
func (s *server) badNotStarted(ln net.Listener) error {
	for {
		conn, err := ln.Accept() // want "conn from .*Accept is not closed"
		if err != nil {
			return err
		}
		s.start(func() { s.serve(conn) })
	}
}

// goodNotStarted: closed in place when the server refuses.
func (s *server) goodNotStarted(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if !s.start(func() { s.serve(conn) }) {
			conn.Close()
		}
	}
}

// goodWorkerPool: the channel's worker gets it.
func goodWorkerPool(ln net.Listener, jobs chan<- func()) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		jobs <- func() {
			defer conn.Close()
			io.Copy(conn, conn)
		}
	}
}

// goodWaited: closed after the goroutine that borrows has ended.
func goodWaited(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		io.Copy(os.Stdout, conn)
	}()
	wg.Wait()
	return conn.Close()
}

// inParallel calls its tasks and waits for them.
func inParallel(tasks ...func() error) error {
	var g errgroup.Group
	for _, t := range tasks {
		g.Go(t)
	}
	return g.Wait()
}

// badBorrowedByTasks: a reader's and a writer's closure, and no owner.
func badBorrowedByTasks(addr string, rw io.ReadWriter) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return err
	}
	read := func() error {
		_, err := io.Copy(rw, conn)
		return err
	}
	write := func() error {
		_, err := io.Copy(conn, rw)
		return err
	}
	return inParallel(read, write)
}

// goodBorrowedByTasks: the function that waits for them closes.
func goodBorrowedByTasks(addr string, rw io.ReadWriter) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	read := func() error {
		_, err := io.Copy(rw, conn)
		return err
	}
	write := func() error {
		_, err := io.Copy(conn, rw)
		return err
	}
	return inParallel(read, write)
}
