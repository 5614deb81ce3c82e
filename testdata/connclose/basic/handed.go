package basic

import (
	"net"
	"sync"
)

var (
	registryMu sync.Mutex
	registry   = map[string]net.Conn{}
	current    net.Conn
	idle       = make(chan net.Conn, 8)
	everyone   sync.Map
)

// A keeper outlives the functions that fill it.
type keeper struct {
	conn  net.Conn
	conns []net.Conn
}

func (k *keeper) hello() error {
	return hello(k.conn)
}

// goodStoredInGlobal: a package variable keeps it.
func goodStoredInGlobal(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	current = conn
	return nil
}

// goodStoredInMap: the registry keeps it.
func goodStoredInMap(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	registryMu.Lock()
	defer registryMu.Unlock()
	registry[addr] = conn
	return nil
}

// goodStoredInSyncMap: so does a sync.Map.
func goodStoredInSyncMap(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	everyone.Store(addr, conn)
	return nil
}

// goodSentOnChannel: the receiver gets it.
func goodSentOnChannel(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	idle <- conn
	return nil
}

// goodStoredInReceiver: the keeper's owner closes it, even after a later
// failure.
func (k *keeper) goodStoredInReceiver(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	k.conn = conn
	return k.hello()
}

// goodAppendedToReceiver: the same for a slice field.
func (k *keeper) goodAppendedToReceiver(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	k.conns = append(k.conns, conn)
	return nil
}

// badFailsBeforeStoring: the keeper never saw it.
func (k *keeper) badFailsBeforeStoring(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*hello fails"
	if err != nil {
		return err
	}
	if err := hello(conn); err != nil {
		return err
	}
	k.conn = conn
	return nil
}

// goodStoredThroughPointer: the caller's variable gets it.
func goodStoredThroughPointer(addr string, out *net.Conn) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	*out = conn
	return nil
}
