package own

import (
	"go/constant"
	"go/token"
	"go/types"
	"net"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- calls that fail by an address only --
//
// A socket's own address, and one that has just been dialled or listened on, can be
// taken apart, and its port is a number. A function that fails only when a string
// that it is given has no port cannot fail with one of these. Must-analysis: other
// strings may be anything.

// wantsAddress returns the operands of which each one is enough for the call not to
// fail, when it is an address with a port.
func (e *Engine) wantsAddress(callee irx.Callee) uint32 {
	if callee.Dynamic || callee.Func == nil {
		return 0
	}
	if isSplit(callee.Func) {
		return 1
	}
	if c := e.contract(callee); c != nil && !c.bottom && e.Pkg.Model.Of(callee.Func) == nil {
		return c.Sure.IfAddress
	}
	return 0
}

// addressed returns the parameters of which each one is enough for fn not to fail,
// when it is an address with a port.
func (e *Engine) addressed(fn *ssa.Function, d disc) (set uint32) {
	for i, p := range fn.Params[:min(32, len(fn.Params))] {
		if !isText(p.Type()) {
			continue
		}
		names := namesOf(p)
		if e.givenAsAddress(names) && e.sureUnder(fn, &supposition{disc: d, address: names}) {
			set |= 1 << i
		}
	}
	return set
}

func isText(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.String
}

// givenAsAddress reports whether one of the names is an operand that a callee wants
// to be an address.
func (e *Engine) givenAsAddress(names map[ssa.Value]bool) bool {
	for v := range names {
		for _, ref := range *v.Referrers() {
			call, ok := ref.(*ssa.Call)
			if ok && e.anyAddress(call, func(op ssa.Value) bool { return op == v }) {
				return true
			}
		}
	}
	return false
}

// anyAddress reports whether is holds for an operand which the callee wants to be an
// address.
func (e *Engine) anyAddress(call *ssa.Call, is func(ssa.Value) bool) bool {
	return e.anyWanted(irx.CalleeOf(call.Common()), irx.Operands(call.Common()), is)
}

func (e *Engine) anyWanted(callee irx.Callee, ops []ssa.Value, is func(ssa.Value) bool) bool {
	wants := e.wantsAddress(callee)
	for i, op := range ops {
		if wants>>i&1 == 1 && is(op) {
			return true
		}
	}
	return false
}

// ofAddress reports whether the call cannot fail since it takes apart, or looks up,
// the text of a socket's address, whatever the state.
func (e *Engine) ofAddress(callee irx.Callee, ops []ssa.Value) bool {
	if callee.Dynamic || callee.Func == nil {
		return false
	}
	if pkg := callee.Func.Pkg(); pkg != nil && (strings.HasPrefix(pkg.Path(), "net") || pkg.Path() == "strconv") {
		switch callee.Func.FullName() {
		case "net.ResolveTCPAddr", "net.ResolveUDPAddr":
			return isAddrText(ops[1])
		case "net/netip.ParseAddrPort":
			return isAddrText(ops[0])
		case "net/netip.ParseAddr":
			return isPart(ops[0], 0)
		case "net/url.Parse":
			text, ok := ops[0].(*ssa.BinOp) // "http://" + ln.Addr().String()
			return ok && isAddrText(text.Y)
		case "strconv.Atoi", "strconv.ParseInt", "strconv.ParseUint":
			return isPart(ops[0], 1) || afterColon(ops[0])
		}
	}
	return e.anyWanted(callee, ops, isAddress)
}

// isAddress reports whether v is the text of a net.Addr, or has been put together
// from host and port.
func isAddress(v ssa.Value) bool {
	if call, ok := v.(*ssa.Call); ok {
		if fn := irx.CalleeOf(call.Common()).Func; fn != nil && fn.Name() == "JoinHostPort" && fn.FullName() == "net.JoinHostPort" {
			return true
		}
	}
	return isAddrText(v)
}

// isAddrText reports whether v is the text of a net.Addr.
func isAddrText(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	from := irx.CalleeOf(call.Common()).Func
	return from != nil && from.Name() == "String" && irx.HasMethod(recvType(from), "Network")
}

// isPart reports whether v is the host or the port, result 0 or 1 of taking it apart,
// of the text of a net.Addr.
func isPart(v ssa.Value, part int) bool {
	call, result := resultOf(v)
	if call == nil || result != part {
		return false
	}
	split := irx.CalleeOf(call.Common()).Func
	return split != nil && isSplit(split) && isAddrText(call.Call.Args[0])
}

// afterColon reports whether v is what follows the last colon of the text of a net.Addr:
// parts[len(parts)-1] of strings.Split, or addr[strings.LastIndex(addr, ":")+1:].
func afterColon(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Slice:
		at, ok := plusOne(v.Low)
		return ok && v.High == nil && cutsAtColon(at, "strings.LastIndex", v.X)
	case *ssa.UnOp:
		at, ok := v.X.(*ssa.IndexAddr)
		if !ok {
			return false
		}
		last, ok := at.Index.(*ssa.BinOp)
		return ok && last.Op == token.SUB && isOne(last.Y) && isLenOf(last.X, at.X) && cutsAtColon(at.X, "strings.Split", nil)
	}
	return false
}

// cutsAtColon reports whether v is given by a function of package strings that looks for
// a colon in the text of a net.Addr, in the given text if that is not nil.
func cutsAtColon(v ssa.Value, name string, text ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	fn := irx.CalleeOf(call.Common()).Func
	if fn == nil || fn.FullName() != name || text != nil && call.Call.Args[0] != text {
		return false
	}
	sep, ok := call.Call.Args[1].(*ssa.Const)
	return ok && sep.Value != nil && constant.StringVal(sep.Value) == ":" && isAddrText(call.Call.Args[0])
}

func isLenOf(v, of ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	return ok && irx.CalleeOf(call.Common()).Builtin == "len" && call.Call.Args[0] == of
}

func plusOne(v ssa.Value) (ssa.Value, bool) {
	sum, ok := v.(*ssa.BinOp)
	if !ok || sum.Op != token.ADD || !isOne(sum.Y) {
		return nil, false
	}
	return sum.X, true
}

func isOne(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.Int && c.Int64() == 1
}

// isSplit reports whether fn takes an address apart into host and port.
func isSplit(fn *types.Func) bool {
	return fn.Name() == "SplitHostPort" && fn.FullName() == "net.SplitHostPort"
}

// literalAddress reports whether the call resolves an address that is written
// out: nothing is looked up.
func literalAddress(callee irx.Callee, ops []ssa.Value) bool {
	if callee.Dynamic || callee.Func == nil || callee.Func.Pkg() == nil || callee.Func.Pkg().Path() != "net" || len(ops) != 2 {
		return false
	}
	switch callee.Func.Name() {
	case "ResolveTCPAddr", "ResolveUDPAddr":
	case "ResolveIPAddr":
		c, ok := ops[1].(*ssa.Const)
		return ok && c.Value != nil && net.ParseIP(constant.StringVal(c.Value)) != nil
	case "ResolveUnixAddr": // it fails by the network only
		_, ok := ops[0].(*ssa.Const)
		return ok
	default:
		return false
	}
	addr, ok := written(ops[1], 0)
	if host, port, err := net.SplitHostPort(addr); err == nil && (host == "" || host == "localhost") {
		addr = "0.0.0.0:" + port
	}
	_, err := netip.ParseAddrPort(addr)
	return ok && err == nil
}

// written returns a text that is written out but for numbers, for which it puts 1.
func written(v ssa.Value, depth int) (text string, ok bool) {
	if depth > maxReads {
		return "", false
	}
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value != nil && v.Value.Kind() == constant.String {
			return constant.StringVal(v.Value), true
		}
	case *ssa.BinOp:
		if v.Op == token.ADD {
			x, okX := written(v.X, depth+1)
			y, okY := written(v.Y, depth+1)
			return x + y, okX && okY
		}
	case *ssa.Call:
		return writtenBy(v, depth+1)
	}
	return "", false
}

// writtenBy is what a function that puts texts together makes of written ones.
func writtenBy(call *ssa.Call, depth int) (text string, ok bool) {
	f, args := irx.CalleeOf(call.Common()).Func, call.Call.Args
	if f == nil {
		return "", false
	}
	switch f.FullName() {
	case "strconv.Itoa":
		return "1", true
	case "net.JoinHostPort":
		host, okHost := written(args[0], depth)
		port, okPort := written(args[1], depth)
		return net.JoinHostPort(host, port), okHost && okPort
	case "fmt.Sprintf":
		format, ok := written(args[0], depth)
		return strings.ReplaceAll(format, "%d", "1"), ok
	}
	return "", false
}

// splitsDialled reports whether the call fails by an address only, by which the
// resource was acquired just now.
func (r *run) splitsDialled(callee irx.Callee, ops []ssa.Value) bool {
	return r.ob.Call != nil && r.eng.anyWanted(callee, ops, func(op ssa.Value) bool {
		return slices.ContainsFunc(irx.Operands(r.ob.Call.Common()), func(v ssa.Value) bool {
			return v == op || storedOnce(v) != nil && storedOnce(v) == storedOnce(op) || sameSince(r.ob.Call, v, op) || sameField(v, op)
		})
	})
}

// -- the type of a socket's own address --

// ofOwnAddress returns the parameters, connections and listeners, for which fn does
// not fail when their addresses are of the types of package net that it expects: for
// sockets of that package they are.
func (e *Engine) ofOwnAddress(fn *ssa.Function, d disc) (set uint32) {
	for i, p := range fn.Params[:min(32, len(fn.Params))] {
		if _, ok := irx.ResourceKind(p.Type()); !ok {
			continue
		}
		names := namesOf(p)
		if e.asksAddress(names) && e.sureUnder(fn, &supposition{disc: d, socket: names}) {
			set |= 1 << i
		}
	}
	return set
}

// asksAddress reports whether one of the names is asked for its address, or passed on
// to a callee that does so.
func (e *Engine) asksAddress(names map[ssa.Value]bool) bool {
	for v := range names {
		for _, ref := range *v.Referrers() {
			call, ok := ref.(*ssa.Call)
			if ok && (addressOf(call) == v || e.forSocket(irx.CalleeOf(call.Common())) != 0) {
				return true
			}
		}
	}
	return false
}

// addressOf returns the socket whose address a call asks for, or nil.
func addressOf(call *ssa.Call) ssa.Value {
	callee, ops := irx.CalleeOf(call.Common()), irx.Operands(call.Common())
	if callee.Func == nil || len(ops) != 1 {
		return nil
	}
	switch callee.Func.Name() {
	case "Addr", "LocalAddr", "RemoteAddr":
		return ops[0]
	}
	return nil
}

func (e *Engine) forSocket(callee irx.Callee) uint32 {
	if callee.Dynamic || callee.Func == nil || e.Pkg.Model.Of(callee.Func) != nil {
		return 0
	}
	if c := e.contract(callee); c != nil && !c.bottom {
		return c.Sure.ForSocket
	}
	return 0
}

// expected reports whether v tells whether the address of the socket that is
// supposed to be one of package net has a type of that package.
func (s *supposition) expected(v *ssa.Extract) bool {
	ta, ok := v.Tuple.(*ssa.TypeAssert)
	if !ok || v.Index != 1 || s.socket == nil || irx.TypePackage(ta.AssertedType) != "net" {
		return false
	}
	call, ok := ta.X.(*ssa.Call)
	return ok && s.socket[addressOf(call)]
}

// ofNet reports whether the callee does not fail since the resource, which it is
// given, is a socket that package net has opened.
func (r *run) ofNet(s *state, callee irx.Callee, ops []ssa.Value) bool {
	set := r.eng.forSocket(callee)
	if set == 0 || r.ob.Call == nil {
		return false
	}
	from := irx.CalleeOf(r.ob.Call.Common()).Func
	if from == nil || from.Pkg() == nil || from.Pkg().Path() != "net" {
		return false
	}
	for i, op := range ops {
		if set>>i&1 == 1 && r.eval(s, op).k == holds {
			return true
		}
	}
	return false
}
