package fields

import "golang.org/x/sys/unix"

// badExchanged: two literals that leave the field out are assigned to each other.
func badExchanged(fd int) error {
	p, q := &private{fd: fd}, &private{fd: fd} // want `listen backlog 0 \(field backlog is left out\)`
	*p = *q
	*q = *p
	return q.open()
}

// merged has a pointer, so that a setting may be left out.
type merged struct{ backlog *int }

func (m *merged) merge(over *merged) {
	if over.backlog != nil {
		m.backlog = over.backlog
	}
}

func (m *merged) open(fd int) error { return unix.Listen(fd, *m.backlog) }

// badMerged: what was set before is still there.
func badMerged(fd int, over *merged) error {
	n := 5 // want `listen backlog 5 is below 128`
	m := &merged{backlog: &n}
	m.merge(over)
	return m.open(fd)
}
