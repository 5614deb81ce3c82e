package own

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// -- who receives an error --

// receivers reports whether who receives an error from a channel ends the
// process: the channel is made for it, nobody else gets it, and each receive is
// followed by the end.
func (w *endingWalk) receivers(ch ssa.Value) bool {
	made, ok := definition(ch).(*ssa.MakeChan)
	if w.depth++; !ok || w.depth > maxEnds {
		return false
	}
	defer func() { w.depth-- }()
	found, around := false, outermost(made.Parent())
	for _, fn := range w.e.Pkg.Funcs() {
		if outermost(fn) != around {
			continue // definitions lead no further
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				use, ok := useOfChannel(instr, made)
				if !ok {
					continue
				}
				if use == nil || !w.from(use.(ssa.Instruction), known{use: {null: no}}) {
					return false
				}
				found = true
			}
		}
	}
	return found
}

// useOfChannel returns what an instruction receives from a channel, nil when
// that is not known; ok is false when it only sends to it, or has nothing to do
// with it.
func useOfChannel(instr ssa.Instruction, made *ssa.MakeChan) (received ssa.Value, ok bool) {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		if instr.Op == token.ARROW && definition(instr.X) == ssa.Value(made) {
			if instr.CommaOk {
				return extracted(instr, 0), true
			}
			return instr, true
		}
	case *ssa.Select:
		i := 2
		for _, s := range instr.States {
			if s.Dir == types.RecvOnly {
				if definition(s.Chan) == ssa.Value(made) {
					return extracted(instr, i), true
				}
				i++
			}
		}
	case ssa.CallInstruction:
		c := instr.Common()
		if _, builtin := c.Value.(*ssa.Builtin); builtin {
			return nil, false
		}
		return nil, slices.ContainsFunc(c.Args, func(a ssa.Value) bool { return isChan(a) && definition(a) == ssa.Value(made) })
	case *ssa.ChangeType:
		return nil, definition(instr.X) == ssa.Value(made)
	case *ssa.MakeInterface:
		return nil, definition(instr.X) == ssa.Value(made)
	case *ssa.Return:
		return nil, slices.ContainsFunc(instr.Results, func(v ssa.Value) bool { return isChan(v) && definition(v) == ssa.Value(made) })
	case *ssa.Store:
		if _, local := instr.Addr.(*ssa.Alloc); !local {
			return nil, isChan(instr.Val) && definition(instr.Val) == ssa.Value(made)
		}
	}
	return nil, false
}

func isChan(v ssa.Value) bool { return isChanType(v.Type()) }
