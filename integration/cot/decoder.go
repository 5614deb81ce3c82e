package cot

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// MaxEvent is the size in bytes past which an event is refused. Without it one client could make the server hold
// an element that never ends.
const MaxEvent = 64 << 10

// ErrTooLarge is the error of an event longer than MaxEvent.
var ErrTooLarge = errors.New("cot: event too large")

// ErrInvalid is the error of an element that is no usable event.
var ErrInvalid = errors.New("cot: invalid event")

// A Decoder reads a stream of events.
type Decoder struct {
	budget *budget
	xml    *xml.Decoder
}

// NewDecoder returns a decoder of the events in r. It does no reading itself.
func NewDecoder(r io.Reader) *Decoder {
	b := &budget{r: r}
	return &Decoder{budget: b, xml: xml.NewDecoder(b)}
}

// Next returns the next event, and io.EOF when the stream ended between two events.
func (d *Decoder) Next() (Event, error) {
	d.budget.left = MaxEvent
	var ev Event
	if err := d.xml.Decode(&ev); err != nil {
		return Event{}, err
	}
	if ev.UID == "" || ev.Type == "" {
		return Event{}, fmt.Errorf("%w: no uid or type", ErrInvalid)
	}
	return ev, nil
}

// budget is a reader that fails once an event has taken more than its share. What the XML decoder reads ahead is
// charged to the event during which it was read, so the bound is approximate by one buffer.
type budget struct {
	r    io.Reader
	left int
}

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, ErrTooLarge
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
