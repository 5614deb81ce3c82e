package ends

import (
	"log"
	"net"
	"time"
)

// reopened listens anew when its accept loop has ended.
type reopened struct {
	addr string
	ln   net.Listener
}

func (r *reopened) start() error {
	if err := r.listen(); err != nil {
		return err
	}
	go r.run(r.goodConsume, r.listen)
	go r.serve()
	go r.runOnce(r.badConsume)
	go r.badServe()
	return nil
}

func (r *reopened) listen() (err error) {
	r.ln, err = net.Listen("tcp", r.addr)
	return err
}

func (r *reopened) run(consume func(), listen func() error) {
	for {
		consume()
		for listen() != nil {
			time.Sleep(time.Second)
		}
	}
}

// goodConsume: run goes on when it returns.
func (r *reopened) goodConsume() {
	for {
		conn, err := r.ln.Accept()
		if err != nil {
			log.Print(err)
			r.ln.Close()
			return
		}
		go handle(conn)
	}
}

func (r *reopened) serve() {
	for {
		r.goodServe()
		for r.listen() != nil {
			time.Sleep(time.Second)
		}
	}
}

// goodServe: serve goes on when it returns.
func (r *reopened) goodServe() {
	for {
		conn, err := r.ln.Accept()
		if err != nil {
			log.Print(err)
			r.ln.Close()
			return
		}
		go handle(conn)
	}
}

func (r *reopened) runOnce(consume func()) {
	consume()
}

// badConsume: runOnce does not.
func (r *reopened) badConsume() {
	for {
		conn, err := r.ln.Accept() // want `ends the accept loop and nobody is told`
		if err != nil {
			log.Print(err)
			r.ln.Close()
			return
		}
		go handle(conn)
	}
}

// badServe: closes the listener and ends its goroutine.
func (r *reopened) badServe() {
	for {
		conn, err := r.ln.Accept() // want `ends the accept loop and nobody is told`
		if err != nil {
			log.Print(err)
			r.ln.Close()
			return
		}
		go handle(conn)
	}
}
