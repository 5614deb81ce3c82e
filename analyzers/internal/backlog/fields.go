package backlog

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// addField notes that a struct field is a backlog and follows it to what fills
// it: the statements that store to it, and the callers whose struct it is.
func (s *solver) addField(v *types.Var, base ssa.Value, r Range, steps []Step) {
	if old, ok := s.fields[v]; !ok || !old.covers(r) {
		if ok {
			r = hull(old, r)
		}
		s.fields[v] = r
		for _, st := range s.x.stores[cell(v)] {
			s.storeSink(st, r, "field "+v.Name(), steps)
		}
		s.keptStructs(v, r, steps)
	}
	if p := paramOf(base); p != nil {
		if i := fieldIndex(p.Type(), v); i >= 0 {
			f := Flow{Operand: slices.Index(p.Parent().Params, p), Field: i, Range: r}
			s.addFlow(p.Parent(), f, steps)
		}
	}
}

// keptStructs: a function that stores its struct parameter somewhere
// ("return &Server{opts: opts}") uses the parameter's fields later on.
func (s *solver) keptStructs(v *types.Var, r Range, steps []Step) {
	for _, fn := range s.x.funcs {
		for i, p := range fn.Params {
			if f := fieldIndex(p.Type(), v); f >= 0 && kept(p) {
				s.addFlow(fn, Flow{Operand: i, Field: f, Range: r}, steps)
			}
		}
	}
}

// kept reports whether a parameter is stored elsewhere than in its own local.
func kept(p *ssa.Parameter) bool {
	for _, ref := range *p.Referrers() {
		st, ok := ref.(*ssa.Store)
		if !ok || st.Val != p {
			continue
		}
		own, ok := st.Addr.(*ssa.Alloc)
		if !ok || keptCopy(own) {
			return true
		}
	}
	return false
}

// keptCopy reports whether the local that a parameter was spilled to is loaded
// whole and stored elsewhere.
func keptCopy(own *ssa.Alloc) bool {
	for _, ref := range *own.Referrers() {
		load, ok := ref.(*ssa.UnOp)
		if !ok {
			continue
		}
		for _, use := range *load.Referrers() {
			if st, ok := use.(*ssa.Store); ok && st.Val == load {
				return true
			}
		}
	}
	return false
}

func fieldIndex(t types.Type, v *types.Var) int {
	st, ok := irx.Deref(t).Underlying().(*types.Struct)
	if !ok {
		return -1
	}
	for i := range st.NumFields() {
		if st.Field(i).Origin() == v {
			return i
		}
	}
	return -1
}

// paramOf returns the parameter that a struct or a pointer to one is: itself,
// or the local that a struct parameter is spilled to.
func paramOf(v ssa.Value) *ssa.Parameter {
	switch v := v.(type) {
	case *ssa.Parameter:
		return v
	case *ssa.UnOp:
		return paramOf(v.X)
	case *ssa.Alloc:
		for _, ref := range *v.Referrers() {
			if st, ok := ref.(*ssa.Store); ok && st.Addr == v {
				p, _ := st.Val.(*ssa.Parameter)
				return p
			}
		}
	}
	return nil
}

// -- fields that a literal leaves out --

// structSink looks at a struct whose field is a backlog, where it is passed to
// the function that uses it. A field that nobody has set is 0.
func (s *solver) structSink(instr ssa.CallInstruction, arg ssa.Value, f Flow, steps []Step) {
	if p := paramOf(arg); p != nil {
		i := slices.Index(p.Parent().Params, p)
		s.addFlow(p.Parent(), Flow{Operand: i, Field: f.Field, Range: f.Range}, steps)
		return
	}
	if load, ok := arg.(*ssa.UnOp); ok {
		arg = load.X
	}
	var obj cell
	switch arg := arg.(type) {
	case *ssa.Alloc:
		obj = arg
	case *ssa.Global:
		if arg.Object() == nil || arg.Object().Exported() && s.pass.Pkg.Name() != "main" {
			return // others may set its fields
		}
		obj = arg
	default:
		return
	}
	v := fieldOf(arg.Type(), f.Field)
	if v == nil || !f.Range.Contains(0) || !s.x.replaced(v).Contains(0) || !(&omission{s, f.Field, instr, map[cell]bool{}}).of(obj) {
		return
	}
	s.addOmitted(arg, v, steps)
}

func (s *solver) addOmitted(arg ssa.Value, v *types.Var, steps []Step) {
	pos, end := s.places.literal(arg)
	s.values = append(s.values, Value{Pos: pos, End: end, Omitted: v.Name(), Via: "field " + v.Name(), Steps: steps})
}

// omission asks whether struct variables leave a field out up to a call. Literals may
// be assigned to each other: seen are those that have been asked.
type omission struct {
	s     *solver
	field int
	at    ssa.CallInstruction
	seen  map[cell]bool
}

// of reports whether a struct variable is filled field by field, as a literal is, and
// nothing but the call at hand can set the field.
func (o *omission) of(obj cell) bool {
	if o.seen[obj] {
		return true
	}
	o.seen[obj] = true
	addr := obj.(ssa.Value)
	return !slices.ContainsFunc(o.s.users(obj), func(ref ssa.Instruction) bool { return !o.harmless(ref, addr) })
}

func (o *omission) harmless(ref ssa.Instruction, addr ssa.Value) bool {
	switch ref := ref.(type) {
	case *ssa.FieldAddr:
		return ref.Field != o.field || onlyLoaded(ref)
	case *ssa.UnOp, *ssa.DebugRef:
		return true
	case *ssa.Store:
		return ref.Addr == addr && o.copiesLiteral(ref)
	case ssa.CallInstruction:
		return ref == o.at || o.s.x.sameTarget(ref, o.at)
	}
	return false
}

// sameTarget reports whether two calls go to one function: started once more.
func (x *index) sameTarget(a, b ssa.CallInstruction) bool {
	fa, fb := a.Common().StaticCallee(), b.Common().StaticCallee()
	return fa != nil && fa == fb
}

// copiesLiteral: "cfg = Config{...}" for a variable that is not new fills a
// temporary first.
func (o *omission) copiesLiteral(st *ssa.Store) bool {
	load, ok := st.Val.(*ssa.UnOp)
	if !ok {
		return false
	}
	tmp, ok := load.X.(*ssa.Alloc)
	return ok && tmp.Comment == "complit" && o.of(tmp)
}

func onlyLoaded(addr *ssa.FieldAddr) bool {
	for _, ref := range *addr.Referrers() {
		if load, ok := ref.(*ssa.UnOp); !ok || load.X != addr {
			return false
		}
	}
	return true
}
