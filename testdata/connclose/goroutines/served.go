package goroutines

import (
	"crypto/tls"
	"log"
	"net"
	"net/http"
)

// guarded runs a function, whatever it does.
func guarded(f func()) {
	defer func() {
		if err := recover(); err != nil {
			log.Print(err)
		}
	}()
	f()
}

// listenGuarded starts a goroutine that closes the listener when it ends.
func listenGuarded(addr string, listen func(string) (net.Listener, error), dst chan<- net.Conn) (net.Listener, error) {
	l, err := listen(addr)
	if err != nil {
		return nil, err
	}
	go guarded(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				log.Print(err, addr)
				l.Close()
				return
			}
			dst <- conn
		}
	})
	return l, nil
}

// goodSecondReference drops its reference to what the goroutine serves.
func goodSecondReference(addrs []string, dst chan<- net.Conn) error {
	for _, addr := range addrs {
		if _, err := listenGuarded(addr, func(addr string) (net.Listener, error) { return net.Listen("tcp", addr) }, dst); err != nil {
			return err
		}
	}
	return nil
}

// goodOwnCertificate: the certificate is in the configuration, so that ServeTLS
// loads none and comes to Serve, which closes the listener.
func goodOwnCertificate(addr string, cert tls.Certificate) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}}
	return server.ServeTLS(ln, "", "")
}

// badCertificate: the certificate may not load.
func badCertificate(addr, cert, key string) error {
	ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is not closed when .*ServeTLS fails"
	if err != nil {
		return err
	}
	return http.ServeTLS(ln, nil, cert, key)
}
