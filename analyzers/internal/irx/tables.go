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
	n := p.constants(lit)
	return n >= minTable
}

// constants counts the constants in a literal, or returns -1 when there is anything
// else in it.
func (p *Package) constants(lit *ast.CompositeLit) (n int) {
	for _, elt := range lit.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
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
