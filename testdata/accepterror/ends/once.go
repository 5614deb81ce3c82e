package ends

import (
	"log"
	"net"
	"sync"
)

// mux ends once, for whatever reason comes first.
type mux struct {
	base net.Listener
	once sync.Once
	err  error
	done chan struct{}
}

// goodOnce: whoever waits for the end finds the error.
func (m *mux) goodOnce() {
	for {
		conn, err := m.base.Accept()
		if err != nil {
			m.once.Do(func() { m.err = err })
			return
		}
		go handle(conn)
	}
}

// goodOnceSignals: the end is told, the error is not.
func (m *mux) goodOnceSignals() {
	for {
		conn, err := m.base.Accept()
		if err != nil {
			log.Print(err)
			m.shutDown()
			return
		}
		go handle(conn)
	}
}

// goodOnceDeferred: the same when the loop ends in whatever way.
func (m *mux) goodOnceDeferred() {
	defer m.shutDown()
	for {
		conn, err := m.base.Accept()
		if err != nil {
			return
		}
		go handle(conn)
	}
}

func (m *mux) shutDown() {
	m.once.Do(func() {
		m.base.Close()
		close(m.done)
	})
}

// goodCalledLiteral: a literal that runs at once tells too.
func (m *mux) goodCalledLiteral(mu *sync.Mutex) {
	for {
		conn, err := m.base.Accept()
		if err != nil {
			func() {
				mu.Lock()
				defer mu.Unlock()
				m.err = err
			}()
			return
		}
		go handle(conn)
	}
}

// badOnceLogged: a line in the log tells nobody, once or not.
func (m *mux) badOnceLogged() {
	for {
		conn, err := m.base.Accept() // want `nobody is told`
		if err != nil {
			m.once.Do(func() { log.Print(err) })
			return
		}
		go handle(conn)
	}
}
