package own

import (
	"fmt"
	"go/constant"
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- settings --

// A function that asks for a field of its configuration twice (if cfg.Addr != ""),
// or for anything else that it only computes (strings.HasPrefix(network, "unix"),
// len(addrs) > 0, cfg.isTLS()), gets the same answer: all values of one name stand
// for the first of them; see [naming]. That a callee or another goroutine may assign
// it in between is not looked at, which errs towards silence: paths are left out, and
// none is added.

// settings are the values of a function that are the same each time.
type settings struct {
	first map[ssa.Value]ssa.Value // what stands for a value
	conds map[ssa.Value]question  // the conditions that are asked twice
}

// question is a condition that some other asks as well: it is true when x, which
// stands for both, is the constant, or has it for a prefix.
type question struct {
	x ssa.Value
	c constant.Value
}

// setting returns the value that stands for v, which is v itself if nothing else is
// the same.
func (e *Engine) setting(v ssa.Value) ssa.Value {
	instr, ok := v.(ssa.Instruction)
	if !ok {
		return v
	}
	if first := e.settingsOf(instr.Parent()).first[v]; first != nil {
		return first
	}
	return v
}

// asked returns what a condition asks, when it is asked again.
func (e *Engine) asked(v ssa.Value) (x ssa.Value, c constant.Value, ok bool) {
	instr, ok := v.(ssa.Instruction)
	if !ok {
		return nil, nil, false
	}
	q, ok := e.settingsOf(instr.Parent()).conds[v]
	return q.x, q.c, ok
}

func (e *Engine) settingsOf(fn *ssa.Function) *settings {
	s, ok := e.settings[fn]
	if !ok {
		s = e.newSettings(fn)
		if e.settings == nil {
			e.settings = map[*ssa.Function]*settings{}
		}
		e.settings[fn] = s
	}
	return s
}

// newSettings names what the branches of fn ask, and what it compares with
// constants.
func (e *Engine) newSettings(fn *ssa.Function) *settings {
	s := &settings{first: map[ssa.Value]ssa.Value{}, conds: map[ssa.Value]question{}}
	n := e.newNaming(fn)
	firsts := map[string]ssa.Value{}
	first := func(name string, v ssa.Value) ssa.Value {
		if firsts[name] == nil {
			firsts[name] = v
		}
		return firsts[name]
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.BinOp:
				if x, _, ok := withConstant(instr); ok {
					if name, ok := n.name(x, 0); ok {
						s.first[x] = first(name, x)
					}
				}
			case *ssa.If:
				cond, _ := positive(instr.Cond)
				if name, c, ok := n.question(cond); ok {
					s.conds[cond] = question{first("? "+name, cond), c}
				}
			}
		}
	}
	s.dropSingle()
	return s
}

// dropSingle forgets conditions that no other value asks again. What is asked for a
// prefix may be compared as well.
func (s *settings) dropSingle() {
	count := map[ssa.Value]int{}
	for _, q := range s.conds {
		count[q.x]++
	}
	for v, q := range s.conds {
		if count[q.x] < 2 && prefixOf(q.x) == nil {
			delete(s.conds, v)
		}
	}
}

// positive returns the condition without negations, and whether there was an odd
// number of them.
func positive(cond ssa.Value) (v ssa.Value, negated bool) {
	for {
		not, ok := cond.(*ssa.UnOp)
		if !ok || not.Op != token.NOT {
			return cond, negated
		}
		cond, negated = not.X, !negated
	}
}

// -- names --

// naming names values so that two of one name are equal.
type naming struct {
	e        *Engine
	fn       *ssa.Function
	assigned map[string]bool
	stores   map[string]int
}

func (e *Engine) newNaming(fn *ssa.Function) *naming {
	n := &naming{e: e, fn: fn, assigned: map[string]bool{}, stores: map[string]int{}}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Store:
				if name, ok := n.place(instr.Addr, 0); ok {
					n.assigned[name] = true
				}
				if name, ok := variableName(instr.Addr); ok {
					n.stores[name]++
				}
			case *ssa.MapUpdate:
				if name, ok := n.name(instr.Map, 0); ok {
					n.assigned[name+"[]"] = true
				}
			}
		}
	}
	return n
}

// question names what a condition asks, and tells for which answer it is true. What
// is compared with a constant for equality has another way; see [withConstant].
func (n *naming) question(cond ssa.Value) (name string, c constant.Value, ok bool) {
	if call, ok := cond.(*ssa.Call); ok {
		if x, c := hasPrefix(call); x != nil {
			name, ok := n.name(x, 0)
			return "prefix " + name, c, ok
		}
	}
	if cmp, ok := cond.(*ssa.BinOp); ok {
		if name, empty, ok := n.isEmpty(cmp); ok {
			return name, constant.MakeBool(empty), true
		}
		if _, _, equality := withConstant(cmp); equality {
			return "", nil, false
		}
		name, holds, ok := n.comparison(cmp)
		return name, constant.MakeBool(holds), ok
	}
	name, ok = n.name(cond, 0)
	return name, constant.MakeBool(true), ok
}

// opposite are the comparisons that are written as others.
var opposite = map[token.Token]token.Token{token.NEQ: token.EQL, token.GEQ: token.LSS, token.GTR: token.LEQ}

// comparison names a comparison, the same for its opposite.
func (n *naming) comparison(cmp *ssa.BinOp) (name string, holds, ok bool) {
	x, okX := n.name(cmp.X, 2)
	y, okY := n.name(cmp.Y, 2)
	op, negated := opposite[cmp.Op]
	if !negated {
		op = cmp.Op
	}
	return x + op.String() + y, !negated, okX && okY
}

// isEmpty names a test of whether something has a length of 0.
func (n *naming) isEmpty(cmp *ssa.BinOp) (name string, empty, ok bool) {
	length, ok := cmp.X.(*ssa.Call)
	c, isConst := cmp.Y.(*ssa.Const)
	if !ok || !isConst || irx.CalleeOf(length.Common()).Builtin != "len" || c.Value == nil {
		return "", false, false
	}
	zero, _ := constant.Int64Val(c.Value)
	switch {
	case zero == 0 && (cmp.Op == token.EQL || cmp.Op == token.LEQ), zero == 1 && cmp.Op == token.LSS:
		empty = true
	case zero == 0 && (cmp.Op == token.NEQ || cmp.Op == token.GTR), zero == 1 && cmp.Op == token.GEQ:
	default:
		return "", false, false
	}
	name, ok = n.name(length.Call.Args[0], 2)
	return "empty " + name, empty, ok
}

// maxName bounds a name.
const maxName = 300

// name names a value that is computed from parameters, fields and variables that the
// function does not assign, constants, and whatever is no part of a loop.
func (n *naming) name(v ssa.Value, depth int) (name string, ok bool) {
	if depth > maxExpr {
		return "", false
	}
	switch v := v.(type) {
	case *ssa.Const, *ssa.Parameter, *ssa.Function, *ssa.Builtin:
		return v.Name(), true
	case *ssa.UnOp:
		name, ok = n.unary(v, depth)
	case *ssa.BinOp:
		name, ok = n.all(v.Op.String(), depth+2, v.X, v.Y)
	case *ssa.Field:
		name, ok = n.all(fmt.Sprintf("field %d", v.Field), depth+1, v.X)
	case *ssa.Convert:
		name, ok = n.all(v.Type().String(), depth+1, v.X)
	case *ssa.ChangeType:
		name, ok = n.all(v.Type().String(), depth+1, v.X)
	case *ssa.MakeInterface:
		name, ok = n.all(v.Type().String(), depth+1, v.X)
	case *ssa.Lookup:
		name, ok = n.lookup(v, depth)
	case *ssa.Extract:
		name, ok = n.found(v, depth)
	case *ssa.Call:
		if n.repeats(v) {
			name, ok = n.all("call "+v.Call.Value.String()+methodName(v), depth+2, irx.Operands(v.Common())...)
		}
	}
	if ok && len(name) <= maxName {
		return name, true
	}
	if instr, isInstr := v.(ssa.Instruction); isInstr && !n.e.shape(n.fn).inLoop(instr.Block()) && !isLoad(v) {
		return v.Name(), true
	}
	return "", false
}

// methodName tells methods of an interface apart.
func methodName(call *ssa.Call) string {
	if call.Call.IsInvoke() {
		return "." + call.Call.Method.Name()
	}
	return ""
}

func isLoad(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	return ok && load.Op == token.MUL
}

// all names an operation on values that have names.
func (n *naming) all(op string, depth int, operands ...ssa.Value) (string, bool) {
	parts := []string{op}
	for _, v := range operands {
		name, ok := n.name(v, depth)
		if !ok {
			return "", false
		}
		parts = append(parts, name)
	}
	return "(" + strings.Join(parts, " ") + ")", true
}

func (n *naming) unary(v *ssa.UnOp, depth int) (string, bool) {
	switch v.Op {
	case token.ARROW:
		return "", false
	case token.MUL:
		name, ok := n.place(v.X, depth)
		if _, variable := variableName(v.X); !ok || variable && !n.once(v.X) || !variable && n.assigned[name] {
			return "", false
		}
		for variable := range strings.SplitSeq(name, "*") {
			if n.stores[variable] > 1 {
				return "", false
			}
		}
		return name + "*", true
	}
	return n.all(v.Op.String(), depth+1, v.X)
}

// once reports whether a place is a variable that is assigned once, by whomever.
func (n *naming) once(addr ssa.Value) bool {
	for range maxDefinition {
		fv, captured := addr.(*ssa.FreeVar)
		if !captured {
			break
		}
		addr = irx.Binding(fv)
	}
	a, ok := addr.(*ssa.Alloc)
	if !ok || n.e.shape(a.Parent()).inLoop(a.Block()) {
		return false
	}
	stored, whole := storesTo(a)
	return whole && len(stored) <= 1
}

// place names the place at an address: a field, by what leads to it, a variable, or
// what a pointer leads to.
func (n *naming) place(addr ssa.Value, depth int) (string, bool) {
	if depth > maxExpr {
		return "", false
	}
	switch addr := addr.(type) {
	case *ssa.FieldAddr:
		from, ok := n.place(addr.X, depth+1)
		return fmt.Sprintf("%s.%d", from, addr.Field), ok
	case *ssa.Alloc, *ssa.FreeVar, *ssa.Parameter:
		return addr.Name(), true
	case *ssa.Global:
		return addr.String(), true
	case *ssa.UnOp:
		if addr.Op == token.MUL {
			return n.unary(addr, depth+1)
		}
	}
	return "", false
}

func (n *naming) lookup(v *ssa.Lookup, depth int) (string, bool) {
	name, ok := n.name(v.X, depth+1)
	if !ok || n.assigned[name+"[]"] {
		return "", false
	}
	index, ok := n.name(v.Index, depth+2)
	return fmt.Sprintf("%s[%s]", name, index), ok
}

// found names whether a look-up or an assertion has found something.
func (n *naming) found(v *ssa.Extract, depth int) (string, bool) {
	switch from := v.Tuple.(type) {
	case *ssa.Lookup:
		name, ok := n.lookup(from, depth+1)
		return fmt.Sprintf("%s %d", name, v.Index), ok
	case *ssa.TypeAssert:
		return n.all(fmt.Sprintf("%d of %s", v.Index, from.AssertedType), depth+1, from.X)
	}
	return "", false
}

// variableName names a variable that is in memory.
func variableName(addr ssa.Value) (string, bool) {
	switch addr.(type) {
	case *ssa.Alloc, *ssa.FreeVar:
		return addr.Name(), true
	}
	return "", false
}
