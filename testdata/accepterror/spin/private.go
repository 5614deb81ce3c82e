package spin

import (
	"crypto/tls"
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

// goodPrivateTLS: nor what is made of it.
func goodPrivateTLS(addr string, config *tls.Config) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	ln = tls.NewListener(ln, config)
	go serveTLSForEver(ln)
	return nil
}

func serveTLSForEver(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		go handle(conn)
	}
}

// tagged is a listener with a name.
type tagged struct {
	net.Listener
	name string
}

// goodPrivateTagged: nor an object that has it.
func goodPrivateTagged(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	l := &tagged{Listener: ln, name: addr}
	for {
		conn, err := l.Accept()
		if err != nil {
			log.Print(err)
			time.Sleep(time.Second)
			continue
		}
		go handle(conn)
	}
}

// badTLSClosed: what is made of it is closed.
func badTLSClosed(addr string, config *tls.Config, done <-chan struct{}) error {
	inner, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	ln := tls.NewListener(inner, config)
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
	return ln.Close()
}

// badInnerClosed: what it is made of is closed.
func badInnerClosed(addr string, done <-chan struct{}) error {
	inner, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	ln := &tagged{Listener: inner, name: addr}
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
	return inner.Close()
}
