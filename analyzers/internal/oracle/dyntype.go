package oracle

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// dynamic is what is known of the type that an interface holds: the world fixes it
// when the value is made, or by the first answer. An answer holds for the value
// itself, whichever variable it is in.
type dynamic struct {
	is  types.Type   // nil when it is not known
	not []types.Type // what it was said not to be
}

// hasType tells whether what v holds has a type. A weak world answers anew each time.
func (in *interp) hasType(v value, t types.Type) bool {
	if in.null(v) {
		return false
	}
	d := dynamicOf(v)
	switch {
	case d == nil || in.weak || types.IsInterface(t):
		return in.choose(2) == 1
	case d.is != nil:
		return types.Identical(d.is, t)
	case slices.ContainsFunc(d.not, func(u types.Type) bool { return types.Identical(u, t) }):
		return false
	case in.choose(2) == 1:
		d.is = t
		return true
	}
	d.not = append(d.not, t)
	return false
}

// hasOneOf tells whether what v holds has one of the types of a case.
func (in *interp) hasOneOf(v value, list []ast.Expr) bool {
	return slices.ContainsFunc(list, func(x ast.Expr) bool { return in.hasType(v, in.prog.Info.TypeOf(x)) })
}

// dynamicOf is what is known of the type of a value of the world, or nil.
func dynamicOf(v value) *dynamic {
	switch v := v.(type) {
	case *resource:
		return &v.typ
	case *junk:
		return &v.typ
	case *object:
		return &dynamic{is: types.NewPointer(v.typ)}
	}
	return nil
}

// socketType is the type of what a function of package net opens, if the network
// tells: what is dialled is named, what is accepted is of the listener's.
func (l *Loaded) socketType(fn *types.Func, recv value, args []value) types.Type {
	name := strings.TrimSuffix(fn.Name(), "Timeout")
	switch {
	case fn.Name() == "DialTCP", (name == "Dial" || name == "Listen") && isTCP(args):
	case name == "Accept":
		if r, ok := recv.(*resource); !ok || r.typ.is == nil {
			return nil
		}
	default:
		return nil
	}
	kind := "TCPConn"
	if name == "Listen" {
		kind = "TCPListener"
	}
	return types.NewPointer(fn.Pkg().Scope().Lookup(kind).Type())
}

// isTCP reports whether the network of a call, its first operand, is TCP.
func isTCP(args []value) bool {
	network, ok := args[0].(string)
	return ok && strings.HasPrefix(network, "tcp")
}
