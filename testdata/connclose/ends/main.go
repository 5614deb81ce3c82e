// Command ends ends its process where functions meet an error: what such a
// function leaves open when it fails does not matter.
package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/sirupsen/logrus"
)

func main() {
	rejects, failed := make(chan error, 2), make(chan error)
	quiet := make(chan error)
	go func() { rejects <- goodServe(":8443") }()
	go func(addr string) {
		rejects <- goodServeBoth(addr)
	}(":8444")
	go func() { failed <- goodSelected(":8445") }()
	go func() { quiet <- badLogged(":8446") }()
	go func() {
		for err := range quiet {
			log.Print(err)
		}
	}()
	if err := goodRun(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := goodPanics(":1"); err != nil {
		panic(err)
	}
	if err := badHalf(":1"); err != nil {
		log.Fatal(err)
	}
	go mustStart(":1")
	log.Println(badIgnored(":1"))
	tryBoth(":1", ":2")
	badRetries()
	(&worker{addr: ":3"}).Start()
	(&worker{addr: ":3"}).restart()
	code := status()
	if code != 0 {
		os.Exit(code)
	}
	select {
	case err := <-failed:
		log.Fatal(err)
	case <-time.After(time.Hour):
	}
	err := <-rejects
	if err != nil {
		log.Print("cannot start")
		os.Exit(3)
	}
}

// goodFatal fails where its caller ends the process: nothing is left open for long.
func goodFatal(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write([]byte("hello\n")); err != nil {
		return nil, err
	}
	return conn, nil
}

func goodStarts(addr string) error {
	conn, err := goodFatal(addr)
	if err != nil {
		return err
	}
	return conn.Close()
}

// mustStart ends the process when it fails.
func mustStart(addr string) {
	if err := goodStarts(addr); err != nil {
		log.Fatal(err)
	}
}

// badTried: one caller ends the process, the other goes on.
func badTried(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*Write fails"
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write([]byte("hello\n")); err != nil {
		return nil, err
	}
	return conn, nil
}

func tryBoth(a, b string) {
	conn, err := badTried(a)
	if err != nil {
		log.Fatal(err)
	}
	conn.Close()
	for range 3 {
		conn, err := badTried(b)
		if err != nil {
			log.Print(err)
			continue
		}
		conn.Close()
	}
}

// goodServe hands its error to main by a channel.
func goodServe(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
	return server.ServeTLS(ln, "cert.pem", "key.pem")
}

func goodServeBoth(addr string) error {
	if addr == "" {
		return errors.New("no address")
	}
	return goodServe(addr)
}

// goodSelected does so, too, and main waits for something else beside it.
func goodSelected(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return http.ServeTLS(ln, nil, "cert.pem", "key.pem")
}

// badLogged: who gets its error only logs it.
func badLogged(addr string) error {
	ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is not closed when net/http.ServeTLS fails|ln from net.Listen is not closed when http.ServeTLS fails"
	if err != nil {
		return err
	}
	return http.ServeTLS(ln, nil, "cert.pem", "key.pem")
}

// goodRun hands errors on to main, with words of its own and with named results.
func goodRun() (err error) {
	defer log.Print("ran")
	a, b, err := goodPair(":1", ":2")
	if err != nil {
		return fmt.Errorf("pair: %w", err)
	}
	defer a.Close()
	defer b.Close()
	var c net.Conn
	if a.LocalAddr().Network() == "tcp" {
		c, err = goodStep(":3")
		if err != nil {
			logrus.WithError(err).Error("no step")
			return err
		}
	} else {
		c, err = net.Dial("udp", ":3")
		if err != nil {
			return err
		}
	}
	return c.Close()
}

// goodPair opens two, and leaves the first open when the second cannot be.
func goodPair(a, b string) (net.Conn, net.Conn, error) {
	x, err := net.Dial("tcp", a)
	if err != nil {
		return nil, nil, err
	}
	y, err := net.Dial("tcp", b)
	if err != nil {
		return nil, nil, err
	}
	return x, y, nil
}

func goodStep(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return nil, err
	}
	return conn, nil
}

// badHalf closes it at one failure and not at the other, so it means to.
func badHalf(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when os.Chmod fails"
	if err != nil {
		return err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return err
	}
	if err := os.Chmod(addr, 0o644); err != nil {
		conn.Close()
		return err
	}
	return conn.Close()
}

// goodPanics fails where main panics.
func goodPanics(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return err
	}
	return conn.Close()
}

// badIgnored: main goes on after it.
func badIgnored(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when os.Chmod fails"
	if err != nil {
		return err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return err
	}
	return conn.Close()
}

// badRetries tries again and again, and ends the process at last only.
func badRetries() {
	for i := 0; ; i++ {
		err := badFlaky(":5")
		if err == nil {
			return
		}
		if i == 10 {
			log.Fatal(err)
		}
	}
}

func badFlaky(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when os.Chmod fails"
	if err != nil {
		return err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return err
	}
	return conn.Close()
}

// worker is a server that nobody starts twice.
type worker struct{ addr string }

// Start ends the process when it cannot listen.
func (w *worker) Start() {
	pc, err := w.goodListen()
	if err != nil {
		logrus.WithError(err).Fatal("cannot listen")
	}
	defer pc.Close()
	_, _, _ = pc.ReadFrom(nil)
}

func (w *worker) goodListen() (net.PacketConn, error) {
	pc, err := net.ListenPacket("udp", w.addr)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(w.addr, 0o600); err != nil {
		return nil, err
	}
	return pc, nil
}

// badRelisten is called by a method value, and so by anybody.
func (w *worker) badRelisten() error {
	pc, err := net.ListenPacket("udp", w.addr) // want "pc from net.ListenPacket is not closed when os.Chmod fails"
	if err != nil {
		return err
	}
	if err := os.Chmod(w.addr, 0o600); err != nil {
		return err
	}
	return pc.Close()
}

func (w *worker) restart() {
	if err := w.badRelisten(); err != nil {
		log.Fatal(err)
	}
	time.AfterFunc(time.Hour, func() { _ = again(w.badRelisten) })
}

func again(f func() error) error { return f() }

// badDropped succeeds, and drops what it has opened.
func badDropped(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return err
	}
	_, _ = conn.Write([]byte("hello\n"))
	return nil
}

// status gives main what to exit with.
func status() int {
	if err := badDropped(":4"); err != nil {
		logrus.WithError(err).Error("dropped")
		return 1
	}
	return 0
}
