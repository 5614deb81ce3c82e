package own

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- channels that nobody closes --
//
// "for event := range p.events" ends by a break only when p.events is a field that
// other packages do not see, and this one makes its channels, sends on them, receives
// from them, and does no more. Must-analysis over the package, made once: a channel
// that is given to anybody may be closed there.

// stillOpen reports whether v, the second result of a receive, is always true.
func (e *Engine) stillOpen(v *ssa.Extract) bool {
	recv, ok := v.Tuple.(*ssa.UnOp)
	if !ok || recv.Op != token.ARROW || v.Index != 1 {
		return false
	}
	at := fieldOf(recv.X)
	if at == nil {
		return false
	}
	field := chanField(at)
	if field == nil || field.Exported() || field.Pkg() != e.Pkg.Pass.Pkg {
		return false
	}
	if e.closable == nil {
		e.closable = e.closableFields()
	}
	return !e.closable[field]
}

// chanField returns the field when it is of a channel type, or nil.
func chanField(at *ssa.FieldAddr) *types.Var {
	st, ok := irx.Deref(at.X.Type()).Underlying().(*types.Struct)
	if !ok || !isChanType(st.Field(at.Field).Type()) {
		return nil
	}
	return st.Field(at.Field).Origin()
}

func isChanType(t types.Type) bool {
	_, ok := t.Underlying().(*types.Chan)
	return ok
}

// closableFields finds the fields whose channels somebody may close.
func (e *Engine) closableFields() map[*types.Var]bool {
	out := map[*types.Var]bool{}
	for _, fn := range e.Pkg.AllFuncs() {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.FieldAddr:
					if field := chanField(instr); field != nil && !onlyTalks(instr) {
						out[field] = true
					}
				case *ssa.Field: // of a struct by value
					st := instr.X.Type().Underlying().(*types.Struct)
					if field := st.Field(instr.Field).Origin(); isChanType(field.Type()) && !talksOver(instr) {
						out[field] = true
					}
				}
			}
		}
	}
	return out
}

// onlyTalks reports whether a field is only set to channels that are made there, and
// loaded to talk over it.
func onlyTalks(at *ssa.FieldAddr) bool {
	for _, ref := range *at.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			made, ok := definition(ref.Val).(*ssa.MakeChan)
			if ref.Addr != ssa.Value(at) || !irx.IsNil(ref.Val) && (!ok || !storedOnly(made, chanField(at))) {
				return false
			}
		case *ssa.UnOp:
			if !talksOver(ref) {
				return false
			}
		case *ssa.DebugRef:
		default:
			return false
		}
	}
	return true
}

// storedOnly reports whether a channel that was made goes into one field, of however
// many objects, and is talked over, and nothing else is done with it: who has it in
// another field may close it there.
func storedOnly(made *ssa.MakeChan, field *types.Var) bool {
	for _, ref := range *made.Referrers() {
		if st, ok := ref.(*ssa.Store); ok {
			if at, ok := st.Addr.(*ssa.FieldAddr); ok && chanField(at) == field {
				continue
			}
		}
		if !talks(ref, made) {
			return false
		}
	}
	return true
}

// talksOver reports whether a channel is sent on, received from or looked at only.
func talksOver(ch ssa.Value) bool {
	for _, ref := range *ch.Referrers() {
		if !talks(ref, ch) {
			return false
		}
	}
	return true
}

func talks(use ssa.Instruction, ch ssa.Value) bool {
	switch use := use.(type) {
	case *ssa.Send:
		return use.Chan == ch && use.X != ch
	case *ssa.UnOp, *ssa.BinOp, *ssa.DebugRef:
		return true
	case *ssa.Select:
		for _, st := range use.States {
			if st.Send == ch {
				return false
			}
		}
		return true
	case *ssa.ChangeType: // as a channel to receive from, it cannot be closed
		c, ok := use.Type().Underlying().(*types.Chan)
		return ok && c.Dir() == types.RecvOnly
	case *ssa.Call:
		name := irx.CalleeOf(use.Common()).Builtin
		return name == "len" || name == "cap"
	}
	return false
}
