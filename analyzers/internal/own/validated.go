package own

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- constructors that only verify that they are given everything --
//
// A constructor refuses what is missing (if conn == nil, if host == ""), and does
// nothing else that can fail: where the call gives it all, it does not. Must-analysis
// on both sides, as in [Engine.sureness]: no return may tell of failure when all
// parameters that are asked are there, and each operand is known to be.

// validated returns the parameters that are enough for fn not to fail when all of
// them are there: not nil, and no empty text. Where that is one that must not be nil
// it is empty: [Sureness] says so.
func (e *Engine) validated(fn *ssa.Function, d disc) uint32 {
	names := map[int]map[ssa.Value]bool{}
	texts := false
	for i, p := range fn.Params[:min(32, len(fn.Params))] {
		of := namesOf(p)
		switch {
		case irx.Nilable(p.Type()) && testsNil(of):
			names[i] = of
		case isText(p.Type()) && testsEmpty(of):
			names[i], texts = of, true
		}
	}
	if len(names) < 2 && !texts || !e.sureGiven(fn, d, names) {
		return 0
	}
	var set uint32
	for i := range len(fn.Params) {
		of, asked := names[i]
		if !asked {
			continue
		}
		if delete(names, i); e.sureGiven(fn, d, names) {
			continue // it makes no difference
		}
		names[i] = of
		set |= 1 << i
	}
	return set
}

// sureGiven reports whether fn cannot fail when the named parameters are there.
func (e *Engine) sureGiven(fn *ssa.Function, d disc, names map[int]map[ssa.Value]bool) bool {
	s := &supposition{disc: d, p: map[ssa.Value]bool{}, full: map[ssa.Value]bool{}}
	for _, of := range names {
		for v := range of {
			if isText(v.Type()) {
				s.full[v] = true
			} else {
				s.p[v] = true
			}
		}
	}
	return e.sureUnder(fn, s)
}

// testsEmpty reports whether a text of these names is compared or measured.
func testsEmpty(names map[ssa.Value]bool) bool {
	for v := range names {
		for _, ref := range *v.Referrers() {
			switch ref := ref.(type) {
			case *ssa.BinOp:
				if irx.IsBool(ref.Type()) {
					return true
				}
			case *ssa.Call:
				if irx.CalleeOf(ref.Common()).Builtin == "len" {
					return true
				}
			}
		}
	}
	return false
}

// empties evaluates a test of whether a text that is there is empty.
func (s *supposition) empties(b *ssa.BinOp) tri {
	c, ok := b.Y.(*ssa.Const)
	if !ok || c.Value == nil {
		return maybe
	}
	if s.full[b.X] && c.Value.Kind() == constant.String && constant.StringVal(c.Value) == "" {
		return triOf(b.Op == token.NEQ || b.Op == token.GTR)
	}
	length, ok := b.X.(*ssa.Call)
	if !ok || irx.CalleeOf(length.Common()).Builtin != "len" || !s.full[length.Call.Args[0]] || c.Value.Kind() != constant.Int {
		return maybe
	}
	n, _ := constant.Int64Val(c.Value)
	return compareLen(b.Op, place(min(n, 2)))
}

// givenAll reports whether a call gives a callee all that it verifies.
func (e *Engine) givenAll(mask uint32, ops []ssa.Value, null func(ssa.Value) tri) bool {
	for i, op := range ops[:min(32, len(ops))] {
		if mask>>i&1 == 1 && !e.isThere(op, null) {
			return false
		}
	}
	return mask != 0
}

func (e *Engine) isThere(v ssa.Value, null func(ssa.Value) tri) bool {
	if isText(v.Type()) {
		return null(v) == no || e.neverEmpty(v, 0)
	}
	return null(v) == no || e.neverNil(v, map[ssa.Value]bool{}) || e.madeSet(v)
}

// neverEmpty reports whether a text has something in it: it is written out, in part
// at least, or names an address or a number.
func (e *Engine) neverEmpty(v ssa.Value, depth int) bool {
	if depth > maxExpr {
		return false
	}
	if all := e.possible(v); all != nil {
		return !slices.ContainsFunc(all, func(c constant.Value) bool { return c.Kind() != constant.String || constant.StringVal(c) == "" })
	}
	switch v := v.(type) {
	case *ssa.BinOp:
		return v.Op == token.ADD && (e.neverEmpty(v.X, depth+1) || e.neverEmpty(v.Y, depth+1))
	case *ssa.ChangeType:
		return e.neverEmpty(v.X, depth+1)
	case *ssa.Phi:
		return depth < maxSteps && !slices.ContainsFunc(v.Edges, func(x ssa.Value) bool { return !e.neverEmpty(x, depth+4) })
	case *ssa.UnOp:
		stored := onlyStored(v.X)
		return v.Op == token.MUL && stored != nil && e.neverEmpty(stored, depth+1)
	case *ssa.Call:
		return e.givesText(v)
	}
	return false
}

// givesText reports whether a call gives a text that is never empty: a number, or an
// address. That of a socket is, when it is of a kind whose addresses may be empty, as
// those of Unix sockets without a name; where the kind is not known it is taken for
// one that has a text, as most have.
func (e *Engine) givesText(call *ssa.Call) bool {
	fn := irx.CalleeOf(call.Common()).Func
	switch {
	case fn == nil:
		return false
	case fullTexts[fn.FullName()]:
		return true
	case fn.FullName() != "(net.Addr).String":
		return false
	}
	from := e.typesOf(irx.Operands(call.Common())[0])
	return len(from) == 0 || e.allMethods(from, fn, func(m *types.Func) bool { return fullTexts[m.FullName()] })
}

// fullTexts are functions of the standard library that give a text that is never
// empty, whatever they are given.
var fullTexts = map[string]bool{
	"net.JoinHostPort":            true,
	"(net.IP).String":             true,
	"(net.IPMask).String":         true,
	"(*net.IPNet).String":         true,
	"(*net.TCPAddr).String":       true,
	"(*net.UDPAddr).String":       true,
	"(net/netip.Addr).String":     true,
	"(net/netip.AddrPort).String": true,
	"(net/netip.Prefix).String":   true,
	"strconv.Itoa":                true,
	"strconv.FormatInt":           true,
	"strconv.FormatUint":          true,
}

// -- fields that a constructor fills --

// Made is what a function that succeeds gives in the object that it has made: the
// fields that are not nil.
type Made struct {
	Result int
	Fields uint64
}

// made finds the fields of new objects that are not nil, whichever return gives them.
func (e *Engine) made(fn *ssa.Function) (out []Made) {
	results := fn.Signature.Results()
	for i := range min(results.Len(), 4) {
		if !isPointer(results.At(i).Type()) || !isStruct(irx.Deref(results.At(i).Type())) {
			continue
		}
		if fields := e.madeFields(fn, i); fields != 0 {
			out = append(out, Made{i, fields})
		}
	}
	return out
}

func (e *Engine) madeFields(fn *ssa.Function, result int) uint64 {
	fields := ^uint64(0)
	found := false
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || b == fn.Recover || irx.IsNil(ret.Results[result]) {
			continue
		}
		obj, ok := ret.Results[result].(*ssa.Alloc)
		if !ok {
			return 0
		}
		found = true
		fields &= e.setFields(obj)
	}
	if !found {
		return 0
	}
	return fields
}

// setFields returns the fields of a new object that are assigned in the block that
// makes it, and never to nil.
func (e *Engine) setFields(obj *ssa.Alloc) (set uint64) {
	var unset uint64
	for _, ref := range *obj.Referrers() {
		f, ok := ref.(*ssa.FieldAddr)
		if !ok || f.Field >= 64 {
			continue
		}
		for _, use := range *f.Referrers() {
			st, ok := use.(*ssa.Store)
			switch {
			case !ok || st.Addr != ssa.Value(f):
			case !irx.Nilable(st.Val.Type()) || !e.neverNil(st.Val, map[ssa.Value]bool{}):
				unset |= 1 << f.Field
			case st.Block() == obj.Block():
				set |= 1 << f.Field
			}
		}
	}
	return set &^ unset
}

// madeSet reports whether v is a field that the constructor of its object has filled.
func (e *Engine) madeSet(v ssa.Value) bool {
	f := fieldOf(v)
	if f == nil {
		return false
	}
	call, result := resultOf(definition(f.X))
	if call == nil || f.Field >= 64 {
		return false
	}
	callee := irx.CalleeOf(call.Common())
	c := e.contract(callee)
	if c == nil && callee.Func != nil && !callee.Dynamic {
		_, isChan := v.Type().Underlying().(*types.Chan)
		return isChan // its package was not looked at, since no connection can appear in it
	}
	return c != nil && slices.ContainsFunc(c.Made, func(m Made) bool { return m.Result == result && m.Fields>>f.Field&1 == 1 })
}
