package loops

import (
	"net"
	"net/http"
	"time"
)

// idleListener is a listener with a setting of its own.
type idleListener struct {
	*net.TCPListener
	idle time.Duration
}

// goodWrappedInMap: each is kept in the map, and all of it is closed when one fails.
func goodWrappedInMap(servers map[string]*http.Server) error {
	listeners := make(map[string]net.Listener)
	for name, server := range servers {
		ln, err := net.Listen("tcp", servers[name].Addr)
		if err != nil {
			for _, other := range listeners {
				if other != nil {
					other.Close()
				}
			}
			return err
		}
		listeners[name] = idleListener{ln.(*net.TCPListener), server.IdleTimeout}
	}
	for name, server := range servers {
		go server.Serve(listeners[name])
	}
	return nil
}

// badWrappedInMap closes none of them.
func badWrappedInMap(servers map[string]*http.Server) error {
	listeners := make(map[string]net.Listener)
	for name, server := range servers {
		ln, err := net.Listen("tcp", servers[name].Addr) // want `ln from net.Listen is not closed on every path`
		if err != nil {
			return err
		}
		listeners[name] = idleListener{ln.(*net.TCPListener), server.IdleTimeout}
	}
	for name, server := range servers {
		go server.Serve(listeners[name])
	}
	return nil
}
