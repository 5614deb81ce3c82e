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
