package growth

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
	"github.com/sockvet/sockvet/analyzers/internal/registry"
)

// tracker follows accepted connections through the functions of a package: what
// holds one, and which functions run for one. It is a may-analysis without order;
// struct fields are told apart by their declaration, so that the server which a
// client object points to does not become part of the connection.
type tracker struct {
	pkg *irx.Package
	x   *registry.Index
	// holds are values that are a connection or an object that holds one.
	holds map[ssa.Value]bool
	// runs are the functions that are given one.
	runs map[*ssa.Function]bool
	// fields and chans are where connections are put in objects made for them,
	// and the channels that they are sent on.
	fields map[*types.Var]bool
	chans  map[any]bool
	// kept are the collections that connections are put in, and here says
	// whether an instruction of an accepting function runs for one.
	kept map[any]bool
	here func(ssa.Instruction) bool
	work []ssa.Value
}

func newTracker(pkg *irx.Package, x *registry.Index, here func(ssa.Instruction) bool) *tracker {
	return &tracker{
		pkg:    pkg,
		x:      x,
		holds:  make(map[ssa.Value]bool),
		runs:   make(map[*ssa.Function]bool),
		fields: make(map[*types.Var]bool),
		chans:  make(map[any]bool),
		kept:   make(map[any]bool),
		here:   here,
	}
}

func (t *tracker) add(v ssa.Value) {
	if v != nil && !t.holds[v] {
		t.holds[v] = true
		t.work = append(t.work, v)
	}
}

// maxRounds bounds how often a newly known field or channel starts all over.
const maxRounds = 6

func (t *tracker) follow() {
	for range maxRounds {
		before := len(t.fields) + len(t.chans) + len(t.kept)
		t.drain()
		t.keep()
		if len(t.fields)+len(t.chans)+len(t.kept) == before {
			return
		}
		for v := range t.holds {
			t.work = append(t.work, v)
		}
		t.receives()
	}
}

func (t *tracker) drain() {
	for len(t.work) > 0 {
		v := t.work[len(t.work)-1]
		t.work = t.work[:len(t.work)-1]
		if v.Referrers() == nil {
			continue
		}
		for _, ref := range *v.Referrers() {
			t.use(ref, v)
		}
	}
}

// keep notes the collections that get a connection.
func (t *tracker) keep() {
	for _, o := range t.x.Ops {
		if o.Kind == registry.Insert && o.Value != nil && t.holds[o.Value] {
			t.kept[o.Place.Key] = true
		}
	}
}

// receives makes what is received from the channels that connections are sent
// on connections, and what code that runs for one looks up where they are kept.
func (t *tracker) receives() {
	for _, fn := range t.pkg.Funcs() {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.UnOp:
					if instr.Op == token.ARROW && t.chans[t.x.PlaceOf(instr.X).Key] {
						t.add(instr)
					}
				case *ssa.Select:
					t.received(instr)
				case *ssa.Lookup:
					if (t.runs[fn] || t.here(instr)) && t.kept[t.x.PlaceOf(instr.X).Key] {
						t.add(instr)
					}
				}
			}
		}
	}
}

// received: the values of a select follow its index and its ok.
func (t *tracker) received(sel *ssa.Select) {
	n := 2
	for _, st := range sel.States {
		if st.Dir != types.RecvOnly {
			continue
		}
		if t.chans[t.x.PlaceOf(st.Chan).Key] {
			for _, ref := range *sel.Referrers() {
				if ex, ok := ref.(*ssa.Extract); ok && ex.Index == n {
					t.add(ex)
				}
			}
		}
		n++
	}
}

// use follows one use of a value that holds a connection.
func (t *tracker) use(use ssa.Instruction, v ssa.Value) {
	switch use := use.(type) {
	case *ssa.Store:
		if use.Val == v {
			t.stored(use.Addr)
		}
	case *ssa.Send:
		if use.X == v {
			t.sent(use.Chan)
		}
	case *ssa.Select:
		for _, st := range use.States {
			if st.Send == v {
				t.sent(st.Chan)
			}
		}
	case *ssa.FieldAddr:
		if f := field(use.X.Type(), use.Field); use.X == v && t.holdsIn(f) {
			t.add(use)
		}
	case *ssa.Field:
		if f := field(use.X.Type(), use.Field); t.holdsIn(f) {
			t.add(use)
		}
	case *ssa.UnOp:
		if use.Op == token.MUL && canHold(use.Type()) {
			t.add(use)
		}
	case *ssa.Extract:
		if canHold(use.Type()) {
			t.add(use)
		}
	case *ssa.MakeClosure:
		t.closure(use, v)
	case *ssa.Phi, *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.ChangeType, *ssa.TypeAssert, *ssa.IndexAddr, *ssa.Slice:
		t.add(use.(ssa.Value))
	case *ssa.Return:
		t.returned(use, v)
	case ssa.CallInstruction:
		t.passed(use, v)
	}
}

// holdsIn reports whether a field of an object that holds a connection is where
// the connection is.
func (t *tracker) holdsIn(f *types.Var) bool {
	if f == nil {
		return false
	}
	kind, ok := irx.ResourceKind(f.Type())
	return t.fields[f.Origin()] || ok && kind == netmodel.Conn
}

func (t *tracker) stored(addr ssa.Value) {
	switch addr := addr.(type) {
	case *ssa.FieldAddr:
		if _, made := addr.X.(*ssa.Alloc); made || t.holds[addr.X] {
			if f := field(addr.X.Type(), addr.Field); f != nil {
				t.fields[f.Origin()] = true
			}
			t.add(addr.X)
		}
	case *ssa.IndexAddr:
		if array, ok := addr.X.(*ssa.Alloc); ok {
			t.add(array)
		}
	case *ssa.Alloc:
		t.add(addr)
	case *ssa.FreeVar:
		t.add(addr)
		t.add(t.x.Binding(addr))
	}
}

func (t *tracker) sent(ch ssa.Value) {
	if p := t.x.PlaceOf(ch); p.Key != nil {
		t.chans[p.Key] = true
	} else if mc, ok := ch.(*ssa.MakeChan); ok {
		t.chans[mc] = true
	}
}

func (t *tracker) closure(mc *ssa.MakeClosure, v ssa.Value) {
	fn := mc.Fn.(*ssa.Function)
	for i, b := range mc.Bindings {
		if b == v {
			t.add(fn.FreeVars[i])
			t.runs[fn] = true
		}
	}
	t.add(mc)
}

func (t *tracker) returned(ret *ssa.Return, v ssa.Value) {
	for _, call := range t.pkg.MayCalls(ret.Parent()) {
		call, ok := call.(*ssa.Call)
		if !ok {
			continue
		}
		if len(ret.Results) == 1 {
			t.add(call)
			continue
		}
		for _, ref := range *call.Referrers() {
			if ex, ok := ref.(*ssa.Extract); ok && ret.Results[ex.Index] == v {
				t.add(ex)
			}
		}
	}
}

func (t *tracker) passed(instr ssa.CallInstruction, v ssa.Value) {
	call := instr.Common()
	c := irx.CalleeOf(call)
	if c.Builtin != "" {
		return
	}
	var bodies []*ssa.Function
	if c.Body != nil {
		bodies = append(bodies, c.Body)
	} else if c.Dynamic && c.Func != nil {
		bodies = t.pkg.Implementations(c.Func)
	}
	ops := irx.Operands(call)
	for _, fn := range bodies {
		for i, op := range ops {
			if op == v && i < len(fn.Params) {
				t.add(fn.Params[i])
				t.runs[fn] = true
			}
		}
	}
	if value, ok := instr.(*ssa.Call); ok && len(bodies) == 0 {
		t.madeOf(value, made(c.Func) || t.wraps(c.Func))
		t.partOf(value, c.Func, v)
	}
	if len(bodies) == 0 && c.Func != nil {
		t.handlers(c.Func, ops)
	}
}

// madeOf takes what another package, or a function value, makes of a connection:
// it is one if it looks like one, or comes from a constructor.
func (t *tracker) madeOf(call *ssa.Call, constructor bool) {
	if _, several := call.Type().(*types.Tuple); !several {
		if constructor && canHold(call.Type()) || connLike(call.Type()) {
			t.add(call)
		}
		return
	}
	for _, ref := range *call.Referrers() {
		ex, ok := ref.(*ssa.Extract)
		if ok && (constructor && canHold(ex.Type()) || connLike(ex.Type())) {
			t.add(ex)
		}
	}
}

func (t *tracker) wraps(fn *types.Func) bool {
	spec := t.pkg.Model.Of(fn)
	return spec != nil && len(spec.Wraps) > 0
}

// made reports whether a function of another package is a constructor.
func made(fn *types.Func) bool {
	if fn == nil {
		return false
	}
	for _, prefix := range []string{"New", "Server", "Client", "Open", "Wrap", "Upgrade", "Accept"} {
		if strings.HasPrefix(fn.Name(), prefix) {
			return true
		}
	}
	return false
}

// canHold reports whether a value of the type can hold a connection: not a
// number, a string, an error or an address.
func canHold(t types.Type) bool {
	t = irx.Element(t)
	if t == nil || irx.IsError(t) {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return false
	case *types.Interface:
		return !(irx.HasMethod(t, "Network") && irx.HasMethod(t, "String"))
	case *types.Struct:
		return u.NumFields() > 0
	}
	return true
}

func field(t types.Type, i int) *types.Var {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok || i >= s.NumFields() {
		return nil
	}
	return s.Field(i)
}
