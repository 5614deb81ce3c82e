package peerio

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- listeners whose connections come with a bound --

// Limits reports whether the Accept method of a listener's type gives out connections
// that have a deadline, or set one before each read.
func (r *Result) Limits(t types.Type) bool {
	m := irx.Method(t, "Accept")
	if m == nil || r.engine == nil || types.IsInterface(t) || r.Pkg.Model.Of(m) != nil {
		return false
	}
	body := r.engine.pkg.SSA().Prog.FuncValue(m)
	sum := r.engine.summaryOf(body, m)
	if sum == nil {
		return false
	}
	for _, l := range sum.Results {
		if l.Result == 0 && !l.Bound.Open() {
			return true
		}
	}
	for _, d := range sum.Types {
		tn, ok := m.Pkg().Scope().Lookup(d.Name).(*types.TypeName)
		if ok && d.Result == 0 && r.limitsReads(tn.Type()) {
			return true
		}
	}
	return body != nil && r.returnsLimited(body)
}

func (r *Result) limitsReads(t types.Type) bool {
	return r.engine.readBound(types.NewPointer(t)).Kind == Bounded
}

func (r *Result) returnsLimited(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || len(ret.Results) == 0 {
			continue
		}
		if made, ok := ret.Results[0].(*ssa.MakeInterface); ok && r.engine.readBound(made.X.Type()).Kind == Bounded {
			return true
		}
	}
	return false
}
