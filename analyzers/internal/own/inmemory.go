package own

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- calls that fail by what they write to or read from only --
//
// An encoder, fmt.Fprintf and whatever else writes to a stream fails when the stream
// does, and by the type of what is encoded, which whoever wrote it has seen. A buffer
// in memory and a hash never fail. Must-analysis: what is not known to be one of these
// may fail.

// memory are the types of package bytes and strings that writes and reads of never
// fail; what is true of them can be read to its end without an error, too.
var memory = map[string]bool{
	"*bytes.Buffer": true, "*strings.Builder": false, "*bytes.Reader": true, "*strings.Reader": true,
	"hash.Hash": false, "hash.Hash32": false, "hash.Hash64": false,
}

// drains are the functions that read to the end: that there is no more is no error.
var drains = map[string]bool{
	"io.Copy": true, "io.CopyBuffer": true, "io.ReadAll": true, "io/ioutil.ReadAll": true, "(*bytes.Buffer).ReadFrom": true,
	"(*bytes.Buffer).WriteTo": true, "(*bytes.Reader).WriteTo": true, "(*strings.Reader).WriteTo": true, "(io.ReaderFrom).ReadFrom": true,
}

// overMemory reports whether the callee waits for streams only that are in memory.
// supposed tells which other values are taken to be.
func (e *Engine) overMemory(callee irx.Callee, ops []ssa.Value, supposed func(ssa.Value) bool) bool {
	spec := e.Pkg.Model.Of(callee.Func)
	if spec == nil {
		return e.anyIn(callee, ops, supposed)
	}
	return len(spec.Peer) > 0 && !slices.ContainsFunc(spec.Peer, func(p netmodel.Peer) bool {
		switch {
		case p.IO == netmodel.Write:
			return !e.inMemory(ops[p.Operand], supposed, 0)
		case p.IO == netmodel.Read && drains[callee.Func.FullName()]:
			return !e.readable(ops[p.Operand])
		}
		return p.IO != netmodel.Read || !isRandomness(ops[p.Operand])
	})
}

// anyIn reports whether the callee does not fail with one of its operands in memory.
func (e *Engine) anyIn(callee irx.Callee, ops []ssa.Value, supposed func(ssa.Value) bool) bool {
	if callee.Dynamic {
		return false
	}
	c := e.contract(callee)
	if c == nil || c.bottom || c.Sure.InMemory == 0 {
		return false
	}
	for i, op := range ops[:min(32, len(ops))] {
		if c.Sure.InMemory>>i&1 == 1 && e.inMemory(op, supposed, 0) {
			return true
		}
	}
	return false
}

// inMemory reports whether writes to v stay in memory: it is a buffer or a hash, or
// something that writes to one.
func (e *Engine) inMemory(v ssa.Value, supposed func(ssa.Value) bool, depth int) bool {
	v = irx.Unboxed(v)
	if _, ok := memory[v.Type().String()]; ok || supposed != nil && supposed(v) {
		return true
	}
	call, ok := v.(*ssa.Call)
	if !ok || depth > maxReads {
		return false
	}
	spec := e.Pkg.Model.Of(irx.CalleeOf(call.Common()).Func)
	return spec != nil && len(spec.Wraps) > 0 && !slices.ContainsFunc(spec.Wraps, func(w netmodel.Wrap) bool {
		return !w.Borrows || w.Result != 0 || !e.inMemory(call.Call.Args[w.Operand], supposed, depth+1)
	})
}

// readable reports whether v can be read to its end without an error.
func (e *Engine) readable(v ssa.Value) bool { return memory[irx.Unboxed(v).Type().String()] }

// isRandomness reports whether v is crypto/rand.Reader, which never fails.
func isRandomness(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	g, ok := load.X.(*ssa.Global)
	return ok && g.Pkg != nil && g.Pkg.Pkg.Path() == "crypto/rand"
}

// writesTo returns the parameters, writers, for which fn does not fail when they are
// in memory.
func (e *Engine) writesTo(fn *ssa.Function, d disc) (set uint32) {
	for i, p := range fn.Params[:min(32, len(fn.Params))] {
		if !types.IsInterface(p.Type()) || !irx.HasMethod(p.Type(), "Write") || irx.HasMethod(p.Type(), "Close") {
			continue
		}
		names := namesOf(p)
		if e.sureUnder(fn, &supposition{disc: d, memory: names}) {
			set |= 1 << i
		}
	}
	return set
}
