package own

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- the types of addresses, and what depends on them --

// addAddress adds the types of the address that a socket is asked for. The remote
// address of a packet conn may be nil.
func (s *typeSet) addAddress(call *ssa.Call, remote bool) {
	socket := addressOf(call)
	if promoted, ok := socket.(*ssa.FieldAddr); ok && irx.TypePackage(socket.Type()) == "net" {
		socket = promoted.X // the methods of *net.UDPConn are those of what is embedded in it
	}
	from := s.eng.typesOf(socket)
	s.open = s.open || len(from) == 0
	for _, t := range from {
		family := netFamily(t)
		if named, ok := types.Unalias(irx.Deref(t)).(*types.Named); ok && family == "" {
			family = netmodel.AddressFamily(named)
		}
		name, known := addrTypes[family]
		if !known || remote && family != "tcp" {
			s.open = true
			return
		}
		s.addNamed(s.eng.netPackage(), name)
	}
}

// addrTypes are the types of the addresses of a family of networks.
var addrTypes = map[string]string{"tcp": "TCPAddr", "udp": "UDPAddr", "unix": "UnixAddr", "ip": "IPAddr"}

// netPackage returns package net, when the package imports it.
func (e *Engine) netPackage() *types.Package {
	for _, p := range e.Pkg.Pass.Pkg.Imports() {
		if p.Path() == "net" {
			return p
		}
	}
	return nil
}

// byType is the supposition that a parameter, an interface, has one of a few types.
type byType struct {
	names map[ssa.Value]bool
	types []types.Type
}

// typesOf returns the types that v can have under the supposition.
func (s *supposition) typesOf(v ssa.Value) []types.Type {
	if s.typed.names[v] {
		return s.typed.types
	}
	return s.eng.typesOf(v)
}

// asserted tells whether v, the second result of an assertion, is always the same.
func (s *supposition) asserted(v *ssa.Extract) tri {
	ta, ok := v.Tuple.(*ssa.TypeAssert)
	if !ok || v.Index != 1 || s.typed.names == nil {
		return maybe
	}
	return asserts(s.typesOf(irx.Unboxed(ta.X)), ta.AssertedType)
}

// sureByType reports whether a callee of the package that asks for the type of an
// operand does not fail with those that the operand can have.
func (e *Engine) sureByType(callee irx.Callee, ops []ssa.Value, typesOf func(ssa.Value) []types.Type) bool {
	fn := callee.Body
	if fn == nil || callee.Dynamic || len(fn.Blocks) > maxSureBlocks {
		return false
	}
	d, ok := discriminator(fn.Signature)
	if !ok || d.kind == byNil {
		return false
	}
	for i, op := range ops[:min(len(ops), len(fn.Params))] {
		if p := fn.Params[i]; types.IsInterface(p.Type()) && !irx.IsError(p.Type()) && asksType(p) {
			if from := typesOf(op); len(from) > 0 && e.sureWith(fn, d, i, from) {
				return true
			}
		}
	}
	return false
}

// asksType reports whether a function asserts a type of its parameter, or passes it on.
func asksType(p *ssa.Parameter) bool {
	for v := range namesOf(p) {
		if slices.ContainsFunc(*v.Referrers(), func(ref ssa.Instruction) bool {
			switch ref := ref.(type) {
			case *ssa.TypeAssert:
				return ref.CommaOk
			case *ssa.Call:
				return irx.CalleeOf(ref.Common()).Body != nil
			}
			return false
		}) {
			return true
		}
	}
	return false
}

// typedParam is a parameter with types that it can have.
type typedParam struct {
	param *ssa.Parameter
	types string
}

func (e *Engine) sureWith(fn *ssa.Function, d disc, i int, from []types.Type) bool {
	key := typedParam{param: fn.Params[i]}
	for _, t := range from {
		key.types += t.String() + " "
	}
	sure, known := e.sureTyped[key]
	if !known {
		if e.sureTyped == nil {
			e.sureTyped = map[typedParam]bool{}
		}
		e.sureTyped[key] = false // a call of itself
		sure = e.sureUnder(fn, &supposition{disc: d, typed: byType{namesOf(fn.Params[i]), from}})
		e.sureTyped[key] = sure
	}
	return sure
}
