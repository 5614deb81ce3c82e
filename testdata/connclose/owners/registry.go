package owners

import (
	"errors"
	"io"
	"net"
	"sync"
)

var errEnded = errors.New("ended")

// channels has a channel for each peer, and closes all of them when it is closed.
type channels struct {
	mu     sync.Mutex
	ended  error
	open   func() (net.Conn, int, error)
	byID   map[int]net.Conn
	shared sync.Map
	list   []net.Conn
}

func (c *channels) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = errEnded
	for _, ch := range c.byID {
		ch.Close()
	}
	return nil
}

// OpenChannel keeps what it returns.
func (c *channels) OpenChannel() (net.Conn, error) {
	ch, id, err := c.open()
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		return nil, err
	}
	c.byID[id] = ch
	return ch, nil
}

func (c *channels) OpenShared() (net.Conn, error) {
	ch, id, err := c.open()
	if err != nil {
		return nil, err
	}
	c.shared.Store(id, ch)
	return ch, nil
}

func (c *channels) OpenListed() (net.Conn, error) {
	ch, _, err := c.open()
	if err != nil {
		return nil, err
	}
	c.list = append(c.list, ch)
	return ch, nil
}

// user uses the channels.
type user struct {
	all   *channels
	ended error
}

// goodKeptByMaker: whoever closes the channels closes this one.
func (u *user) goodKeptByMaker() (net.Conn, error) {
	ch, err := u.all.OpenChannel()
	if u.ended != nil {
		return nil, u.ended
	}
	return ch, err
}

func (u *user) goodKeptShared() (net.Conn, error) {
	ch, err := u.all.OpenShared()
	if u.ended != nil {
		return nil, u.ended
	}
	return ch, err
}

func (u *user) goodKeptListed() (net.Conn, error) {
	ch, err := u.all.OpenListed()
	if u.ended != nil {
		return nil, u.ended
	}
	return ch, err
}

// OpenAny gives it to the caller alone.
func (c *channels) OpenAny() (net.Conn, error) {
	ch, _, err := c.open()
	if err != nil {
		return nil, err
	}
	return ch, nil
}

func (u *user) badKeptByNobody() error {
	ch, err := u.all.OpenAny() // want `ch from .*OpenAny is not closed when io.WriteString fails`
	if err != nil {
		return err
	}
	if _, err := io.WriteString(ch, "hello"); err != nil {
		return err
	}
	return ch.Close()
}

// kept is the same for what is kept by kind.
type kept[T io.Closer] struct {
	mu   sync.Mutex
	open func() (T, int, error)
	m    map[int]T
}

func (k *kept[T]) OpenOne() (T, error) {
	one, id, err := k.open()
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil {
		var zero T
		return zero, err
	}
	k.m[id] = one
	return one, nil
}

// goodKeptGeneric: the table has it.
func goodKeptGeneric(k *kept[net.Conn], ended error) (net.Conn, error) {
	ch, err := k.OpenOne()
	if ended != nil {
		return nil, ended
	}
	return ch, err
}
