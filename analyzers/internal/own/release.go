package own

import (
	"go/types"
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- releases by name --

// releaseNames are the methods that end an object whose type is not known
// otherwise. Taking one of them for a release errs towards silence.
var releaseNames = map[string]bool{
	"Close": true, "CloseNow": true, "CloseWithError": true, "CloseConn": true, "Shutdown": true, "Stop": true, "Terminate": true, "Abort": true,
	"Disconnect": true, "Destroy": true, "Release": true, "Kill": true, "Exit": true, "Quit": true, "Unbind": true, "Logout": true, "Free": true, "Drop": true, "Reset": true, "ResetWithError": true,
}

// saysRelease reports whether a method's name is one of them, exported or not.
func saysRelease(name string) bool {
	first, n := utf8.DecodeRuneInString(name)
	return releaseNames[string(unicode.ToUpper(first))+name[n:]]
}

// endable reports whether a value of type t may close what it leads to: it has
// a Close method, or is an interface with a method that ends something.
func endable(t types.Type) bool {
	if irx.CanEnd(t) {
		return true
	}
	iface, ok := t.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for m := range iface.Methods() {
		if saysRelease(m.Name()) {
			return true
		}
	}
	return false
}

// closesOuter reports whether the call is of a method that the object which leads to
// the resource has from a part that it embeds, and that closes what the part has:
// what the two run over is mostly the same.
func (r *run) closesOuter(s *state, callee irx.Callee, ops []ssa.Value) bool {
	if callee.Func == nil || !isReceiver(callee, 0) || callee.Func.Name() != "Close" || len(ops) == 0 {
		return false
	}
	outer := promoter(ops[0])
	if outer == ops[0] || len(r.holdPaths(s, outer)) == 0 {
		return false
	}
	c := r.eng.contract(callee)
	if c == nil || !slices.ContainsFunc(c.Params, func(p ParamContract) bool { return p.Param == 0 && p.OK|p.Fail == Closed }) {
		return false
	}
	m, index, _ := types.LookupFieldOrMethod(outer.Type(), true, callee.Func.Pkg(), callee.Func.Name())
	return m == callee.Func && len(index) > 1
}
