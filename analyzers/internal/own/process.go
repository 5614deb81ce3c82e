package own

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// EndsProcess reports whether the process ends soon after fn returns, so that
// what it leaves open does not matter: fn belongs to a command, main.main alone
// calls it, once, and does nothing after that but print and exit.
func (e *Engine) EndsProcess(fn *ssa.Function) bool {
	if fn.Pkg == nil || fn.Pkg.Pkg.Name() != "main" || fn.Parent() != nil {
		return false
	}
	main := fn.Pkg.Func("main")
	if main == nil || fn == main {
		return false
	}
	var site *ssa.Call
	for _, use := range e.Pkg.Uses(fn) {
		call, ok := use.(*ssa.Call)
		if !ok || call.Parent() != main || site != nil || irx.CalleeOf(call.Common()).Body != fn {
			return false
		}
		site = call
	}
	return site != nil && e.onlyPrints(site)
}

// IsMain reports whether the process ends where fn returns: it is main, or does what
// main does for a package that has a main of one line, or is a command of a command
// line.
func (e *Engine) IsMain(fn *ssa.Function) bool {
	main, known := e.mains[fn]
	if !known {
		main = e.isMain(fn)
		if e.mains == nil {
			e.mains = map[*ssa.Function]bool{}
		}
		e.mains[fn] = main
	}
	return main
}

func (e *Engine) isMain(fn *ssa.Function) bool {
	if fn.Pkg != nil && fn == fn.Pkg.Func("main") && fn.Pkg.Pkg.Name() == "main" {
		return true
	}
	return e.isMade(fn, commands) || e.isCommandMethod(fn) || e.parsesCommandLine(fn) || e.givenWithArgs(fn)
}

// isHook reports whether fn runs before a command, which does not run when it fails.
func (e *Engine) isHook(fn *ssa.Function) bool { return e.isMade(fn, hooks) }

// making tells what makes a function one of a kind: being in a field of a type, or
// being given to a method.
type making struct {
	field  func(t *types.Named, field string) bool
	method func(*types.Func) bool
}

var (
	commands = making{netmodel.IsCommand, netmodel.TakesCommand}
	hooks    = making{netmodel.IsHook, func(*types.Func) bool { return false }}
)

// isMade reports whether nothing is done with fn but make it one of a kind.
func (e *Engine) isMade(fn *ssa.Function, kind making) bool {
	uses := e.Pkg.Uses(fn)
	return len(uses) > 0 && !slices.ContainsFunc(uses, func(use ssa.Instruction) bool { return !makes(use, fn, kind) })
}

// makes reports whether an instruction does nothing with fn but make it one of a kind.
func makes(use ssa.Instruction, fn ssa.Value, kind making) bool {
	switch use := use.(type) {
	case *ssa.Store:
		to, ok := use.Addr.(*ssa.FieldAddr)
		if !ok || use.Val != fn {
			return false
		}
		named, _ := types.Unalias(irx.Deref(to.X.Type())).(*types.Named)
		st, ok := irx.Deref(to.X.Type()).Underlying().(*types.Struct)
		return ok && kind.field(named, st.Field(to.Field).Name())
	case *ssa.Call:
		return use.Call.Value != fn && kind.method(irx.CalleeOf(use.Common()).Func)
	case *ssa.MakeClosure, *ssa.ChangeType, *ssa.MakeInterface:
		return onlyMakes(use.(ssa.Value), kind)
	}
	return false
}

func onlyMakes(v ssa.Value, kind making) bool {
	refs := *v.Referrers()
	return len(refs) > 0 && !slices.ContainsFunc(refs, func(ref ssa.Instruction) bool {
		_, debug := ref.(*ssa.DebugRef)
		return !debug && !makes(ref, v, kind)
	})
}

// parsesCommandLine reports whether a function that nobody here calls reads the
// command line, and gives back nothing but how it went.
func (e *Engine) parsesCommandLine(fn *ssa.Function) bool {
	if fn.Parent() != nil || fn.Object() == nil || len(e.Pkg.Uses(fn)) > 0 {
		return false
	}
	for v := range fn.Signature.Results().Variables() {
		if b, ok := v.Type().Underlying().(*types.Basic); !irx.IsError(v.Type()) && (!ok || b.Info()&types.IsInteger == 0) {
			return false
		}
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok && netmodel.ParsesCommandLine(irx.CalleeOf(call.Common()).Func) {
				return true
			}
		}
	}
	return false
}

// onlyPrints reports whether nothing that takes long can follow the call: no
// loop, no receive, and no call but of the standard library's printing and
// exiting.
func (e *Engine) onlyPrints(site *ssa.Call) bool {
	after := false
	for _, instr := range site.Block().Instrs {
		if after && !e.brief(instr) {
			return false
		}
		after = after || instr == ssa.Instruction(site)
	}
	seen := map[*ssa.BasicBlock]bool{}
	work := slices.Clone(site.Block().Succs)
	for len(work) > 0 {
		b := work[0]
		work = work[1:]
		if b == site.Block() {
			return false // a loop
		}
		if seen[b] {
			continue
		}
		seen[b] = true
		if !slices.ContainsFunc(b.Instrs, func(i ssa.Instruction) bool { return !e.brief(i) }) {
			work = append(work, b.Succs...)
			continue
		}
		return false
	}
	return true
}

func (e *Engine) brief(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.Select, *ssa.Send:
		return false
	case *ssa.UnOp:
		_, isChan := instr.X.Type().Underlying().(*types.Chan)
		return !isChan
	case *ssa.Call:
		callee := irx.CalleeOf(instr.Common())
		if callee.Builtin != "" {
			return true
		}
		if callee.Func == nil || callee.Func.Pkg() == nil {
			return callee.Func != nil // error.Error
		}
		if callee.Dynamic {
			return logs(callee.Func)
		}
		spec := e.Pkg.Model.Of(callee.Func)
		return briefPackages[callee.Func.Pkg().Path()] && (spec == nil || !spec.Delays)
	}
	return true
}

// logs reports whether a method of an interface writes a log: it takes text or
// anything, and gives nothing back.
func logs(m *types.Func) bool {
	sig := m.Signature()
	for p := range sig.Params().Variables() {
		if b, ok := p.Type().Underlying().(*types.Basic); !isAny(p.Type()) && (!ok || b.Kind() != types.String) {
			return false
		}
	}
	return sig.Results().Len() == 0 && sig.Params().Len() > 0
}

// briefPackages are those that a command uses to say how it ended.
var briefPackages = map[string]bool{
	"fmt": true, "log": true, "log/slog": true, "os": true, "errors": true, "strings": true, "strconv": true, "flag": true,
	"context": true, "os/signal": true, "runtime": true, "sync/atomic": true, "time": true,
}
