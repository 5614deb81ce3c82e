package containers

import "net"

type entry struct {
	name string
	conn net.Conn
}

type entries struct{ items []*entry }

// goodFillAppended: what is appended first is filled later.
func goodFillAppended(addrs []string) []*entry {
	var out []*entry
	for _, a := range addrs {
		p := &entry{name: a}
		out = append(out, p)
		c, err := net.Dial("tcp", a)
		if err != nil {
			continue
		}
		p.conn = c
	}
	return out
}

func goodFillMapped(addrs []string) map[string]*entry {
	out := map[string]*entry{}
	for _, a := range addrs {
		p := &entry{name: a}
		out[a] = p
		c, err := net.Dial("tcp", a)
		if err != nil {
			continue
		}
		p.conn = c
	}
	return out
}

func goodFillSlot(addrs []string) []*entry {
	out := make([]*entry, len(addrs))
	for i, a := range addrs {
		p := &entry{name: a}
		out[i] = p
		c, err := net.Dial("tcp", a)
		if err != nil {
			continue
		}
		p.conn = c
	}
	return out
}

func (l *entries) goodFillKept(a string) error {
	p := &entry{name: a}
	l.items = append(l.items, p)
	c, err := net.Dial("tcp", a)
	if err != nil {
		return err
	}
	p.conn = c
	return nil
}

func goodFillLocalList(addrs []string) *entries {
	l := &entries{}
	for _, a := range addrs {
		p := &entry{name: a}
		l.items = append(l.items, p)
		c, err := net.Dial("tcp", a)
		if err != nil {
			continue
		}
		p.conn = c
	}
	return l
}

func goodPtrMap(addrs []string) map[string]*entry {
	m := map[string]*entry{}
	for _, a := range addrs {
		p := m[a]
		if p == nil {
			p = &entry{name: a}
			m[a] = p
		}
		c, err := net.Dial("tcp", a)
		if err != nil {
			continue
		}
		if p.conn != nil {
			p.conn.Close()
		}
		p.conn = c
	}
	return m
}

func goodRangeFill(es []*entry) error {
	for _, p := range es {
		c, err := net.Dial("tcp", p.name)
		if err != nil {
			return err
		}
		p.conn = c
	}
	return nil
}

func goodMapFill(m map[string]*entry) error {
	for _, p := range m {
		c, err := net.Dial("tcp", p.name)
		if err != nil {
			return err
		}
		p.conn = c
	}
	return nil
}

func goodMapFill2(m map[string]*entry, a string) error {
	p, ok := m[a]
	if !ok {
		p = &entry{}
		m[a] = p
	}
	c, err := net.Dial("tcp", p.name)
	if err != nil {
		return err
	}
	p.conn = c
	return nil
}

func goodSendThenFill(ch chan *entry, a string) error {
	p := &entry{}
	ch <- p
	c, err := net.Dial("tcp", a)
	if err != nil {
		return err
	}
	p.conn = c
	return nil
}

// badFillDropped: nothing leads to it any more.
func badFillDropped(addrs []string) int {
	n := 0
	for _, a := range addrs {
		p := &entry{name: a}
		c, err := net.Dial("tcp", a) // want "c from net.Dial is not closed before the next iteration"
		if err != nil {
			continue
		}
		p.conn = c
		n += len(p.name)
	}
	return n
}

// badFillFails: those that are filled are dropped when another fails.
func badFillFails(addrs []string) ([]*entry, error) {
	var out []*entry
	p := &entry{}
	out = append(out, p)
	c, err := net.Dial("tcp", addrs[0]) // want "c from net.Dial is not closed on every path"
	if err != nil {
		return nil, err
	}
	p.conn = c
	if len(addrs) > 1 {
		return nil, net.ErrClosed
	}
	return out, nil
}

// goodIndexFill: each element has its own.
func goodIndexFill(addrs []string) []entry {
	out := make([]entry, len(addrs))
	for i := range addrs {
		p := &out[i]
		c, err := net.Dial("tcp", addrs[i])
		if err != nil {
			continue
		}
		p.conn = c
	}
	return out
}

func goodIndexFill2(addrs []string) []entry {
	out := make([]entry, len(addrs))
	for i := range addrs {
		c, err := net.Dial("tcp", addrs[i])
		if err != nil {
			continue
		}
		out[i].conn = c
	}
	return out
}

type host struct{ peers []entry }

func (h *host) goodIndexFill3() error {
	for i := range h.peers {
		c, err := net.Dial("tcp", h.peers[i].name)
		if err != nil {
			return err
		}
		h.peers[i].conn = c
	}
	return nil
}

func goodArrayFill(addrs []string) (out [4]entry) {
	for i := range out {
		c, err := net.Dial("tcp", addrs[i])
		if err != nil {
			continue
		}
		out[i].conn = c
	}
	return
}

func goodMatrix(addrs [][]string) [][]net.Conn {
	out := make([][]net.Conn, len(addrs))
	for i := range addrs {
		for _, a := range addrs[i] {
			c, err := net.Dial("tcp", a)
			if err != nil {
				continue
			}
			out[i] = append(out[i], c)
		}
	}
	return out
}

func goodMatrix2(addrs [][]string) [][]net.Conn {
	var out [][]net.Conn
	for i := range addrs {
		var row []net.Conn
		for _, a := range addrs[i] {
			c, err := net.Dial("tcp", a)
			if err != nil {
				continue
			}
			row = append(row, c)
		}
		out = append(out, row)
	}
	return out
}

// badIndexFill: the others are dropped.
func badIndexFill(addrs []string) (*entry, error) {
	out := make([]entry, len(addrs))
	for i := range addrs {
		c, err := net.Dial("tcp", addrs[i]) // want "c from net.Dial is not closed on every path"
		if err != nil {
			return nil, err
		}
		out[i].conn = c
	}
	return &out[0], nil
}
