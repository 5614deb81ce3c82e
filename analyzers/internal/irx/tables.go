package irx

import (
	"go/ast"
	"go/types"
)

// minTable is the number of constants from which on a variable counts as a table.
const minTable = 64

// isTable reports whether an initializer is a large literal of nothing but constants:
// the tables of Unicode, of system calls, of a lexer, the descriptor of a protocol
// buffer. Each element would be two instructions or more that say nothing of
// connections. Smaller ones are built: they may be what a loop goes round.
func (p *Package) isTable(init *types.Initializer) bool {
	lit, ok := init.Rhs.(*ast.CompositeLit)
	if !ok {
		return false
	}
	return p.constants(lit) >= minTable
}

// constants counts the constants in a literal, or returns -1 when there is anything
// else in it.
func (p *Package) constants(lit *ast.CompositeLit) (n int) {
	if boxes(p.Pass.TypesInfo.TypeOf(lit)) {
		return -1
	}
	for _, elt := range lit.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			if !p.fixed(kv.Key) {
				return -1
			}
			elt = kv.Value
		}
		if inner, ok := elt.(*ast.CompositeLit); ok {
			m := p.constants(inner)
			if m < 0 {
				return -1
			}
			n += m
			continue
		}
		if p.Pass.TypesInfo.Types[elt].Value == nil {
			return -1
		}
		n++
	}
	return n
}

// fixed reports whether a key is a constant, or the name of a field.
func (p *Package) fixed(key ast.Expr) bool {
	if p.Pass.TypesInfo.Types[key].Value != nil {
		return true
	}
	id, ok := key.(*ast.Ident)
	if !ok {
		return false
	}
	v, ok := p.Pass.TypesInfo.Uses[id].(*types.Var)
	return ok && v.IsField()
}

// boxes reports whether the elements of a literal are interfaces, each of which holds a
// value of some type.
func boxes(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Slice:
		return types.IsInterface(t.Elem())
	case *types.Array:
		return types.IsInterface(t.Elem())
	case *types.Map:
		return types.IsInterface(t.Elem())
	}
	return false
}
