package own

import (
	"fmt"
	"io"
	"sort"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Dump writes the SSA form of fn and, for each obligation in it, the states at
// the start of every block and at its returns: what to read when a report is
// wrong or missing. Set SOCKVET_DUMP to the name of a function, as ssa prints
// it, to have it on standard error.
func (e *Engine) Dump(w io.Writer, fn *ssa.Function) {
	fn.WriteTo(w)
	fmt.Fprintf(w, "contract: %s\n", e.Contract(fn))
	obligations := e.obligations(fn)
	c := e.newCommon(fn, obligations)
	for _, ob := range obligations {
		r := newRun(c, ob)
		exits, _ := r.solveFrom(fn, r.starts())
		fmt.Fprintf(w, "\nobligation %s, %d block visits, undecided %t\n", ob, r.steps, r.over)
		r.dumpStates(w)
		for _, x := range exits {
			ok, fail := r.classOf(x.state, x.ret, fn.Signature)
			fmt.Fprintf(w, "  return in block %d (success %t, failure %t): %s\n", x.block.Index, ok, fail, r.stateString(x.state))
		}
	}
}

func (ob *Obligation) String() string {
	if ob.Call == nil {
		return fmt.Sprintf("parameter %d%s", ob.Param, ob.Path)
	}
	return fmt.Sprintf("%s result %d%s", ob.Call, ob.Result, ob.Path)
}

func (r *run) dumpStates(w io.Writer) {
	keys := make([]memoKey, 0, len(r.memo))
	for k := range r.memo {
		if k.block.Parent() == r.top {
			keys = append(keys, k)
		}
	}
	sort.Slice(keys, func(i, j int) bool {
		return keys[i].block.Index < keys[j].block.Index || keys[i].block == keys[j].block && keys[i].state < keys[j].state
	})
	for _, k := range keys {
		fmt.Fprintf(w, "  block %d: %s\n", k.block.Index, r.stateString(r.in.states[k.state]))
	}
}

func (r *run) stateString(s *state) string {
	var b strings.Builder
	b.WriteString(s.status.String())
	if s.flags != 0 {
		fmt.Fprintf(&b, " flags %b", s.flags)
	}
	if len(s.defers) > 0 {
		fmt.Fprintf(&b, " defers %v", s.defers)
	}
	for _, e := range s.env {
		fmt.Fprintf(&b, " %s=%s", r.placeString(e.at), r.valueString(e.v))
	}
	return b.String()
}

func (r *run) placeString(p place) string {
	k := r.ps.keys[p]
	name := k.v.Name()
	if k.mem {
		name = "*" + name
	}
	return name + k.path.String()
}

func (r *run) valueString(v value) string {
	switch v.k {
	case isNil:
		return "nil"
	case nonNil:
		return "nonnil"
	case isInt:
		return fmt.Sprint(int(v.p))
	case holds:
		return "IT"
	case addr:
		return "&" + r.placeString(v.p)
	case sym:
		return "?" + r.placeString(v.p)
	case fresh:
		return "fresh"
	case equals:
		return fmt.Sprintf("constant %d", v.p)
	case differs:
		return fmt.Sprintf("not constant %d", v.p)
	case among:
		return fmt.Sprintf("among constants %d", v.p)
	}
	return "unknown"
}
