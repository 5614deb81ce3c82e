package own

import (
	"go/ast"
	"go/types"
	"reflect"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- commands that are methods --

// isCommandMethod reports whether fn is a method that a command line's library calls
// once, from main, and nobody here.
func (e *Engine) isCommandMethod(fn *ssa.Function) bool {
	f, ok := fn.Object().(*types.Func)
	if !ok || f.Signature().Recv() == nil || len(e.Pkg.Uses(fn)) > 0 || len(e.Pkg.InvokedAs(fn)) > 0 {
		return false
	}
	return netmodel.IsCommandMethod(f, func(keys ...string) bool {
		recv, ok := types.Unalias(irx.Deref(f.Signature().Recv().Type())).(*types.Named)
		return ok && (hasTag(recv, keys) || slices.ContainsFunc(keys, func(k string) bool { return e.tagged()[recv.Obj()][k] }))
	})
}

// givenWithArgs reports whether main gives fn, which tells of nothing but how it went,
// to a function that makes a command of it, whatever the library, and the arguments of
// the process to the same one or another.
func (e *Engine) givenWithArgs(fn *ssa.Function) bool {
	sig := fn.Signature
	if fn.Pkg == nil || fn.Pkg.Pkg.Name() != "main" || sig.Recv() != nil || sig.Results().Len() != 1 || !irx.IsError(sig.Results().At(0).Type()) {
		return false
	}
	site, v := e.onlyCall(fn)
	call, ok := site.(*ssa.Call)
	if !ok || call.Call.Value == v || call.Parent() != fn.Pkg.Func("main") || e.inLoop(call) {
		return false
	}
	return slices.ContainsFunc(call.Parent().Blocks, func(b *ssa.BasicBlock) bool { return slices.ContainsFunc(b.Instrs, givesArgs) })
}

// givesArgs reports whether an instruction gives the arguments of the process to a
// function.
func givesArgs(instr ssa.Instruction) bool {
	call, ok := instr.(*ssa.Call)
	return ok && slices.ContainsFunc(call.Call.Args, func(v ssa.Value) bool {
		if part, ok := v.(*ssa.Slice); ok {
			v = part.X
		}
		load, ok := v.(*ssa.UnOp)
		if !ok {
			return false
		}
		g, ok := load.X.(*ssa.Global)
		return ok && g.Pkg != nil && g.Pkg.Pkg.Path() == "os" && g.Name() == "Args"
	})
}

// hasTag reports whether a field of a struct has a tag with one of the keys.
func hasTag(t *types.Named, keys []string) bool {
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for i := range st.NumFields() {
		for _, k := range keys {
			if _, ok := reflect.StructTag(st.Tag(i)).Lookup(k); ok {
				return true
			}
		}
	}
	return false
}

// tagged returns the types of the fields, of all structs of the package, that have
// tags of commands, and the keys of these.
func (e *Engine) tagged() map[*types.TypeName]map[string]bool {
	if e.tags != nil {
		return e.tags
	}
	e.tags = map[*types.TypeName]map[string]bool{}
	for _, file := range e.Pkg.Pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			if field, ok := n.(*ast.Field); ok && field.Tag != nil {
				e.noteTag(field)
			}
			return true
		})
	}
	return e.tags
}

func (e *Engine) noteTag(field *ast.Field) {
	text, err := strconv.Unquote(field.Tag.Value)
	named, ok := types.Unalias(irx.Deref(e.Pkg.Pass.TypesInfo.TypeOf(field.Type))).(*types.Named)
	if err != nil || !ok {
		return
	}
	for _, k := range []string{"cmd", "command"} {
		if _, ok := reflect.StructTag(text).Lookup(k); ok {
			if e.tags[named.Obj()] == nil {
				e.tags[named.Obj()] = map[string]bool{}
			}
			e.tags[named.Obj()][k] = true
		}
	}
}
