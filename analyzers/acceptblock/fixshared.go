package acceptblock

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- callees --

const (
	maxCallees = 64
	maxSteps   = 32 // from a place to what it belongs to
)

// callsThatShare reports whether a function of the package that the moved
// statements call writes to memory that it was given or to a package variable,
// without taking a lock.
func (in *inspection) callsThatShare() bool {
	seen := map[*ssa.Function]bool{}
	var queue []*ssa.Function
	add := func(fn *ssa.Function, all bool) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok || !all && (call.Pos() < in.from || in.to <= call.Pos()) {
					continue
				}
				if body := irx.CalleeOf(call.Common()).Body; body != nil && !seen[body] {
					seen[body] = true
					queue = append(queue, body)
				}
			}
		}
	}
	add(in.fn, false)
	for i := 0; i < len(queue); i++ {
		if i == maxCallees || writesShared(queue[i]) {
			return true
		}
		add(queue[i], true)
	}
	return false
}

// writesShared reports whether fn, without a lock, assigns through a parameter
// that is no connection, or assigns a package variable. What is stored into an
// object that it makes itself is its own. It also reports whether fn adds to the
// server's WaitGroup, which must happen before somebody waits for that.
func writesShared(fn *ssa.Function) bool {
	if addsToShared(fn) {
		return true
	}
	writes := false
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Store:
				writes = writes || shared(instr.Addr)
			case *ssa.MapUpdate:
				writes = writes || shared(instr.Map)
			case ssa.CallInstruction:
				if f := irx.CalleeOf(instr.Common()).Func; f != nil && f.Name() == "Lock" {
					return false
				}
			}
		}
	}
	return writes
}

func addsToShared(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			f := irx.CalleeOf(call.Common()).Func
			if f != nil && f.FullName() == "(*sync.WaitGroup).Add" && shared(call.Call.Args[0]) {
				return true
			}
		}
	}
	return false
}

// shared reports whether an address or map belongs to the receiver, or to a
// package variable.
func shared(v ssa.Value) bool {
	for range maxSteps {
		switch x := v.(type) {
		case *ssa.FieldAddr:
			v = x.X
		case *ssa.IndexAddr:
			v = x.X
		case *ssa.UnOp:
			v = x.X
		case *ssa.Global:
			return true
		case *ssa.Alloc: // a parameter that a function literal uses, too
			if v = assignedOnce(x); v == nil {
				return false
			}
		case *ssa.Parameter:
			fn := x.Parent()
			return fn.Signature.Recv() != nil && len(fn.Params) > 0 && fn.Params[0] == x && !connLike(x.Type())
		default:
			return false
		}
	}
	return false
}

// assignedOnce returns the one value that a variable is given, or nil.
func assignedOnce(cell *ssa.Alloc) (v ssa.Value) {
	for _, ref := range *cell.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && st.Addr == ssa.Value(cell) {
			if v != nil {
				return nil
			}
			v = st.Val
		}
	}
	return v
}

// connLike reports whether a receiver is one connection's: it can be read from or
// has an address, so no two goroutines of the loop have the same.
func connLike(t types.Type) bool {
	_, ok := irx.ResourceKind(t)
	return ok || irx.HasMethod(t, "RemoteAddr")
}
