package own

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

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

// -- tests for a prefix --

// hasPrefix returns the text and the constant of a test for a prefix, also of a
// function that does nothing else, or nil.
func hasPrefix(call *ssa.Call) (ssa.Value, constant.Value) {
	callee := irx.CalleeOf(call.Common())
	if callee.Func == nil {
		return nil, nil
	}
	if callee.Func.FullName() != "strings.HasPrefix" {
		inner := onlyAnswer(callee.Body)
		if inner == nil {
			return nil, nil
		}
		text, c := hasPrefix(inner)
		if i := slices.IndexFunc(callee.Body.Params, func(p *ssa.Parameter) bool { return p == text }); i >= 0 {
			return notConstant(call.Call.Args[i]), c
		}
		return nil, nil
	}
	if c, ok := call.Call.Args[1].(*ssa.Const); ok && c.Value != nil {
		return notConstant(call.Call.Args[0]), c.Value
	}
	return nil, nil
}

// notConstant returns v, or nil when it is a constant.
func notConstant(v ssa.Value) ssa.Value {
	if _, ok := v.(*ssa.Const); ok {
		return nil
	}
	return v
}

// onlyAnswer returns the call, of another package, that is all a function does.
func onlyAnswer(fn *ssa.Function) *ssa.Call {
	if fn == nil || len(fn.Blocks) != 1 {
		return nil
	}
	ret, ok := fn.Blocks[0].Instrs[len(fn.Blocks[0].Instrs)-1].(*ssa.Return)
	if !ok || len(ret.Results) != 1 {
		return nil
	}
	call, ok := ret.Results[0].(*ssa.Call)
	if !ok || irx.CalleeOf(call.Common()).Body != nil {
		return nil
	}
	return call
}
