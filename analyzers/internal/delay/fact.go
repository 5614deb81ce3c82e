package delay

import (
	"fmt"
	"strings"
)

// Fact says what a call of the function does besides returning.
type Fact struct {
	// Delays: it sleeps or waits on a timer or limiter.
	Delays bool
	// Exits: it always ends the process, by exiting or by a panic.
	Exits bool
	// ExitsIf are the operands, of type error, that make it end the process
	// when they are not nil ("func check(err error)").
	ExitsIf []int
	// Tells are the operands, of type error, that it hands on to somebody who
	// may act on them: sent, stored, given to a callback.
	Tells []int
}

// AFact marks Fact as a fact.
func (*Fact) AFact() {}

func (f *Fact) String() string {
	var parts []string
	if f.Delays {
		parts = append(parts, "delays")
	}
	if f.Exits {
		parts = append(parts, "ends the process")
	}
	for _, i := range f.ExitsIf {
		parts = append(parts, fmt.Sprintf("ends the process if operand %d is an error", i))
	}
	for _, i := range f.Tells {
		parts = append(parts, fmt.Sprintf("hands operand %d on", i))
	}
	return strings.Join(parts, ", ")
}

func (f *Fact) empty() bool {
	return !f.Delays && !f.Exits && len(f.ExitsIf) == 0 && len(f.Tells) == 0
}
