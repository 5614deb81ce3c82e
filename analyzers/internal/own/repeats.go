package own

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- calls that give the same answer again --

// repeats reports whether a call that is made again gives the same: it only
// computes, or asks for a setting by a name that is written out.
func (n *naming) repeats(call *ssa.Call) bool {
	callee := irx.CalleeOf(call.Common())
	switch {
	case callee.Builtin != "":
		return callee.Builtin == "len" || callee.Builtin == "cap"
	case callee.Func == nil || !isBasic(call.Type()):
		return false
	case !callee.Dynamic && computes(callee):
		return true
	}
	return asksByName(call) || !callee.Dynamic && n.e.onlyReads(callee.Body, 0)
}

func isBasic(t types.Type) bool {
	_, ok := t.Underlying().(*types.Basic)
	return ok
}

// asksByName reports whether all operands of a call are constants, or what it is
// asked of, and one is a text: os.Getenv("ADDR"), flags.Bool("tls").
func asksByName(call *ssa.Call) bool {
	text := false
	for i, op := range irx.Operands(call.Common()) {
		c, ok := op.(*ssa.Const)
		if !ok {
			if i > 0 || call.Call.Signature().Recv() == nil {
				return false
			}
			continue
		}
		text = text || c.Value != nil && c.Value.Kind() == constant.String && constant.StringVal(c.Value) != ""
	}
	return text
}

// maxReads is how deep in callees [Engine.onlyReads] looks.
const maxReads = 2

// onlyReads reports whether a function does nothing but read memory and compute.
func (e *Engine) onlyReads(fn *ssa.Function, depth int) bool {
	if fn == nil || depth > maxReads || len(fn.Blocks) > maxReadBlocks {
		return false
	}
	pure, known := e.reads[fn]
	if !known {
		if e.reads == nil {
			e.reads = map[*ssa.Function]bool{}
		}
		pure = e.readsOnly(fn, depth)
		e.reads[fn] = pure
	}
	return pure
}

const maxReadBlocks = 30

func (e *Engine) readsOnly(fn *ssa.Function, depth int) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if !e.reading(instr, depth) {
				return false
			}
		}
	}
	return true
}

func (e *Engine) reading(instr ssa.Instruction, depth int) bool {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		return instr.Op != token.ARROW
	case *ssa.Store:
		return isOwnCell(instr.Addr)
	case *ssa.Call:
		callee := irx.CalleeOf(instr.Common())
		return callee.Builtin == "len" || callee.Builtin == "cap" || !callee.Dynamic && callee.Func != nil && (computes(callee) || e.onlyReads(callee.Body, depth+1))
	case *ssa.Go, *ssa.Defer, *ssa.RunDefers, *ssa.Select, *ssa.Send, *ssa.MapUpdate, *ssa.MakeClosure, *ssa.MakeChan, *ssa.Panic, *ssa.Next, *ssa.Range:
		return false
	}
	return true
}

// isOwnCell reports whether an address is that of a variable of the function, or of
// a part of one.
func isOwnCell(addr ssa.Value) bool {
	for {
		switch at := addr.(type) {
		case *ssa.FieldAddr:
			addr = at.X
		case *ssa.IndexAddr:
			addr = at.X
		case *ssa.Alloc:
			return true
		default:
			return false
		}
	}
}
