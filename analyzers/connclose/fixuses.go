package connclose

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/own"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
)

// -- what lives on a connection --
//
//	ln, err := quic.Listen(conn, cfg)
//	return &listener{ln}, err
//
// What was made of a connection and only borrows it is dead when that is
// closed. Where such a thing outlives the function, the leak is real, but the
// Close belongs to whoever ends it. This is a may-analysis without regard to
// the order of statements: it errs towards no fix.

// use tells how a value depends on the resource.
type use uint8

const (
	alias   use = iota + 1 // it is the resource, converted or kept in a variable
	madeOf                 // a call was given the resource and gave this
	maxUses = 3            // callees are followed so deep
)

// uses is what depends on the resource in one function.
type uses struct {
	how   map[ssa.Value]use
	queue []ssa.Value
	eng   *own.Engine
	depth int
	// outlive says that something made of it is stored beyond the function, or
	// given to a goroutine.
	outlive bool
	// started says that a callee has started a goroutine that uses it, and has not
	// taken it over; left that the callee does not wait for it.
	started, left bool
	// wrappers are the calls whose result stands for it, with the number of that
	// result: the others are made of it.
	wrappers map[*ssa.Call]int
}

// usesOf follows a value through its function.
func usesOf(eng *own.Engine, seeds []ssa.Value, depth int) *uses {
	u := &uses{how: map[ssa.Value]use{}, eng: eng, depth: depth, wrappers: map[*ssa.Call]int{}}
	for _, v := range seeds {
		if isChan(v.Type()) {
			u.add(v, madeOf) // no resource, but what comes over it
		} else {
			u.add(v, alias)
		}
	}
	for len(u.queue) > 0 {
		v := u.queue[0]
		u.queue = u.queue[1:]
		if v.Referrers() == nil {
			continue
		}
		for _, ref := range *v.Referrers() {
			u.visit(v, ref)
		}
	}
	return u
}

func (u *uses) add(v ssa.Value, how use) {
	if u.how[v] < how {
		u.how[v] = how
		u.queue = append(u.queue, v)
	}
}

func (u *uses) visit(v ssa.Value, ref ssa.Instruction) {
	how := u.how[v]
	switch ref := ref.(type) {
	case *ssa.Store:
		if ref.Val == v {
			u.store(ref.Addr, how)
		}
	case *ssa.MapUpdate:
		u.store(ref.Map, how)
	case *ssa.Send:
		u.outlive = u.outlive || how == madeOf
	case *ssa.Go:
		u.start(ref, how)
	case *ssa.MakeClosure:
		u.add(ref, how)
		u.captured(v, ref, how)
	case *ssa.Call:
		u.call(v, ref, how)
	case *ssa.Extract:
		if call, ok := ref.Tuple.(*ssa.Call); ok {
			if i, wraps := u.wrappers[call]; wraps && i != ref.Index {
				how = madeOf
			}
		}
		if dependsBy(ref.Type()) {
			u.add(ref, how)
		}
	case *ssa.Defer, *ssa.Return, *ssa.DebugRef, *ssa.BinOp, *ssa.If:
	case ssa.Value:
		if dependsBy(ref.Type()) {
			u.add(ref, how)
		}
	}
}

// store notes what an object or variable gets.
func (u *uses) store(addr ssa.Value, how use) {
	for {
		switch x := addr.(type) {
		case *ssa.FieldAddr:
			addr = x.X
			continue
		case *ssa.IndexAddr:
			addr = x.X
			continue
		case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeSlice, *ssa.Call, *ssa.Phi, *ssa.Slice, *ssa.Extract:
			u.add(x, how)
		default:
			u.outlive = u.outlive || how == madeOf
		}
		return
	}
}

// start notes a goroutine that is given it, or what is made of it.
func (u *uses) start(at ssa.Instruction, how use) {
	u.outlive = u.outlive || how == madeOf
	if u.depth > 0 {
		u.started = true
		u.left = u.left || !mayWait(at.Parent())
	}
}

// mayWait reports whether a function waits for something, perhaps for what it has
// started.
func mayWait(fn *ssa.Function) bool {
	return slices.ContainsFunc(fn.Blocks, func(b *ssa.BasicBlock) bool {
		return slices.ContainsFunc(b.Instrs, func(instr ssa.Instruction) bool {
			switch instr := instr.(type) {
			case *ssa.UnOp:
				return instr.Op == token.ARROW
			case *ssa.Select:
				return instr.Blocking
			case ssa.CallInstruction:
				callee := irx.CalleeOf(instr.Common()).Func
				return callee != nil && callee.Name() == "Wait"
			}
			return false
		})
	})
}

// captured follows a variable into a function literal.
func (u *uses) captured(v ssa.Value, c *ssa.MakeClosure, how use) {
	for i, b := range c.Bindings {
		if b == v {
			u.add(c.Fn.(*ssa.Function).FreeVars[i], how)
		}
	}
}

// startedBy looks for goroutines that a callee in this package starts with its
// i-th operand, which stays the caller's.
func (u *uses) startedBy(callee *ssa.Function, i int) {
	if callee == nil || i >= len(callee.Params) || u.depth >= maxUses || u.started {
		return
	}
	if c := u.eng.Contract(callee); c == nil || slices.ContainsFunc(c.Params, func(p own.ParamContract) bool {
		return p.Param == i && p.Path == 0 && (p.OK|p.Fail)&(own.Closed|own.Kept) != 0
	}) {
		return
	}
	in := usesOf(u.eng, []ssa.Value{callee.Params[i]}, u.depth+1)
	u.started, u.left = in.started, u.left || in.left
}

func (u *uses) call(v ssa.Value, call *ssa.Call, how use) {
	if _, ok := call.Call.Value.(*ssa.Builtin); ok {
		if dependsBy(call.Type()) {
			u.add(call, how)
		}
		return
	}
	callee := irx.CalleeOf(&call.Call)
	spec := u.eng.Pkg.Model.Of(callee.Func)
	for i, op := range irx.Operands(&call.Call) {
		if op != v {
			continue
		}
		if spec != nil && spec.Spawns != nil && *spec.Spawns == i {
			u.start(call, how)
			continue
		}
		u.startedBy(callee.Body, i)
		result, wraps := u.eng.Wraps(&call.Call, i)
		switch {
		case wraps:
			u.wrappers[call] = result
			u.add(call, how)
		case u.gives(call, i, v.Type()):
			u.add(call, madeOf)
		}
	}
}

// gives reports whether a result of a call may depend on its i-th operand, of
// type t. What a listener has accepted and a duplicate do not.
func (u *uses) gives(call *ssa.Call, i int, t types.Type) bool {
	if irx.HasMethod(t, "Accept") && i == 0 || isFile(t) || eachResult(call.Type(), isFile) {
		return false
	}
	callee := irx.CalleeOf(&call.Call)
	if body := callee.Body; body != nil && u.depth < maxUses && i < len(body.Params) {
		return usesOf(u.eng, []ssa.Value{body.Params[i]}, u.depth+1).returned(body)
	}
	if i > 0 || callee.Func == nil || callee.Func.Signature().Recv() == nil {
		return dependsBy(call.Type())
	}
	// A method of a connection gives data, unless what it gives is one, too.
	return eachResult(call.Type(), func(t types.Type) bool { return closeMethod(t) || irx.IsStream(t) })
}

func isChan(t types.Type) bool {
	_, ok := t.Underlying().(*types.Chan)
	return ok
}

// isFile reports whether t is *os.File, which has a descriptor of its own.
func isFile(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	named, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "os" && named.Obj().Name() == "File"
}

// returned reports whether a function returns something that depends on the
// resource.
func (u *uses) returned(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && u.returnedBy(ret, alias) {
			return true
		}
	}
	return false
}

func (u *uses) returnedBy(ret *ssa.Return, least use) bool {
	for _, v := range ret.Results {
		if u.how[v] >= least && dependsBy(v.Type()) {
			return true
		}
	}
	return false
}

// dependsBy reports whether a value of type t can be of use only as long as
// something else is open: not so for numbers, texts and errors.
func dependsBy(t types.Type) bool {
	return eachResult(t, func(t types.Type) bool {
		if irx.IsError(t) {
			return false
		}
		switch t := t.Underlying().(type) {
		case *types.Basic:
			return false
		case *types.Slice:
			_, basic := t.Elem().Underlying().(*types.Basic)
			return !basic
		}
		return true
	})
}

// eachResult reports whether f holds for t or, if that is a tuple, a part of it.
func eachResult(t types.Type, f func(types.Type) bool) bool {
	tuple, ok := t.(*types.Tuple)
	if !ok {
		return f(t)
	}
	for v := range tuple.Variables() {
		if f(v.Type()) {
			return true
		}
	}
	return false
}

// -- of one finding --

// findUses follows the resource of the finding.
func (p *plan) findUses() {
	o := p.suspect.o
	var seeds []ssa.Value
	if o.Call == nil {
		seeds = append(seeds, p.suspect.fn.Params[o.Param])
	} else if v := o.Call.Value(); v != nil {
		seeds = append(seeds, v)
		if _, ok := v.Type().(*types.Tuple); ok {
			seeds = nil
			for _, ref := range *v.Referrers() {
				if ex, ok := ref.(*ssa.Extract); ok && (ex.Index == o.Result || isChan(ex.Type())) {
					seeds = append(seeds, ex)
				}
			}
		}
	}
	p.used = usesOf(p.res.Engine, seeds, 0)
}

// needed reports whether something that needs the resource to be open is
// returned at pos, or stored for longer where the function may succeed.
func (p *plan) needed(body *repair.Body, pos token.Pos) bool {
	ret := body.ReturnAt(pos)
	if (p.used.outlive || p.used.left) && !(ret != nil && p.fails(body, ret)) {
		return true
	}
	return ret != nil && !p.plainResults(ret) && p.returnsUse(p.suspect.fn, pos)
}

func (p *plan) returnsUse(fn *ssa.Function, pos token.Pos) bool {
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && ret.Pos() == pos && p.used.returnedBy(ret, madeOf) {
			return true
		}
	}
	return false
}

// plainResults reports whether a return gives nothing but nil, numbers, texts and
// errors.
func (p *plan) plainResults(ret *ast.ReturnStmt) bool {
	for _, r := range ret.Results {
		if tv := p.pass.TypesInfo.Types[r]; !tv.IsNil() && tv.Value == nil && dependsBy(tv.Type) {
			return false
		}
	}
	return len(ret.Results) > 0
}

// fails reports whether a return gives an error that is not nil: a new one, or
// one that an if statement around it is about.
func (p *plan) fails(body *repair.Body, ret *ast.ReturnStmt) bool {
	n := len(ret.Results)
	if n == 0 || !irx.IsError(p.pass.TypesInfo.TypeOf(ret.Results[n-1])) || p.pass.TypesInfo.Types[ret.Results[n-1]].IsNil() {
		return false
	}
	if _, ok := ast.Unparen(ret.Results[n-1]).(*ast.CallExpr); ok {
		return n > 1 || p.formats(ast.Unparen(ret.Results[0]).(*ast.CallExpr))
	}
	inside := false
	body.Inspect(func(n ast.Node) bool {
		if s, ok := n.(*ast.IfStmt); ok && s.Body.Pos() <= ret.Pos() && ret.Pos() < s.Body.End() {
			inside = true
		}
		return true
	})
	return inside
}
