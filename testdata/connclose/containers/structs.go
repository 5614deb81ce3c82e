package containers

import (
	"maps"
	"net"
	"slices"
)

// member is kept by value.
type member struct {
	name string
	conn net.Conn
}

type members []member

func (m members) Close() error {
	for _, x := range m {
		x.conn.Close()
	}
	return nil
}

// goodStructsAppended: those before are closed when one fails.
func goodStructsAppended(addrs []string) (members, error) {
	out := make(members, 0, len(addrs))
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			_ = out.Close()
			return nil, err
		}
		out = append(out, member{name: a, conn: conn})
	}
	return out, nil
}

// goodStructsGiven: the slice is the caller's.
func goodStructsGiven(out members, addrs []string) (members, error) {
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			_ = out.Close()
			return nil, err
		}
		out = append(out, member{a, conn})
	}
	return out, nil
}

// goodStructsClosed in loops of this function.
func goodStructsClosed(addrs []string) error {
	var out []member
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			for _, m := range out {
				m.conn.Close()
			}
			return err
		}
		out = append(out, member{conn: conn})
	}
	for i := range out {
		out[i].conn.Close()
	}
	return nil
}

// goodStructsSkipped: what cannot be dialled is left out.
func goodStructsSkipped(addrs []string) (out []member) {
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			continue
		}
		out = append(out, member{a, conn})
	}
	return out
}

// badStructsDropped: those before are dropped.
func badStructsDropped(addrs []string) ([]member, error) {
	var out []member
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a) // want "conn from net.Dial is not closed on every path"
		if err != nil {
			return nil, err
		}
		out = append(out, member{a, conn})
	}
	return out, nil
}

// badStructNotAppended: the one that is not wanted is dropped.
func badStructNotAppended(addrs []string, want func(member) bool) (out []member) {
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a) // want "conn from net.Dial is not closed before the next iteration"
		if err != nil {
			continue
		}
		m := member{name: a, conn: conn}
		if !isWanted(m.name) {
			continue
		}
		out = append(out, m)
	}
	return out
}

func isWanted(name string) bool { return name != "" }

// goodStructAtIndex: assigned by index.
func goodStructAtIndex(addrs []string) []member {
	out := make([]member, len(addrs))
	for i, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			continue
		}
		out[i] = member{a, conn}
	}
	return out
}

// goodStructInMap: by a key.
func goodStructInMap(addrs []string) map[string]member {
	out := map[string]member{}
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			continue
		}
		out[a] = member{a, conn}
	}
	return out
}

// goodStructsInMapClosed: by a loop over the map, and by a look-up.
func goodStructsInMapClosed(addrs []string) error {
	out := map[string]member{}
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			for _, m := range out {
				m.conn.Close()
			}
			return err
		}
		out[a] = member{a, conn}
	}
	for _, m := range out {
		m.conn.Close()
	}
	return nil
}

// badStructsInMapDropped: nothing closes those before.
func badStructsInMapDropped(addrs []string) (map[string]member, error) {
	out := map[string]member{}
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a) // want "conn from net.Dial is not closed on every path"
		if err != nil {
			return nil, err
		}
		out[a] = member{a, conn}
	}
	return out, nil
}

// goodNoneAtAll: with one there is at least one.
func goodNoneAtAll(addrs []string) (members, error) {
	var out members
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			continue
		}
		out = append(out, member{a, conn})
	}
	if len(out) == 0 {
		return nil, net.ErrClosed
	}
	return out, nil
}

// badTooFew: one may not be enough.
func badTooFew(addrs []string) (members, error) {
	var out members
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a) // want "conn from net.Dial is not closed on every path"
		if err != nil {
			continue
		}
		out = append(out, member{a, conn})
	}
	if len(out) < 3 {
		return nil, net.ErrClosed
	}
	return out, nil
}

// goodInserted, by the functions of package slices.
func goodInserted(addrs []string) []member {
	var out []member
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			continue
		}
		out = slices.Insert(out, 0, member{a, conn})
	}
	return out
}

// goodCloned: the copy has the same connections.
func goodCloned(addrs []string) map[string]member {
	out := map[string]member{}
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			continue
		}
		out[a] = member{a, conn}
	}
	return maps.Clone(out)
}

// goodMovedOver: copied into another map.
func goodMovedOver(all map[string]net.Conn, addrs []string) {
	out := map[string]net.Conn{}
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			continue
		}
		out[a] = conn
	}
	maps.Copy(all, out)
}

// badOnlyAsked: who is asked whether it is there does not keep it.
func badOnlyAsked(all []net.Conn, addr string) bool {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return false
	}
	return slices.Contains(all, conn)
}
