package thirdparty

import (
	"net"

	"golang.org/x/crypto/ssh"
)

// goodTunnelClosed: the listener is the client's, and ends with it.
func goodTunnelClosed(addr string, cfg *ssh.ClientConfig, start func(*ssh.Client) error) (net.Listener, error) {
	client, err := ssh.Dial("tcp", addr, cfg)
	if err != nil {
		return nil, err
	}
	ln, err := client.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		client.Close()
		return nil, err
	}
	if err := start(client); err != nil {
		client.Close()
		return nil, err
	}
	return ln, nil
}

// badTunnelKept: neither is closed.
func badTunnelKept(addr string, cfg *ssh.ClientConfig, start func() error) (err error) {
	client, err := ssh.Dial("tcp", addr, cfg) // want "client from ssh.Dial is not closed when start fails"
	if err != nil {
		return err
	}
	ln, err := client.Listen("tcp", "0.0.0.0:0") // want "ln from .*Listen is not closed when start fails"
	if err != nil {
		client.Close()
		return err
	}
	if err := start(); err != nil {
		return err
	}
	ln.Close()
	return client.Close()
}
