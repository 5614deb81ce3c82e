package own

import (
	"go/constant"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- comparisons with constants --

// Two branches on one value exclude each other when they compare it with
// different constants, or agree when they compare it with the same one. What a
// branch says is kept as a fact of the value's register, equal to a constant or
// different from it, and only from where to where another comparison can be
// decided by it: every fact that is kept tells states apart.

// comparison is a test of a value against a constant.
type comparison struct {
	with  place // the constant, by constantID
	block *ssa.BasicBlock
	reach []bool // the blocks from which the test is reached, when it was asked for
}

// maxCompared bounds the constants that one value is compared with: the arms of
// a large switch stay one state.
const maxCompared = 6

// compared returns the tests of each value of fn that is tested more than once.
func (e *Engine) compared(fn *ssa.Function) map[ssa.Value][]comparison {
	if all, ok := e.comparisons[fn]; ok {
		return all
	}
	all := map[ssa.Value][]comparison{}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if x, c, ok := e.tested(instr); ok {
				x = e.setting(x)
				all[x] = append(all[x], comparison{with: e.constantID(c), block: b})
				if text := prefixOf(x); text != nil {
					text = e.setting(text)
					all[text] = append(all[text], comparison{with: e.constantID(c), block: b})
				}
			}
		}
	}
	for x, tests := range all {
		if n := distinctConstants(tests); len(tests) < 2 || n > maxCompared && e.possible(x) == nil {
			delete(all, x)
		}
	}
	if e.comparisons == nil {
		e.comparisons = map[*ssa.Function]map[ssa.Value][]comparison{}
	}
	e.comparisons[fn] = all
	return all
}

func distinctConstants(tests []comparison) int {
	seen := map[place]bool{}
	for _, t := range tests {
		seen[t.with] = true
	}
	return len(seen)
}

// tested returns what an instruction tests against a constant, if it does: it
// compares the two, or branches on what is asked again.
func (e *Engine) tested(instr ssa.Instruction) (x ssa.Value, c constant.Value, ok bool) {
	switch instr := instr.(type) {
	case *ssa.BinOp:
		return withConstant(instr)
	case *ssa.If:
		cond, _ := positive(instr.Cond)
		return e.asked(cond)
	}
	return nil, nil, false
}

// withConstant returns the operands of a test for (in)equality of a string or a
// number with a constant.
func withConstant(cmp *ssa.BinOp) (x ssa.Value, c constant.Value, ok bool) {
	if cmp.Op != token.EQL && cmp.Op != token.NEQ {
		return nil, nil, false
	}
	x = cmp.X
	y, ok := cmp.Y.(*ssa.Const)
	if !ok {
		x = cmp.Y
		y, ok = cmp.X.(*ssa.Const)
	}
	if _, both := x.(*ssa.Const); !ok || both || y.Value == nil {
		return nil, nil, false
	}
	switch y.Value.Kind() {
	case constant.String, constant.Int:
		return x, y.Value, true
	}
	return nil, nil, false
}

// constantID numbers constants.
func (e *Engine) constantID(v constant.Value) place {
	key := v.Kind().String() + v.ExactString()
	id, ok := e.constants[key]
	if !ok {
		if e.constants == nil {
			e.constants = map[string]place{}
		}
		id = place(len(e.constants))
		e.constants[key] = id
		e.numbered = append(e.numbered, v)
	}
	return id
}

// decideConstant tells what earlier comparisons say of this one.
func (r *run) decideConstant(s *state, cmp *ssa.BinOp) tri {
	x, c, ok := withConstant(cmp)
	if !ok {
		return maybe
	}
	equal := r.equalsConstant(s, x, c)
	if cmp.Op == token.NEQ {
		return equal.not()
	}
	return equal
}

// equalsConstant tells whether x is known to be the constant.
func (r *run) equalsConstant(s *state, x ssa.Value, c constant.Value) tri {
	fact := s.get(r.ps.reg(r.eng.setting(x)))
	if text := prefixOf(x); text != nil {
		return r.prefixed(s, fact, text, c)
	}
	id := r.eng.constantID(c)
	same := fact.p == id
	switch {
	case fact.k == equals:
		return triOf(same)
	case fact.k == differs && same:
		return no
	}
	left := r.eng.remaining(fact, x)
	switch {
	case len(left) == 0:
		return maybe
	case !slices.Contains(left, id):
		return no
	case len(left) == 1:
		return yes
	}
	return maybe
}

// learnConstant records what the branch on cmp says of its operand.
func (r *run) learnConstant(s *state, cmp *ssa.BinOp, truth bool) {
	if x, c, ok := withConstant(cmp); ok {
		r.learnEqual(s, x, c, truth == (cmp.Op == token.EQL))
	}
}

// learnAsked records what a branch says of a condition that is asked again.
func (r *run) learnAsked(s *state, v ssa.Value, truth bool) {
	x, c, ok := r.eng.asked(v)
	if !ok || r.eng.compared(x.Parent())[x] == nil {
		return
	}
	if x == v {
		s.set(r.ps.reg(x), value{k: unknown})
	}
	if c.Kind() == constant.Bool {
		c, truth = constant.MakeBool(constant.BoolVal(c) == truth), true
	}
	r.learnEqual(s, x, c, truth)
}

// prefixOf returns the text that is asked for a prefix when the constants that x is
// compared with are prefixes, or nil.
func prefixOf(x ssa.Value) ssa.Value {
	call, ok := x.(*ssa.Call)
	if !ok || !irx.IsBool(call.Type()) {
		return nil
	}
	text, _ := hasPrefix(call)
	return text
}

// prefixed tells whether a text has a prefix, when it is known that it has another,
// or has it not, or what it is.
func (r *run) prefixed(s *state, fact value, text ssa.Value, c constant.Value) tri {
	asked := constant.StringVal(c)
	if is := s.get(r.ps.reg(r.eng.setting(text))); is.k == equals && r.eng.numbered[is.p].Kind() == constant.String {
		return triOf(strings.HasPrefix(constant.StringVal(r.eng.numbered[is.p]), asked))
	}
	if fact.k != equals && fact.k != differs {
		return maybe
	}
	other := constant.StringVal(r.eng.numbered[fact.p])
	switch {
	case fact.k == equals && strings.HasPrefix(other, asked):
		return yes
	case fact.k == equals && !strings.HasPrefix(asked, other), fact.k == differs && strings.HasPrefix(asked, other):
		return no
	}
	return maybe
}

func (r *run) learnEqual(s *state, x ssa.Value, c constant.Value, equal bool) {
	x = r.eng.setting(x)
	fn := x.Parent()
	if fn == nil || r.eng.compared(fn)[x] == nil {
		return
	}
	id := r.eng.constantID(c)
	at := r.ps.reg(x)
	known := s.get(at).k
	if equal && (known == unknown || known == differs || known == among) {
		s.set(at, value{equals, id})
	} else if !equal && (known == unknown || known == among) {
		s.set(at, r.eng.without(s.get(at), x, id))
	}
}

// decides reports whether a fact about x can decide a test from the start of
// block b on.
func (r *run) decides(fact value, x ssa.Value, b *ssa.BasicBlock) bool {
	tests := r.eng.compared(b.Parent())[x]
	for i := range tests {
		t := &tests[i]
		if fact.k == differs && fact.p != t.with && prefixOf(x) == nil {
			continue
		}
		if t.reach == nil {
			t.reach = irx.Reaches(b.Parent(), t.block)
		}
		if t.reach[b.Index] {
			return true
		}
	}
	return false
}
