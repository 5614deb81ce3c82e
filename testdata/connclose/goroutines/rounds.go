package goroutines

import (
	"log"
	"net"
	"net/http"
	"runtime"
	"sync"
	"time"
)

// accepts runs until the listener is closed.
func accepts(l net.Listener, dst chan<- net.Conn) {
	for {
		conn, err := l.Accept()
		if err != nil {
			log.Print(err)
			return
		}
		dst <- conn
	}
}

// goodAcceptors: as many goroutines as are asked for accept on each listener.
func goodAcceptors(addrs []string, n int, dst chan<- net.Conn) error {
	for _, addr := range addrs {
		l, err := net.Listen("tcp", addr)
		if err != nil {
			return err
		}
		for i := 0; i < n; i++ {
			go accepts(l, dst)
		}
	}
	return nil
}

// goodAcceptorsOver: the same with a range over the number, and variables that are
// declared before.
func goodAcceptorsOver(addrs []string, dst chan<- net.Conn) (err error) {
	var l net.Listener
	for _, addr := range addrs {
		if l, err = net.Listen("tcp", addr); err != nil {
			return
		}
		for range runtime.NumCPU() {
			go accepts(l, dst)
		}
	}
	return
}

// goodWorkers close the socket when the last of them has ended.
func goodWorkers(addr string, n int, handle func([]byte)) error {
	pc, err := net.ListenPacket("udp", addr)
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	for i := 0; i < n; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			buf := make([]byte, 1500)
			for {
				n, _, err := pc.ReadFrom(buf)
				if err != nil {
					return
				}
				handle(buf[:n])
			}
		}()
	}
	wg.Wait()
	return pc.Close()
}

// badTriesAfter: no goroutine of the loop has the connection.
func badTriesAfter(addr string, n int, work func(int)) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*Write fails"
	if err != nil {
		return err
	}
	for i := 0; i < n; i++ {
		go work(i)
	}
	if _, err := conn.Write([]byte("done")); err != nil {
		return err
	}
	return conn.Close()
}

// badNoRound: a loop of no rounds is one that the code asks for itself.
func badNoRound(addr string, dst chan<- net.Conn, cpus func() (int, error)) error {
	l, err := net.Listen("tcp", addr) // want "l from net.Listen is not closed when cpus fails"
	if err != nil {
		return err
	}
	n, err := cpus()
	if err != nil {
		return err
	}
	for i := 0; i < n; i++ {
		go func() {
			defer l.Close()
			accepts(l, dst)
		}()
	}
	return nil
}

// A keepAlive listener is another face of a TCP listener.
type keepAlive struct {
	*net.TCPListener
	idle time.Duration
}

// goodTable keeps its listeners in a map, wrapped: all are served, or none.
func goodTable(servers map[string]*http.Server) error {
	lns := map[string]net.Listener{}
	for name, s := range servers {
		ln, err := net.Listen("tcp", s.Addr)
		if err != nil {
			for _, ln := range lns {
				ln.Close()
			}
			return err
		}
		lns[name] = keepAlive{ln.(*net.TCPListener), time.Minute}
	}
	for name, s := range servers {
		go s.Serve(lns[name])
	}
	return nil
}

// badTable forgets the listeners before the one that fails.
func badTable(servers map[string]*http.Server) error {
	lns := map[string]net.Listener{}
	for name, s := range servers {
		ln, err := net.Listen("tcp", s.Addr) // want "ln from net.Listen is not closed on every path"
		if err != nil {
			return err
		}
		lns[name] = keepAlive{ln.(*net.TCPListener), time.Minute}
	}
	for name, s := range servers {
		go s.Serve(lns[name])
	}
	return nil
}

// A stopper runs functions until it is stopped.
type stopper struct {
	mu      sync.Mutex
	stopped bool
}

func (s *stopper) run(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return
	}
	go f()
}

// goodStart: nothing has been stopped at the start.
func goodStart(s *stopper, addr string, serve func(net.Listener) error) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	s.run(func() {
		defer ln.Close()
		log.Print(serve(ln))
	})
	return nil
}

// badHandOver: a connection may come when all has been stopped.
func badHandOver(s *stopper, ln net.Listener, serve func(net.Conn) error) error {
	for {
		conn, err := ln.Accept() // want "conn from .*Accept is not closed before the next iteration"
		if err != nil {
			return err
		}
		s.run(func() {
			defer conn.Close()
			log.Print(serve(conn))
		})
	}
}
