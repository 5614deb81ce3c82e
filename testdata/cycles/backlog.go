// Package cycles holds what leads back to itself: variables that are assigned to each
// other, fields that are merged, types made of themselves. Every check has to come to
// an end, and finds nothing here.
package cycles

import (
	"flag"

	"golang.org/x/sys/unix"
)

// config has a field that is a pointer, so that a setting may be left out.
type config struct{ backlog *int }

// merge stores a load of the field in the field.
func (c *config) merge(over config) {
	if over.backlog != nil {
		c.backlog = over.backlog
	}
}

func (c *config) open(fd int) error { return unix.Listen(fd, *c.backlog) }

// swapped are variables of which each is set to the other.
func swapped(fd int, a, b *int, again func(func())) error {
	again(func() { a, b = b, a })
	return unix.Listen(fd, *a)
}

var queue = flag.Int("queue", 511, "the backlog")

// flagged takes its own value for the default of a flag.
func flagged(fd int) error {
	queue = flag.Int("queue2", *queue, "the backlog")
	return unix.Listen(fd, *queue)
}
