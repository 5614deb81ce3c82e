package own

import (
	"fmt"
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// -- settings --

// A function that asks for a field of its configuration twice (if cfg.Addr != "")
// gets the same answer: all loads of a field that it does not assign stand for the
// first of them. That a callee or another goroutine may assign it in between is not
// looked at, which errs towards silence: paths are left out, and none is added.

// setting returns the load that stands for v, which is v itself if it is no load of
// a field.
func (e *Engine) setting(v ssa.Value) ssa.Value {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return v
	}
	if _, ok := load.X.(*ssa.FieldAddr); !ok {
		return v
	}
	all, ok := e.settings[load.Parent()]
	if !ok {
		all = settingsOf(load.Parent())
		if e.settings == nil {
			e.settings = map[*ssa.Function]map[*ssa.UnOp]ssa.Value{}
		}
		e.settings[load.Parent()] = all
	}
	if first := all[load]; first != nil {
		return first
	}
	return v
}

// settingsOf maps the loads of fields that fn does not assign to the first load of
// the same field.
func settingsOf(fn *ssa.Function) map[*ssa.UnOp]ssa.Value {
	first, assigned, stores := map[string]ssa.Value{}, map[string]bool{}, map[string]int{}
	out := map[*ssa.UnOp]ssa.Value{}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Store:
				if name, ok := fieldName(instr.Addr, 0); ok {
					assigned[name] = true
				}
				if name, ok := variableName(instr.Addr); ok {
					stores[name]++
				}
			case *ssa.UnOp:
				name, ok := fieldName(instr.X, 0)
				if !ok || instr.Op != token.MUL {
					continue
				}
				if first[name] == nil {
					first[name] = instr
				}
				out[instr] = first[name]
			}
		}
	}
	for load := range out {
		name, _ := fieldName(load.X, 0)
		variable, _, _ := strings.Cut(name, "*")
		if assigned[name] || stores[variable] > 1 {
			delete(out, load)
		}
	}
	return out
}

// variableName names a variable that is in memory.
func variableName(addr ssa.Value) (string, bool) {
	switch addr.(type) {
	case *ssa.Alloc, *ssa.FreeVar:
		return addr.Name(), true
	}
	return "", false
}

// fieldName names the field at an address, by the variable or parameter that leads
// to it.
func fieldName(addr ssa.Value, depth int) (string, bool) {
	f, ok := addr.(*ssa.FieldAddr)
	if !ok || depth > maxExpr {
		return "", false
	}
	var from string
	switch x := f.X.(type) {
	case *ssa.FieldAddr:
		from, ok = fieldName(x, depth+1)
	case *ssa.UnOp: // a pointer in a field, or in a variable that a literal captures
		if from, ok = variableName(x.X); !ok {
			from, ok = fieldName(x.X, depth+1)
		}
		from += "*"
	case *ssa.Alloc, *ssa.Parameter, *ssa.FreeVar:
		from = x.Name()
	default:
		ok = false
	}
	return fmt.Sprintf("%s.%d", from, f.Field), ok
}
