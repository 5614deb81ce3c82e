// Package queues knows no connections.
package queues

import "errors"

// Queues are two.
type Queues struct {
	Name    string
	In, Out chan string
}

// New fails for a size below 1.
func New(size int) (*Queues, error) {
	if size < 1 {
		return nil, errors.New("no size")
	}
	return &Queues{In: make(chan string, size), Out: make(chan string, size)}, nil
}
