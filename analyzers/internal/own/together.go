package own

import (
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- results that are nil together --
//
// A function without an error result may say by another one that it has failed: the
// address of its listener is nil when the listener is. Must-analysis over the returns:
// where one gives the resource, it gives the other result, too. What is no nil that is
// written there counts as given when all others write nil for both, as what a call
// returns: whoever wrote that takes it for set.

// together returns the results that are not nil where the i-th is not.
func (e *Engine) together(fn *ssa.Function, i int) (set uint32) {
	d, splits := discriminator(fn.Signature)
	for j := range min(fn.Signature.Results().Len(), 32) {
		if j == i || splits && j == d.index || !irx.Nilable(fn.Signature.Results().At(j).Type()) {
			continue
		}
		if e.givenWith(fn, i, j) {
			set |= 1 << j
		}
	}
	return set
}

// givenWith reports whether each return that gives the i-th result gives the j-th.
func (e *Engine) givenWith(fn *ssa.Function, i, j int) bool {
	found := pairs{eng: e, i: i, j: j}
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if ok && b != fn.Recover && !found.add(ret.Results[i], ret.Results[j], 0) {
			return false
		}
	}
	return found.set > 0 && (found.loose == 0 || found.both > 0)
}

// pairs counts the returns that give both results, neither, and one that is not known
// to be set.
type pairs struct {
	eng              *Engine
	i, j             int
	set, both, loose int
}

// add adds what one return gives, or false when it gives the first alone.
func (p *pairs) add(v, w ssa.Value, depth int) bool {
	if phi, ok := v.(*ssa.Phi); ok && depth < maxSteps {
		other, _ := w.(*ssa.Phi)
		for k, x := range phi.Edges {
			y := w
			if other != nil && other.Block() == phi.Block() {
				y = other.Edges[k]
			}
			if !p.add(x, y, depth+1) {
				return false
			}
		}
		return true
	}
	switch {
	case irx.IsNil(v):
		if irx.IsNil(w) {
			p.both++
		}
		return true
	case irx.IsNil(w):
		return false
	}
	p.set++
	if p.eng.neverNil(w, map[ssa.Value]bool{}) || p.passed(v, w) {
		return true
	}
	p.loose++
	call, _ := resultOf(w)
	return call != nil
}

// passed reports whether both are results of one call that are nil together.
func (p *pairs) passed(v, w ssa.Value) bool {
	x, m := resultOf(v)
	y, n := resultOf(w)
	if x == nil || x != y {
		return false
	}
	c := p.eng.contract(irx.CalleeOf(x.Common()))
	if c == nil || c.bottom {
		return false
	}
	for _, res := range c.Results {
		if res.Result == m && res.Path == 0 && res.Beside>>n&1 == 1 {
			return true
		}
	}
	return false
}

// besideAcquired makes the results not nil that are given with the resource.
func (r *run) besideAcquired(s *state, site ssa.CallInstruction) {
	for j := range 32 {
		if r.ob.Beside>>j&1 == 1 {
			s.set(r.resultPlace(site.Value(), j), value{k: nonNil})
		}
	}
}
