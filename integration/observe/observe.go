// Package observe looks at a server from outside its process: its sockets and their states, its accept queue, its
// descriptors, its processor time and memory, and the kernel's counters.
//
// From outside, because looking from inside can mend what is looked at: reading /proc allocates, that starts a
// garbage collection, and it closes the connections that nothing refers to any more.
//
// The package is complete on Linux. Elsewhere its functions return errors.ErrUnsupported.
package observe

import (
	"fmt"
	"net/netip"
	"time"
)

// A State is that of a TCP socket, by the kernel's number (include/net/tcp_states.h).
type State uint8

// The states.
const (
	Established State = iota + 1
	SynSent
	SynRecv
	FinWait1
	FinWait2
	TimeWait
	Close
	CloseWait
	LastAck
	Listen
	Closing
	NewSynRecv
)

// String is the name that ss gives the state.
func (s State) String() string {
	names := [...]string{"", "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT",
		"UNCONN", "CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING", "SYN-RECV"}
	if s == 0 || int(s) >= len(names) {
		return fmt.Sprintf("state %d", uint8(s))
	}
	return names[s]
}

// A Socket is one IPv4 TCP socket of this network namespace.
type Socket struct {
	Local, Remote netip.AddrPort
	State         State
	// RQueue is what waits to be read, in bytes; for a listener, the connections that wait to be accepted.
	RQueue int
	// WQueue is what waits to be acknowledged, in bytes; for a listener, the most connections that may wait, or
	// Unknown when the source does not tell.
	WQueue int
}

// Unknown stands for a number that the source does not tell.
const Unknown = -1

// A Queue is the accept queue of a listener. The kernel takes connections until Len exceeds Max: Max+1 fit.
type Queue struct {
	Len, Max int
}

// A Process is the resource use of a process.
type Process struct {
	// CPU is the processor time it has used.
	CPU time.Duration
	// RSS is its memory, in bytes.
	RSS int64
	// Starved is how long its threads that are still there have waited for a processor, all together.
	Starved time.Duration
	// FDs is the number of descriptors it has open.
	FDs int
}

// States counts the sockets whose local address is at, by state, without the listener. The port alone would not do: the
// system gives the same one to clients at other addresses.
func States(at netip.AddrPort) (map[State]int, error) {
	all, err := Sockets(at)
	if err != nil {
		return nil, err
	}
	count := make(map[State]int)
	for _, s := range all {
		if s.State != Listen {
			count[s.State]++
		}
	}
	return count, nil
}

// ListenQueue returns the accept queue of the listener at an address.
func ListenQueue(at netip.AddrPort) (Queue, error) {
	all, err := Sockets(at)
	if err != nil {
		return Queue{}, err
	}
	for _, s := range all {
		if s.State == Listen {
			return Queue{Len: s.RQueue, Max: s.WQueue}, nil
		}
	}
	return Queue{}, fmt.Errorf("observe: no listener at %v", at)
}

// Counters are the kernel's network counters of this namespace, by group and name ("TcpExt.ListenOverflows").
type Counters map[string]uint64

// Since returns by how much each counter has grown since before, leaving out those that did not. Everything else on
// the machine counts too, so a test may only ask for at least so many.
func (c Counters) Since(before Counters) Counters {
	grown := make(Counters)
	for name, v := range c {
		if v > before[name] {
			grown[name] = v - before[name]
		}
	}
	return grown
}
