package containers

import (
	"errors"
	"net"
)

func closeMembers(ms []member) {
	for _, m := range ms {
		m.conn.Close()
	}
}

func closeMemberMap(ms map[string]*member) {
	for _, m := range ms {
		m.conn.Close()
	}
}

func countMembers(ms []member) (n int) {
	for _, m := range ms {
		if m.name != "" {
			n++
		}
	}
	return n
}

// roster has them in a field.
type roster struct{ list []member }

func (r *roster) closeAll() {
	for _, m := range r.list {
		m.conn.Close()
	}
}

func (r *roster) size() int { return len(r.list) }

type owner struct{ kept []member }

func (o *owner) keepMembers(ms []member) { o.kept = ms }

// goodHelperCloses what is in the slice.
func goodHelperCloses(addrs []string) ([]member, error) {
	var out []member
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			closeMembers(out)
			return nil, err
		}
		out = append(out, member{a, conn})
	}
	return out, nil
}

// badHelperCounts and does not close.
func badHelperCounts(addrs []string) ([]member, error) {
	var out []member
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a) // want "conn from net.Dial is not closed on every path"
		if err != nil {
			if countMembers(out) > 0 {
				return nil, errors.New("only some")
			}
			return nil, err
		}
		out = append(out, member{a, conn})
	}
	return out, nil
}

// goodHelperClosesMap of pointers.
func goodHelperClosesMap(addrs []string) (map[string]*member, error) {
	out := map[string]*member{}
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			closeMemberMap(out)
			return nil, err
		}
		out[a] = &member{a, conn}
	}
	return out, nil
}

// goodHelperKeeps what is in the slice.
func (o *owner) goodHelperKeeps(addrs []string) {
	var out []member
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			continue
		}
		out = append(out, member{a, conn})
	}
	o.keepMembers(out)
}

// goodRosterCloses what is in its field.
func goodRosterCloses(addrs []string) (*roster, error) {
	r := &roster{}
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			r.closeAll()
			return nil, err
		}
		r.list = append(r.list, member{a, conn})
	}
	return r, nil
}

// badRosterCounts and does not close.
func badRosterCounts(addrs []string) (*roster, error) {
	r := &roster{}
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a) // want "conn from net.Dial is not closed on every path"
		if err != nil {
			if r.size() > 0 {
				return nil, errors.New("only some")
			}
			return nil, err
		}
		r.list = append(r.list, member{a, conn})
	}
	return r, nil
}
