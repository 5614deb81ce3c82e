package own

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// peek notes the state of the operand of a call of [Engine.Peek].
func (r *run) peek(w *work, callee irx.Callee, c *ssa.CallCommon) {
	if r.eng.Peek == nil || !samePeek(callee.Func, r.eng.Peek) {
		return
	}
	site, _ := r.siteOf(c)
	if site == nil {
		return
	}
	if r.peeks == nil {
		r.peeks = map[ssa.CallInstruction]uint8{}
	}
	arg := c.Args[0]
	if mi, ok := arg.(*ssa.MakeInterface); ok {
		arg = mi.X
	}
	if w.status != unborn && len(r.holdPaths(w.state, arg)) > 0 {
		r.peeks[site] |= r.seenAs(w, site.Block())
	} else if r.nilness(r.eval(w.state, arg)) == yes {
		r.peeks[site] |= 1 << unborn
	} else {
		r.peeks[site] |= uint8(r.unrelated(w.state, arg))
	}
}

func (r *run) seenAs(w *work, b *ssa.BasicBlock) uint8 {
	switch {
	case r.eng.opened == nil:
	case w.status == kept && w.flags&field1 != 0:
		return uint8(SeenHeld)
	case w.status == open && r.stored(w, b):
		return uint8(SeenStored)
	}
	return 1 << w.status
}

func samePeek(fn, peek *types.Func) bool {
	return fn != nil && fn.Name() == peek.Name() && fn.Pkg() != nil && fn.Pkg().Path() == peek.Pkg().Path()
}

func (r *run) siteOf(c *ssa.CallCommon) (ssa.CallInstruction, bool) {
	if c.Args[0].Referrers() == nil {
		return nil, false // a constant
	}
	for _, ref := range *c.Args[0].Referrers() {
		if call, ok := ref.(ssa.CallInstruction); ok && call.Common() == c {
			return call, true
		}
	}
	return nil, false
}

// PeekString prints a set of states as tests write it: "closed|open".
func PeekString(set uint8) string {
	var s []string
	for _, st := range []status{closed, kept, unborn, open} {
		if set>>st&1 == 1 {
			name := st.String()
			if st == unborn {
				name = "nil"
			}
			s = append(s, name)
		}
	}
	return strings.Join(s, "|")
}
