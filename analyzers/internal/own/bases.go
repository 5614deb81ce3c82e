package own

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- what a resource runs over --
//
// A QUIC listener over a packet conn, a KCP session, a stream of a session: when
// the transport below is closed, they end with it and hold no descriptor of
// their own. So closing what the acquiring call was given closes what it gave.

// base names a value that is not followed itself: by its register, or by the
// variable that it is loaded from.
type base struct {
	v  ssa.Value
	at place
}

// baseOf strips conversions and loads.
func (r *run) baseOf(s *state, v ssa.Value) base {
	for {
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.FieldAddr: // (*net.UDPConn).Close is promoted
			if !irx.IsResourceStruct(x.X.Type()) {
				return base{v: v}
			}
			v = x.X
		case *ssa.UnOp:
			if x.Op != token.MUL {
				return base{v: v}
			}
			if p := r.eval(s, x.X); p.k == addr {
				return base{at: p.p}
			}
			return base{v: x.X}
		default:
			return base{v: v}
		}
	}
}

// noteBases remembers what the acquiring call runs over.
func (r *run) noteBases(s *state, site ssa.CallInstruction) {
	r.bases = r.bases[:0]
	callee := irx.CalleeOf(site.Common())
	for i, op := range irx.Operands(site.Common()) {
		if isReceiver(callee, i) && r.ob.Kind != netmodel.Stream {
			continue // a listener outlived by its connections, a dialler
		}
		if _, ok := irx.ResourceKind(op.Type()); ok || isReceiver(callee, i) {
			r.bases = append(r.bases, r.baseOf(s, op))
		}
	}
}

// closesBase reports whether the call closes what the resource runs over.
func (r *run) closesBase(s *state, callee irx.Callee, ops []ssa.Value) bool {
	if len(r.bases) == 0 || callee.Func == nil {
		return false
	}
	for i, op := range ops {
		if r.closesOperand(callee, i) && slices.Contains(r.bases, r.baseOf(s, op)) {
			return true
		}
	}
	return false
}

func (r *run) closesOperand(callee irx.Callee, i int) bool {
	if spec := r.eng.Pkg.Model.Of(callee.Func); spec != nil {
		return slices.Contains(spec.Releases, i)
	}
	if c := r.eng.contract(callee); c != nil {
		p := c.param(i, 0)
		return p.OK == Closed && p.Fail&^Closed == 0
	}
	return i == 0 && callee.Func.Signature().Recv() != nil && saysRelease(callee.Func.Name())
}
