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
