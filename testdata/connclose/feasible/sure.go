package feasible

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"io"
	"log"
	"net"
	"sync/atomic"
	"unsafe"

	"github.com/hashicorp/yamux"
)

// goodBuffered: writing to memory and reading randomness do not fail.
func goodBuffered(addr string) (net.Conn, []byte, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, nil, err
	}
	var buf bytes.Buffer
	if _, err := buf.WriteString("hello"); err != nil {
		return nil, nil, err
	}
	nonce := make([]byte, 8)
	if _, err := rand.Read(nonce); err != nil {
		return nil, nil, err
	}
	if _, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, nil, err
	}
	return conn, append(nonce, buf.Bytes()...), nil
}

// badKeyFrom: another source may run dry.
func badKeyFrom(addr string, source io.Reader) (net.Conn, *ecdsa.PrivateKey, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when ecdsa.GenerateKey fails"
	if err != nil {
		return nil, nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), source)
	if err != nil {
		return nil, nil, err
	}
	return conn, key, nil
}

// goodOwnAddress: a UDP socket has a UDP address.
func goodOwnAddress(addr string) (net.IP, net.Conn, error) {
	conn, err := net.Dial("udp4", addr)
	if err != nil {
		return nil, nil, err
	}
	local, ok := conn.LocalAddr().(*net.UDPAddr)
	if !ok {
		return nil, nil, errors.New("no UDP address")
	}
	return local.IP, conn, nil
}

// badOwnAddress: not a TCP one.
func badOwnAddress(network, addr string) (net.IP, net.Conn, error) {
	conn, err := net.Dial(network, addr) // want "not closed"
	if err != nil {
		return nil, nil, err
	}
	local, ok := conn.LocalAddr().(*net.UDPAddr)
	if !ok {
		return nil, nil, errors.New("no UDP address")
	}
	return local.IP, conn, nil
}

// goodLoggedMux: who logs does not matter to the configuration's verification.
func goodLoggedMux(addr string, logger *log.Logger) (*yamux.Session, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	cfg := yamux.DefaultConfig()
	cfg.Logger = logger
	cfg.LogOutput = nil
	return yamux.Client(conn, cfg)
}

var journal unsafe.Pointer

// goodStored: a package variable has it.
func goodStored() error {
	sock, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Net: "unixgram"})
	if err != nil {
		return err
	}
	atomic.StorePointer(&journal, unsafe.Pointer(sock))
	return nil
}
