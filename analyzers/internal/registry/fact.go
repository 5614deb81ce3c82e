package registry

import (
	"fmt"
	"strings"
)

// Insertion says that a function keeps operand Value in what operand Into holds,
// until somebody removes it.
type Insertion struct{ Value, Into int }

// Fact says what a function does to the collections that its operands hold.
type Fact struct {
	Inserts []Insertion
	// Removes are the operands from whose collections it takes an entry.
	Removes []int
	// Lets are the operands whose collection it lets go elsewhere.
	Lets []int
	// Undo is the number, from 1, of the result that takes an inserted entry
	// away when it is called; 0 when there is none.
	Undo int
	// Hands is the number, from 1, of the result that operand 0 keeps until
	// somebody removes it: an accepted connection; 0 when there is none.
	Hands int
}

// AFact marks Fact as a fact.
func (*Fact) AFact() {}

func (f *Fact) String() string {
	var parts []string
	for _, in := range f.Inserts {
		parts = append(parts, fmt.Sprintf("keeps operand %d in operand %d", in.Value, in.Into))
	}
	for _, i := range f.Removes {
		parts = append(parts, fmt.Sprintf("removes from operand %d", i))
	}
	for _, i := range f.Lets {
		parts = append(parts, fmt.Sprintf("lets operand %d go", i))
	}
	if f.Undo > 0 {
		parts = append(parts, fmt.Sprintf("result %d removes again", f.Undo-1))
	}
	if f.Hands > 0 {
		parts = append(parts, fmt.Sprintf("operand 0 keeps result %d", f.Hands-1))
	}
	return strings.Join(parts, ", ")
}
