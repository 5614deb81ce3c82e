package own

import (
	"cmp"
	"fmt"
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what a function does when it is given constants --
//
// A dialler that returns a connection together with an error does so for one
// network only, perhaps, and its callers say which one they want. Such a function
// is followed once more for the constants that a call gives it, those that the
// function passes on included. The walk is the same but that branches on these
// parameters go one way: it is as exact as the other, and leaves out paths.

// constArgs are parameters of a function whose values are known.
type constArgs struct {
	fn     *ssa.Function
	values map[ssa.Value]constant.Value
	// reached are the blocks that can be reached with these values.
	reached []bool
	// possible is what values can be then.
	possible map[ssa.Value][]constant.Value
}

const (
	maxConstDepth = 3   // functions that pass constants on to each other
	maxConstArgs  = 200 // walks for constants in one package
)

// contractFor returns the contract of a callee of the package for the constants
// that the call gives it, or nil when it gives none that decide anything.
func (e *Engine) contractFor(call *ssa.Call, fn *ssa.Function) *Contract {
	if fn == nil || e.constDepth >= maxConstDepth || e.opened != nil || e.watch || e.supposed != nil {
		return nil
	}
	values := map[ssa.Value]constant.Value{}
	key := []string{fn.String()}
	for i, op := range irx.Operands(call.Common()) {
		if v := e.constantOf(op); v != nil && i < len(fn.Params) && len(e.possible(fn.Params[i])) != 1 && e.decidedBy(fn.Params[i], 0) {
			values[fn.Params[i]] = v
			key = append(key, fmt.Sprintf("%d=%s", i, v.ExactString()))
		}
	}
	if len(values) == 0 {
		return nil
	}
	name := strings.Join(key, " ")
	c, known := e.forConstants[name]
	if !known && len(e.forConstants) < maxConstArgs {
		if e.forConstants == nil {
			e.forConstants = map[string]*Contract{}
		}
		e.forConstants[name] = nil // a call of itself
		c = e.inferFor(&constArgs{fn: fn, values: values})
		e.forConstants[name] = c
	}
	return c
}

// inferFor follows a function with some of its parameters known.
func (e *Engine) inferFor(args *constArgs) *Contract {
	outcomes, hard, outer := e.outcomes[args.fn], e.hard, e.args
	defer func() {
		e.outcomes[args.fn], e.hard, e.args = outcomes, hard, outer
		e.constDepth--
	}()
	e.constDepth++
	e.args, e.hard = args, nil
	args.reached = e.reachedWith(args)
	args.possible = nil // it was not known what is reached
	return e.infer(args.fn)
}

func (e *Engine) reachedWith(args *constArgs) []bool {
	return (&supposition{eng: e, edges: map[[2]int]bool{}}).walk(args.fn)
}

// constantOf returns the value of a constant, or of a parameter that is known.
func (e *Engine) constantOf(v ssa.Value) constant.Value {
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value != nil && v.Value.Kind() != constant.Unknown {
			return v.Value
		}
	case *ssa.Parameter:
		if e.args != nil {
			return e.args.values[v]
		}
	}
	return nil
}

// decidedBy reports whether a branch compares the parameter with a constant, or is
// on it, here or in a callee of the package that it is passed on to.
func (e *Engine) decidedBy(p *ssa.Parameter, depth int) bool {
	return slices.ContainsFunc(*p.Referrers(), func(ref ssa.Instruction) bool {
		switch ref := ref.(type) {
		case *ssa.If:
			return true
		case *ssa.BinOp:
			_, _, ok := withConstant(ref)
			return ok
		case *ssa.Call:
			body := irx.CalleeOf(ref.Common()).Body
			i := slices.Index(irx.Operands(ref.Common()), ssa.Value(p))
			return body != nil && depth < maxConstDepth && i >= 0 && i < len(body.Params) && e.decidedBy(body.Params[i], depth+1)
		}
		return false
	})
}

// known evaluates a branch on values that can be constants only.
func (e *Engine) known(cond ssa.Value) tri {
	switch v := cond.(type) {
	case *ssa.Parameter, *ssa.UnOp:
		return isTruth(e.possible(v))
	case *ssa.BinOp:
		return e.compares(v)
	case *ssa.Extract:
		if e.stillOpen(v) {
			return yes
		}
	}
	return maybe
}

// -- networks --

// networkOf returns the family of a call's network, "tcp" for "tcp4", when it is
// constant, or one of several constants of the same family, or an address of it has
// been resolved before.
func (e *Engine) networkOf(site ssa.CallInstruction) string {
	for _, op := range irx.Operands(site.Common()) {
		if isText(op.Type()) {
			return cmp.Or(familyOf(e.possible(op)), resolvedFor(op, site))
		}
	}
	return ""
}

// resolvers are the functions that take networks of one family only.
var resolvers = map[string]string{"ResolveTCPAddr": "tcp", "ResolveUDPAddr": "udp", "ResolveUnixAddr": "unix", "ResolveIPAddr": "ip"}

// resolvedFor returns the family of networks of which an address was resolved on each
// way to the call: the resolver refuses others.
func resolvedFor(network ssa.Value, site ssa.CallInstruction) string {
	// Not in its own block: without a branch between nobody has asked whether it failed.
	for b := site.Block().Idom(); b != nil; b = b.Idom() {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok && sameText(call, network) {
				if family := resolves(call); family != "" {
					return family
				}
			}
		}
	}
	return ""
}

// sameText reports whether the first argument of a call is the text, or loaded from the
// same field.
func sameText(call *ssa.Call, text ssa.Value) bool {
	return len(call.Call.Args) > 0 && (call.Call.Args[0] == text || sameField(call.Call.Args[0], text))
}

func resolves(call *ssa.Call) string {
	fn := irx.CalleeOf(call.Common()).Func
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "net" {
		return ""
	}
	return resolvers[fn.Name()]
}

func familyOf(networks []constant.Value) (family string) {
	for i, c := range networks {
		f := familyOfName(constant.StringVal(c))
		if i > 0 && f != family {
			return ""
		}
		family = f
	}
	return family
}

func familyOfName(network string) string {
	for _, family := range []string{"tcp", "udp", "unix", "ip"} {
		if strings.HasPrefix(network, family) {
			return family
		}
	}
	return ""
}

// comes reports whether a block can be reached with the constants that are known.
func (e *Engine) comes(b *ssa.BasicBlock) bool {
	return e.args == nil || e.args.fn != b.Parent() || e.args.reached == nil || e.args.reached[b.Index]
}

// netFamily returns the family of networks whose sockets, or addresses, have a type
// of package net: "tcp" for *net.TCPConn. It is empty for others.
func netFamily(t types.Type) string {
	named, ok := types.Unalias(irx.Deref(t)).(*types.Named)
	if !ok || irx.TypePackage(t) != "net" {
		return ""
	}
	for _, family := range []string{"tcp", "udp", "unix", "ip"} {
		if strings.HasPrefix(strings.ToLower(named.Obj().Name()), family) {
			return family
		}
	}
	return ""
}
