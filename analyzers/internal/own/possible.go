package own

import (
	"go/constant"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- the constants that a value can be --
//
// A function that nothing but the package calls, and that is no value, is given what
// its calls give it: a parameter for which each of them has a constant is one of
// these, and no other arm of a switch over it can be taken. Theory: a may-set of
// constants for each value, whatever the path, by union over phis, the returns of a
// callee and the calls of the function of a parameter. It is whole or there is none:
// one thing that is no constant, or a bound, and nothing is known.

const (
	maxPossible      = 8  // constants that one value can be
	maxPossibleSteps = 64 // values that are looked at for one
)

// possible returns the constants that v can be, or nil when it may be anything else.
func (e *Engine) possible(v ssa.Value) []constant.Value {
	switch v := v.(type) {
	case *ssa.Const:
		return (&possibilities{}).of(v)
	case *ssa.Parameter, *ssa.Phi, *ssa.UnOp, *ssa.Call:
		if !isPlain(v) {
			return nil
		}
	default:
		return nil
	}
	at, args := &e.byCallers, e.args
	if args != nil && args.fn == parentOf(v) {
		at = &args.possible
	} else {
		args = nil
	}
	all, ok := (*at)[v]
	if !ok {
		if *at == nil {
			*at = map[ssa.Value][]constant.Value{}
		}
		all = (&possibilities{eng: e, args: args, seen: map[ssa.Value]bool{}}).of(v)
		(*at)[v] = all
	}
	return all
}

func parentOf(v ssa.Value) *ssa.Function {
	if v, ok := v.(interface{ Parent() *ssa.Function }); ok {
		return v.Parent()
	}
	return nil
}

// possibilities collects the constants of one value.
type possibilities struct {
	eng  *Engine
	args *constArgs // what is given just now to the function of the value, or nil
	seen map[ssa.Value]bool
	all  []constant.Value
}

func (p *possibilities) of(v ssa.Value) []constant.Value {
	if !p.add(v) {
		return nil
	}
	return p.all
}

// add adds what v can be; false means that it may be something else.
func (p *possibilities) add(v ssa.Value) bool {
	if c, ok := v.(*ssa.Const); ok {
		return p.addConstant(c.Value)
	}
	if p.seen[v] {
		return true
	}
	if p.seen[v] = true; len(p.seen) > maxPossibleSteps {
		return false
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		if p.args != nil && p.args.values[v] != nil {
			return p.addConstant(p.args.values[v])
		}
		return p.elsewhere(func() bool { return p.addGiven(v) })
	case *ssa.Phi:
		return p.addPhi(v)
	case *ssa.ChangeType:
		return p.add(v.X)
	case *ssa.UnOp:
		stored := allStored(v)
		return len(stored) > 0 && !slices.ContainsFunc(stored, func(x ssa.Value) bool { return !p.add(x) })
	case *ssa.Call:
		return p.elsewhere(func() bool { return p.addCall(v) })
	}
	return false
}

// elsewhere adds what other functions give, or this one called by another.
func (p *possibilities) elsewhere(add func() bool) bool {
	args, seen := p.args, p.seen
	if args != nil {
		p.args, p.seen = nil, map[ssa.Value]bool{}
		defer func() { p.args, p.seen = args, seen }()
	}
	return add()
}

func (p *possibilities) addConstant(c constant.Value) bool {
	if c == nil || c.Kind() == constant.Unknown {
		return false
	}
	if !slices.ContainsFunc(p.all, func(d constant.Value) bool { return d.Kind() == c.Kind() && constant.Compare(d, token.EQL, c) }) {
		p.all = append(p.all, c)
	}
	return len(p.all) <= maxPossible
}

// addGiven adds what the calls of its function give a parameter.
func (p *possibilities) addGiven(v *ssa.Parameter) bool {
	i := slices.Index(v.Parent().Params, v)
	calls := p.eng.allCalls(v.Parent())
	for _, call := range calls {
		if ops := irx.Operands(call.Common()); i >= len(ops) || !p.add(ops[i]) {
			return false
		}
	}
	return len(calls) > 0
}

func (p *possibilities) addPhi(v *ssa.Phi) bool {
	for i, x := range v.Edges {
		if (p.args == nil || p.eng.comes(v.Block().Preds[i])) && !p.add(x) {
			return false
		}
	}
	return true
}

// addCall adds what the returns of a callee give. A bool tells of what has happened in
// it, mostly, and is left to other rules.
func (p *possibilities) addCall(v *ssa.Call) bool {
	body := irx.CalleeOf(v.Common()).Body
	if body == nil || len(body.Blocks) > maxSureBlocks || irx.IsBool(v.Type()) {
		return false
	}
	for _, b := range body.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && b != body.Recover && !p.add(ret.Results[0]) {
			return false
		}
	}
	return true
}

// allStored returns all that a variable is assigned which v loads, by literals that
// have captured it, too, or nothing when that is not known, or it is zero at first.
func allStored(v *ssa.UnOp) []ssa.Value {
	cell := cellOf(v)
	if cell == nil {
		return nil
	}
	for _, instr := range cell.Block().Instrs[slices.Index(cell.Block().Instrs, ssa.Instruction(cell))+1:] {
		if !slices.Contains(*cell.Referrers(), instr) {
			continue
		}
		if st, ok := instr.(*ssa.Store); !ok || st.Addr != ssa.Value(cell) {
			return nil
		}
		stored, _ := storesTo(cell)
		return stored
	}
	return nil
}

// -- what is known by it --

// compares evaluates a comparison that comes out the same for all constants that its
// operands can be, or of a parameter with nil.
func (e *Engine) compares(cmp *ssa.BinOp) tri {
	if cmp.Op.Precedence() != token.EQL.Precedence() {
		return maybe
	}
	for _, p := range [2][2]ssa.Value{{cmp.X, cmp.Y}, {cmp.Y, cmp.X}} {
		if !irx.IsNil(p[1]) {
			continue
		}
		null := e.nilByCallers(p[0], 0)
		if cmp.Op == token.NEQ {
			null = null.not()
		}
		return null
	}
	xs := e.possible(cmp.X)
	if xs == nil {
		return maybe
	}
	return compareAll(xs, cmp.Op, e.possible(cmp.Y))
}

func compareAll(xs []constant.Value, op token.Token, ys []constant.Value) tri {
	result := maybe
	for _, x := range xs {
		for _, y := range ys {
			if x.Kind() != y.Kind() || x.Kind() == constant.Bool && op != token.EQL && op != token.NEQ {
				return maybe
			}
			t := triOf(constant.Compare(x, op, y))
			if result != maybe && t != result {
				return maybe
			}
			result = t
		}
	}
	return result
}

// nilByCallers tells whether v, a parameter or what is made of one, is nil in each
// call, or in none.
func (e *Engine) nilByCallers(v ssa.Value, depth int) tri {
	if load, ok := v.(*ssa.UnOp); ok {
		if stored := allStored(load); len(stored) == 1 {
			v = stored[0]
		}
	}
	switch v := v.(type) {
	case *ssa.Const:
		if depth > 0 {
			return triOf(v.IsNil())
		}
	case *ssa.Alloc, *ssa.MakeInterface, *ssa.MakeClosure, *ssa.MakeMap, *ssa.MakeChan, *ssa.MakeSlice, *ssa.Function, *ssa.Global:
		if depth > 0 {
			return no
		}
	case *ssa.ChangeType: // a function as a named type
		return e.nilByCallers(v.X, depth)
	case *ssa.Parameter:
		if depth > maxConstDepth || !irx.Nilable(v.Type()) {
			return maybe
		}
		return e.nilParam(v, depth)
	}
	return maybe
}

// paramAt is a parameter that is asked for so many calls away from a test: there,
// fewer calls are followed.
type paramAt struct {
	p     *ssa.Parameter
	depth int
}

func (e *Engine) nilParam(p *ssa.Parameter, depth int) tri {
	at := paramAt{p, depth}
	t, known := e.nilGiven[at]
	if !known {
		if e.nilGiven == nil {
			e.nilGiven = map[paramAt]tri{}
		}
		t = e.nilInCalls(p, depth)
		e.nilGiven[at] = t
	}
	return t
}

// nilInCalls tells what all calls give a parameter.
func (e *Engine) nilInCalls(p *ssa.Parameter, depth int) tri {
	i, result := slices.Index(p.Parent().Params, p), maybe
	for _, call := range e.allCalls(p.Parent()) {
		ops := irx.Operands(call.Common())
		if i >= len(ops) {
			return maybe
		}
		t := e.nilByCallers(ops[i], depth+1)
		if t == maybe || result != maybe && t != result {
			return maybe
		}
		result = t
	}
	return result
}

// isTruth returns what a condition is that can be one constant only.
func isTruth(all []constant.Value) tri {
	if len(all) != 1 || all[0].Kind() != constant.Bool {
		return maybe
	}
	return triOf(constant.BoolVal(all[0]))
}

// -- what is left of it on a path --

// remaining returns the constants that x can still be, by what is known of it.
func (e *Engine) remaining(fact value, x ssa.Value) []place {
	switch fact.k {
	case equals:
		return []place{fact.p}
	case among:
		return e.sets[fact.p]
	}
	var ids []place
	for _, c := range e.possible(x) {
		if id := e.constantID(c); fact.k != differs || id != fact.p {
			ids = append(ids, id)
		}
	}
	return ids
}

// without returns what is known of x when it is not the constant: one of the others
// that it can be, or nothing but that.
func (e *Engine) without(fact value, x ssa.Value, id place) value {
	rest := slices.DeleteFunc(slices.Clone(e.remaining(fact, x)), func(c place) bool { return c == id })
	switch len(rest) {
	case 0:
		return value{differs, id}
	case 1:
		return value{equals, rest[0]}
	}
	slices.Sort(rest)
	i := slices.IndexFunc(e.sets, func(s []place) bool { return slices.Equal(s, rest) })
	if i < 0 {
		i = len(e.sets)
		e.sets = append(e.sets, rest)
	}
	return value{among, place(i)}
}
