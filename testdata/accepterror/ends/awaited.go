package ends

import (
	"context"
	"log"
	"net"
	"sync"

	"golang.org/x/sync/errgroup"
)

// -- who waits for the goroutine of the loop --

// goodAwaited: who starts it waits for it, and ends.
func goodAwaited(ln net.Listener) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		accepts(ln)
		wg.Done()
	}()
	log.Print("serving")
	wg.Wait()
}

// accepts ends and says so in the log only.
func accepts(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			log.Print(err)
			return
		}
		go handle(conn)
	}
}

// goodParameter: the counter is a parameter.
func goodParameter(ln net.Listener) {
	wg := new(sync.WaitGroup)
	wg.Add(1)
	go counted(ln, wg)
	wg.Wait()
}

func counted(ln net.Listener, wg *sync.WaitGroup) {
	defer wg.Done()
	for {
		conn, err := ln.Accept()
		if err != nil {
			log.Print(err)
			return
		}
		go handle(conn)
	}
}

// goodGroup: the group counts.
func goodGroup(ln net.Listener) {
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go handle(conn)
		}
	})
	wg.Wait()
}

type awaiting struct {
	ln   net.Listener
	wg   sync.WaitGroup
	done chan struct{}
}

// goodField: in a field.
func (s *awaiting) goodField() {
	s.wg.Add(1)
	go s.loop()
	s.wg.Wait()
}

func (s *awaiting) loop() {
	defer s.wg.Done()
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			log.Print(err)
			return
		}
		go handle(conn)
	}
}

// goodGroupEnds: the loop's goroutine is the only one.
func goodGroupEnds(ctx context.Context, s *inner) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		s.run()
		return ctx.Err()
	})
	return g.Wait()
}

type inner struct{ ln net.Listener }

func (s *inner) run() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			log.Print(err)
			return
		}
		go handle(conn)
	}
}

type tailed struct {
	ln   net.Listener
	done chan struct{}
}

// goodTail: the goroutine tells when the loop is over.
func (s *tailed) goodTail() {
	go func() {
		s.loop()
		close(s.done)
	}()
}

func (s *tailed) loop() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return
		}
		go handle(conn)
	}
}

type stopped struct {
	ln  net.Listener
	wg  sync.WaitGroup
	end chan struct{}
}

// badStoppedFirst: it waits for the end first, and is not told.
func (s *stopped) start() {
	s.wg.Add(1)
	go s.loop()
	<-s.end
	s.ln.Close()
	s.wg.Wait()
}

func (s *stopped) loop() {
	defer s.wg.Done()
	for {
		conn, err := s.ln.Accept() // want `nobody is told`
		if err != nil {
			return
		}
		go handle(conn)
	}
}

type closing struct {
	ln net.Listener
	wg sync.WaitGroup
}

// badOtherWaits: only who stops the server waits.
func (s *closing) badOtherWaits() {
	s.wg.Add(1)
	go s.loop()
}

func (s *closing) stop() {
	s.ln.Close()
	s.wg.Wait()
}

func (s *closing) loop() {
	defer s.wg.Done()
	for {
		conn, err := s.ln.Accept() // want `nobody is told`
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// badOneOfMany: the other listeners go on.
func badOneOfMany(all []net.Listener) {
	var wg sync.WaitGroup
	for _, ln := range all {
		wg.Add(1)
		go one(ln, &wg)
	}
	wg.Wait()
}

func one(ln net.Listener, wg *sync.WaitGroup) {
	defer wg.Done()
	for {
		conn, err := ln.Accept() // want `nobody is told`
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// goodTwoLoops: both are accept loops, and for both descriptors run out.
func goodTwoLoops(a, b net.Listener) {
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		acceptsToo(a)
		wg.Done()
	}()
	go func() {
		acceptsToo(b)
		wg.Done()
	}()
	wg.Wait()
}

func acceptsToo(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			log.Print(err)
			return
		}
		go handle(conn)
	}
}

type signalling struct {
	ln      net.Listener
	wg      sync.WaitGroup
	signals chan int
}

// badWithOthers: the other goroutine waits for its own end.
func (s *signalling) start() {
	s.wg.Add(2)
	go s.hook()
	go s.loop()
	s.wg.Wait()
}

func (s *signalling) hook() {
	defer s.wg.Done()
	<-s.signals
}

func (s *signalling) loop() {
	defer s.wg.Done()
	for {
		conn, err := s.ln.Accept() // want `nobody is told`
		if err != nil {
			return
		}
		go handle(conn)
	}
}
