package registry

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Kind says what an instruction does to a collection.
type Kind uint8

const (
	// Insert adds an entry.
	Insert Kind = iota
	// Remove takes an entry away: by its key, by filtering, by reslicing.
	Remove
	// Reset takes all entries away.
	Reset
	// Escape lets the collection go where others may remove from it.
	Escape
)

func (k Kind) String() string { return [...]string{"insert", "remove", "reset", "escape"}[k] }

// Place is where a collection is kept.
type Place struct {
	// Key tells collections apart: a struct field, whatever the struct, as a
	// *types.Var; a variable as *ssa.Global, *ssa.Alloc or *ssa.FreeVar; a
	// parameter; or the value of a collection that is in no variable.
	Key any
	// Base is the struct (or pointer to one) of a field, else nil.
	Base ssa.Value
}

func (p Place) known() bool { return p.Key != nil }

// Field returns the struct field that the place is, or nil.
func (p Place) Field() *types.Var {
	v, _ := p.Key.(*types.Var)
	return v
}

// Op is one use of a collection.
type Op struct {
	Kind  Kind
	Place Place
	// Key and Value are what is inserted or removed; either may be nil.
	Key, Value ssa.Value
	Instr      ssa.Instruction
	// At is the statement in the function that holds it, for an operation that
	// a callee of this package does on what Instr passes to it.
	At ssa.Instruction
	// Foreign is the function of another package that does it, or nil.
	Foreign *types.Func
}

// Fn is the function in which the operation happens, as far as flow goes.
func (o *Op) Fn() *ssa.Function { return o.Instr.Parent() }
