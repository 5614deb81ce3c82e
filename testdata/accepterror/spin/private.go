package spin

import (
	"errors"
	"log"
	"net"
	"time"

	"sockvet.test/accepterror/lib/growing"
)

// goodPrivate: nobody can close what nobody has.
func goodPrivate(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	log.Printf("listening on %s", ln.Addr())
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				time.Sleep(time.Second)
				continue
			}
			go handle(conn)
		}
	}()
	return nil
}

// goodPrivateDeferred: the deferred Close never comes.
func goodPrivateDeferred(addr string) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		log.Fatal(err)
	}
	defer ln.Close()
	for {
		conn, err := ln.Accept()
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		go handle(conn)
	}
}

// goodPrivateHelper: it is given to one function, which only accepts.
func goodPrivateHelper(addr string) error {
	ln, err := listen(addr)
	if err != nil {
		return err
	}
	go serveForEver(ln)
	return nil
}

func listen(addr string) (net.Listener, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	return ln, nil
}

func serveForEver(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		go handle(conn)
	}
}

// kept has a listener that no method closes.
type kept struct {
	ln net.Listener
}

// goodKept: nor can anybody else.
func goodKept(addr string) (*kept, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	k := &kept{ln: ln}
	go k.serve()
	return k, nil
}

func (k *kept) serve() {
	for {
		conn, err := k.ln.Accept()
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		go handle(conn)
	}
}

// badClosedByMaker: whoever opened it closes it, while the loop runs.
func badClosedByMaker(addr string, done <-chan bool) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	defer ln.Close()
	go func() {
		for {
			conn, err := ln.Accept() // want `the loop has no exit`
			if err != nil {
				time.Sleep(time.Second)
				continue
			}
			go handle(conn)
		}
	}()
	<-done
	return nil
}

// badGivenAway: the caller closes it.
func badGivenAway(addr string) (net.Listener, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			conn, err := ln.Accept() // want `the loop has no exit`
			if err != nil {
				time.Sleep(time.Second)
				continue
			}
			go handle(conn)
		}
	}()
	return ln, nil
}

// badPrivateSpins: EMFILE needs nobody to close it.
func badPrivateSpins(addr string) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		log.Fatal(err)
	}
	for {
		conn, err := ln.Accept() // want `retried at once`
		if err != nil {
			log.Print(err)
			continue
		}
		go handle(conn)
	}
}

// goodGrowing: the delay is in a package that knows of no connections.
func goodGrowing(ln net.Listener) {
	var delay time.Duration
	for {
		conn, err := ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			delay = growing.Wait(delay)
			continue
		}
		delay = 0
		go handle(conn)
	}
}

// goodGrowingObject: it is kept in an object.
func goodGrowingObject(ln net.Listener) {
	var b growing.Backoff
	for {
		conn, err := ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			b.Pause()
			continue
		}
		b.Reset()
		go handle(conn)
	}
}
