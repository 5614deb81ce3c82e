package own

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- the types that an interface can hold --
//
// Theory: a may-analysis that goes backwards from a value to where it was made: by a
// conversion, by package net for a network that is known, by functions of the
// package, and through variables and unexported fields, all of whose assignments are
// seen. Where one origin is not seen nothing is known. Nil has no type.

// typeSet collects types; open says that there may be others.
type typeSet struct {
	eng   *Engine
	types []types.Type
	open  bool
	seen  map[ssa.Value]bool
}

// maxTypes bounds the values that are looked at.
const maxTypes = 60

// typesOf returns the types that v can hold, or nil when they are not all known.
func (e *Engine) typesOf(v ssa.Value) []types.Type {
	if known, ok := e.typed[v]; ok {
		return known
	}
	if e.typed == nil {
		e.typed = map[ssa.Value][]types.Type{}
	}
	e.typed[v] = nil // a listener that is what it has accepted
	set := typeSet{eng: e, seen: map[ssa.Value]bool{}}
	set.add(v)
	if set.open {
		set.types = nil
	}
	e.typed[v] = set.types
	return set.types
}

func (s *typeSet) add(v ssa.Value) {
	if s.open || s.seen[v] {
		return
	}
	s.seen[v] = true
	if len(s.seen) > maxTypes {
		s.open = true
		return
	}
	if !types.IsInterface(v.Type()) {
		if _, tuple := v.Type().(*types.Tuple); !tuple {
			s.note(v.Type())
			return
		}
	}
	switch v := v.(type) {
	case *ssa.Const: // nil
	case *ssa.MakeInterface:
		s.note(v.X.Type())
	case *ssa.ChangeInterface:
		s.add(v.X)
	case *ssa.TypeAssert:
		s.add(v.X)
	case *ssa.Phi:
		for _, x := range v.Edges {
			s.add(x)
		}
	case *ssa.Extract:
		switch from := v.Tuple.(type) {
		case *ssa.Call:
			s.addResult(from, v.Index)
		case *ssa.TypeAssert:
			s.add(from.X)
		default:
			s.open = true
		}
	case *ssa.Call:
		s.addResult(v, 0)
	case *ssa.UnOp:
		s.addLoad(v)
	default:
		s.open = true
	}
}

func (s *typeSet) note(t types.Type) {
	if !slices.ContainsFunc(s.types, func(u types.Type) bool { return types.Identical(t, u) }) {
		s.types = append(s.types, t)
	}
}

// addLoad adds what a variable of the function or the one around, or an unexported
// field of a type of the package, is assigned.
func (s *typeSet) addLoad(load *ssa.UnOp) {
	switch at := load.X.(type) {
	case *ssa.Alloc:
		s.addCell(at)
	case *ssa.FreeVar:
		if cell, ok := irx.Binding(at).(*ssa.Alloc); ok {
			s.addCell(cell)
			return
		}
		s.open = true
	case *ssa.FieldAddr:
		f := irx.Deref(at.X.Type()).Underlying().(*types.Struct).Field(at.Field).Origin()
		stored, whole := s.eng.fieldStores(f)
		if !whole {
			s.open = true
			return
		}
		for _, v := range stored {
			s.add(v)
		}
	default:
		s.open = true
	}
}

func (s *typeSet) addCell(cell *ssa.Alloc) {
	stored, ok := storesTo(cell)
	s.open = s.open || !ok
	for _, v := range stored {
		s.add(v)
	}
}

// storesTo returns what a variable is assigned, also by the literals that capture
// it; false when its address goes elsewhere.
func storesTo(cell ssa.Value) (stored []ssa.Value, ok bool) {
	for _, ref := range *cell.Referrers() {
		switch ref := ref.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.Store:
			if ref.Val == cell {
				return nil, false
			}
			stored = append(stored, ref.Val)
		case *ssa.MakeClosure:
			i := slices.Index(ref.Bindings, cell)
			if i < 0 {
				return nil, false
			}
			inner, ok := storesTo(ref.Fn.(*ssa.Function).FreeVars[i])
			if !ok {
				return nil, false
			}
			stored = append(stored, inner...)
		default:
			return nil, false
		}
	}
	return stored, true
}

// addResult adds what a call returns.
func (s *typeSet) addResult(call *ssa.Call, result int) {
	callee := irx.CalleeOf(call.Common())
	if addressOf(call) != nil && callee.Body == nil {
		s.addAddress(call, callee.Func.Name() == "RemoteAddr")
		return
	}
	if fn := callee.Func; fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "net" {
		s.addNet(call, fn)
		return
	}
	if callee.Body == nil || callee.Dynamic || len(callee.Body.Blocks) > maxSureBlocks {
		s.open = true
		return
	}
	for _, b := range callee.Body.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if ok && b != callee.Body.Recover {
			s.add(ret.Results[result])
		}
	}
}

// netTypes are the types of the sockets that package net makes for a family of
// networks.
var netTypes = map[string]map[string]string{
	"Dial":         {"tcp": "TCPConn", "udp": "UDPConn", "unix": "UnixConn", "ip": "IPConn"},
	"DialTimeout":  {"tcp": "TCPConn", "udp": "UDPConn", "unix": "UnixConn", "ip": "IPConn"},
	"DialContext":  {"tcp": "TCPConn", "udp": "UDPConn", "unix": "UnixConn", "ip": "IPConn"},
	"Listen":       {"tcp": "TCPListener", "unix": "UnixListener"},
	"ListenPacket": {"udp": "UDPConn", "unix": "UnixConn", "ip": "IPConn"},
}

// addNet adds what a function of package net gives. An accepted connection is of
// the listener's network.
func (s *typeSet) addNet(call *ssa.Call, fn *types.Func) {
	if fn.Name() == "Accept" {
		s.addAccepted(irx.Operands(call.Common())[0], fn.Pkg())
		return
	}
	s.addNamed(fn.Pkg(), netTypes[fn.Name()][s.eng.networkOf(call)])
}

func (s *typeSet) addNamed(net *types.Package, name string) {
	obj := net.Scope().Lookup(name)
	if name == "" || obj == nil {
		s.open = true
		return
	}
	s.note(types.NewPointer(obj.Type()))
}

// addAccepted adds what net's own listeners accept.
func (s *typeSet) addAccepted(listener ssa.Value, net *types.Package) {
	from := s.eng.typesOf(listener)
	s.open = s.open || len(from) == 0
	for _, t := range from {
		switch {
		case irx.TypePackage(t) != "net":
			s.open = true
		case netFamily(t) == "tcp":
			s.addNamed(net, "TCPConn")
		case netFamily(t) == "unix":
			s.addNamed(net, "UnixConn")
		default:
			s.open = true
		}
	}
}

// fieldStores returns what the fields of the package are assigned, in all objects,
// and whether these are all assignments: of an unexported field whose address goes
// nowhere else.
func (e *Engine) fieldStores(f *types.Var) (stored []ssa.Value, whole bool) {
	if f.Exported() || f.Pkg() != e.Pkg.Pass.Pkg {
		return nil, false
	}
	if e.stored == nil {
		e.stored, e.loose = map[*types.Var][]ssa.Value{}, map[*types.Var]bool{}
		for _, fn := range e.Pkg.AllFuncs() {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					if at, ok := instr.(*ssa.FieldAddr); ok {
						e.noteStores(at)
					}
				}
			}
		}
	}
	return e.stored[f], !e.loose[f] && len(e.stored[f]) > 0
}

func (e *Engine) noteStores(at *ssa.FieldAddr) {
	f := irx.Deref(at.X.Type()).Underlying().(*types.Struct).Field(at.Field).Origin()
	for _, ref := range *at.Referrers() {
		switch ref := ref.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.Store:
			if ref.Addr == ssa.Value(at) {
				e.stored[f] = append(e.stored[f], ref.Val)
				continue
			}
			e.loose[f] = true
		default:
			e.loose[f] = true
		}
	}
}

// -- what follows from them --

// asserts tells whether values of the types have the type that is asserted: all of
// them, or none.
func asserts(from []types.Type, to types.Type) tri {
	can := func(t types.Type) bool {
		if iface, ok := to.Underlying().(*types.Interface); ok {
			return types.Implements(t, iface)
		}
		return types.Identical(t, to)
	}
	switch {
	case len(from) == 0:
		return maybe
	case !slices.ContainsFunc(from, func(t types.Type) bool { return !can(t) }):
		return yes
	case !slices.ContainsFunc(from, can):
		return no
	}
	return maybe
}

// surelyAny reports whether a call of a method that is chosen at run time cannot
// fail, whichever of the types that its receiver can have is meant.
func (e *Engine) surelyAny(m *types.Func, recv ssa.Value) bool {
	from := e.typesOf(recv)
	return len(from) > 0 && e.allMethods(from, m, func(fn *types.Func) bool {
		if spec := e.Pkg.Model.Of(fn); spec != nil {
			return spec.Sure
		}
		c := e.contract(irx.Callee{Func: fn})
		return c != nil && !c.bottom && c.Sure.Always
	})
}

// allMethods reports whether something is so of the method that is meant by m for
// each of the types. One that a type has from an interface which it embeds is m
// itself.
func (e *Engine) allMethods(from []types.Type, m *types.Func, is func(*types.Func) bool) bool {
	return !slices.ContainsFunc(from, func(t types.Type) bool {
		found, _, _ := types.LookupFieldOrMethod(t, true, m.Pkg(), m.Name())
		fn, ok := found.(*types.Func)
		return !ok || types.IsInterface(recvType(fn)) && fn != m || !is(fn)
	})
}
