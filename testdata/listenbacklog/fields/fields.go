// Package fields holds backlogs in fields of the package's own types.
package fields

import "golang.org/x/sys/unix"

// plain is used as it is.
type plain struct{ fd, backlog int }

func (p *plain) open() error { return unix.Listen(p.fd, p.backlog) }

// badOwnField: a literal in the same package.
func badOwnField(fd int) error {
	p := &plain{fd: fd, backlog: 5} // want `listen backlog 5 is below 128: .*through field backlog\)`
	return p.open()
}

// badAssigned: an assignment to the field.
func badAssigned(p *plain) {
	p.backlog = 4 // want `listen backlog 4 is below 128`
}

type private struct {
	fd, backlog int
}

func (p *private) open() error { return unix.Listen(p.fd, p.backlog) }

// badPrivateOmitted: the field is 0.
func badPrivateOmitted(fd int) error {
	p := private{fd: fd} // want `listen backlog 0 \(field backlog is left out\) is below 128: only 1 client fits`
	return p.open()
}

// goodSelfRaised: the field is raised in place.
type raised struct{ fd, backlog int }

func (r *raised) open() error {
	r.backlog = max(r.backlog, 128)
	return unix.Listen(r.fd, r.backlog)
}

func goodSelfRaised(fd int) error {
	return (&raised{fd: fd}).open()
}
