package thirdparty

import (
	"errors"
	"fmt"
	"net"

	"golang.org/x/crypto/ssh"
)

// A Shell is a channel, as servers give it to their handlers.
type Shell interface {
	ssh.Channel
	User() string
	RemoteAddr() net.Addr
	Exit(code int) error
}

var errUnknownUser = errors.New("unknown user")

func greetUser(s Shell) error {
	_, err := fmt.Fprintf(s, "hello %s\n", s.User())
	return err
}

// GoodShell says at one of its ends how it ended: the server ends the channel after
// the others.
func GoodShell(s Shell) error {
	if s.User() == "" {
		return errUnknownUser
	}
	if err := greetUser(s); err != nil {
		return err
	}
	if s.RemoteAddr() == nil {
		s.Exit(1)
		return errUnknownUser
	}
	s.Exit(0)
	return nil
}
