package goroutines

import (
	"log"
	"net"
	"runtime"
	"sync"
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
