package own

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- success and failure --

type discKind uint8

const (
	byError discKind = iota // fails when the error is not nil
	byBool                  // fails when the bool is false
	byNil                   // fails when the only result is nil
)

// disc is the result by which a caller tells success from failure.
type disc struct {
	index int
	kind  discKind
}

// discriminator finds the result that tells success from failure: the last one,
// when it is an error or a bool, or the only one when it can be nil. No elements
// is no failure.
func discriminator(sig *types.Signature) (disc, bool) {
	n := sig.Results().Len()
	if n == 0 {
		return disc{}, false
	}
	switch t := sig.Results().At(n - 1).Type(); {
	case irx.TellsFailure(t):
		return disc{n - 1, byError}, true
	case irx.IsBool(t):
		return disc{n - 1, byBool}, true
	case n == 1 && irx.Nilable(t) && elemOf(t) == nil:
		return disc{0, byNil}, true
	}
	return disc{}, false
}

// setOutcome records in the state that the call succeeded or failed.
func (r *run) setOutcome(s *state, site ssa.CallInstruction, d disc, success bool) bool {
	v := site.Value()
	if v == nil {
		return true
	}
	s.set(r.resultPlace(v, d.index), boolValue(success != (d.kind == byError)))
	if d.kind == byError && !success {
		r.setNilBeside(s, site)
	}
	return true
}

// classOf tells whether a return may be a success and may be a failure.
func (r *run) classOf(s *state, ret *ssa.Return, sig *types.Signature) (ok, fail bool) {
	d, splits := discriminator(sig)
	if !splits || d.index >= len(ret.Results) {
		return true, false
	}
	t := r.truthOrNil(s, ret.Results[d.index], d.kind)
	switch {
	case d.kind == byError:
		t = t.not()
	case d.kind == byNil && t == maybe:
		// What is looked up or made elsewhere may be nil, but that is not how a
		// function says that it has failed.
		return true, false
	}
	return t != no, t != yes
}

// truthOrNil tells whether v is true (for a bool) or not nil.
func (r *run) truthOrNil(s *state, v ssa.Value, k discKind) tri {
	if k == byBool {
		return r.truth(s, v)
	}
	return r.nilness(r.eval(s, v)).not()
}

// tellsFailure is [irx.TellsFailure], which looks for methods, asked once a type.
func (e *Engine) tellsFailure(t types.Type) bool {
	tells, known := e.failures[t]
	if !known {
		if e.failures == nil {
			e.failures = map[types.Type]bool{}
		}
		tells = irx.TellsFailure(t)
		e.failures[t] = tells
	}
	return tells
}
