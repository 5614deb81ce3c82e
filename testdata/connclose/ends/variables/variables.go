// Package variables ends the process by functions in variables, which tests replace.
package variables

import (
	"errors"
	"log"
	"net"
	"net/http"
	"os"
)

var (
	fatalf  = log.Fatalf
	exit    = os.Exit
	logf    = log.Fatalf
	usage   = func() { exit(2) }
	unknown func(int)
)

// Quiet makes failures less severe.
func Quiet() { logf = log.Printf }

// SetExit says how to end.
func SetExit(f func(int)) { unknown = f }

func goodServeTLS(server *http.Server, ln net.Listener) {
	if err := server.ServeTLS(ln, "cert.pem", "key.pem"); err != http.ErrServerClosed {
		fatalf("cannot serve: %v", err)
	}
}

// Serve is its starter.
func Serve(server *http.Server) error {
	ln, err := net.Listen("tcp", server.Addr)
	if err != nil {
		return err
	}
	go goodServeTLS(server, ln)
	return nil
}

func goodExits(addr string) net.Conn {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		usage()
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		exit(1)
	}
	return conn
}

func badReplaced(addr string) net.Conn {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when os.Chmod fails"
	if err != nil {
		return nil
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		logf("chmod: %v", err)
		return nil
	}
	return conn
}

func badUnknown(addr string) net.Conn {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when os.Chmod fails"
	if err != nil {
		return nil
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		unknown(1)
		return nil
	}
	return conn
}

type app struct {
	exit func(code int)
	done func(code int)
}

func newApp() *app { return &app{exit: os.Exit, done: os.Exit} }

func (a *app) silence() { a.done = func(int) {} }

func (a *app) goodField(addr string) net.Conn {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		a.exit(1)
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		a.exit(1)
		return nil
	}
	return conn
}

func (a *app) badField(addr string) net.Conn {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when os.Chmod fails"
	if err != nil {
		return nil
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		a.done(1)
		return nil
	}
	return conn
}

// Settings may be changed by others, too; these are the defaults.
type Settings struct {
	Exit func(code int)
	Log  func(format string, args ...any)
}

var settings = newSettings()

func newSettings() *Settings { return &Settings{Exit: os.Exit, Log: log.Printf} }

func stop(err error) {
	settings.Log("stopped: %v", err)
	settings.Exit(1)
}

func goodDefault(addr string) net.Conn {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		stop(err)
		return nil
	}
	return conn
}

func badDefault(addr string) net.Conn {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when os.Chmod fails"
	if err != nil {
		return nil
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		settings.Log("chmod: %v", err)
		return nil
	}
	return conn
}

// goodServed leaves when the server has been closed, and its listener with it.
func goodServed(server *http.Server, addr string) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return
	}
	if err := server.ServeTLS(ln, "cert.pem", "key.pem"); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}

// badServed leaves at other errors, too: one is that of the certificate.
func badServed(server *http.Server, addr string) {
	ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is not closed on every path"
	if err != nil {
		return
	}
	if err := server.ServeTLS(ln, "cert.pem", "key.pem"); err == http.ErrServerClosed {
		log.Fatal(err)
	}
}
