package oracle

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// mode is how a function is called.
type mode uint8

const (
	called mode = iota
	deferred
	started // as a goroutine
)

// frame is a running call.
type frame struct {
	in        *interp
	caller    *frame
	decl      *ast.FuncDecl // the declared function, also of a literal
	fn        *types.Func   // nil for a literal
	typ       *ast.FuncType
	body      *ast.BlockStmt
	lit       *closure
	call      token.Pos
	goroutine bool
	detached  bool // nobody looks at its results
	env       *env
	results   []*cell // the named results
	ret       []value
	defers    []func()
	exit      token.Pos
	given     []lending
	unknown   bool // a parameter is something that may be a resource, or nil
	idle      int  // tests of which nothing depends around the expression
	loops     int  // loops around the statement that runs
	// defersInLoop says that a defer statement in a loop has run.
	defersInLoop bool
}

// callDecl calls a declared function.
func (in *interp) callDecl(caller *frame, fn *types.Func, args []value, pos token.Pos, m mode) []value {
	decl := in.prog.decls[fn]
	f := &frame{in: in, caller: caller, decl: decl, fn: fn, typ: decl.Type, body: decl.Body, call: pos, goroutine: m == started, detached: m != called, env: (*env)(nil).inner()}
	if decl.Recv != nil {
		for _, id := range decl.Recv.List[0].Names {
			f.env.set(in.prog.Info.Defs[id], &cell{v: args[0]})
		}
		args = args[1:]
	}
	if sig := fn.Signature(); sig.Variadic() {
		args = packed(args, sig.Params().Len()-1)
	}
	ret := f.run(args)
	if caller != nil {
		in.returns = append(in.returns, returned{step{fn, how(ret)}, caller})
	}
	return ret
}

// packed makes a slice of the arguments from the n-th on, unless they are one.
func packed(args []value, n int) []value {
	if len(args) == n+1 {
		if _, ok := args[n].(*slice); ok {
			return args
		}
	}
	s := &slice{}
	for _, v := range args[n:] {
		s.elems = append(s.elems, &cell{v: v})
	}
	return append(args[:n:n], s)
}

// callLit calls a function literal.
func (in *interp) callLit(caller *frame, c *closure, args []value, pos token.Pos, m mode) []value {
	f := &frame{in: in, caller: caller, decl: c.in.decl, typ: c.lit.Type, body: c.lit.Body, lit: c, call: pos, goroutine: m == started, detached: m != called, env: c.env.inner()}
	return f.run(args)
}

func (f *frame) depth() int {
	n := 0
	for ; f != nil; f = f.caller {
		n++
	}
	return n
}

func (f *frame) run(args []value) []value {
	if f.depth() > maxDepth {
		panic(stop{cut: true})
	}
	if f.in.top == nil {
		f.in.top = f
	}
	given := slices.DeleteFunc(ledTo(args), func(r *resource) bool { return r.closed || r.handed })
	f.bind(args)
	f.noteGiven(args)
	f.exit = f.body.Rbrace
	f.block(f.env, f.body.List)
	for len(f.defers) > 0 {
		d := f.defers[len(f.defers)-1]
		f.defers = f.defers[:len(f.defers)-1]
		d()
	}
	for i, c := range f.results {
		f.ret[i] = f.in.read(c)
	}
	f.leave(given)
	return f.ret
}

// noteGiven notes which parameter is given which resource.
func (f *frame) noteGiven(args []value) {
	if f.fn == nil {
		return
	}
	for i, v := range args {
		p := f.fn.Signature().Params().At(i)
		reach(v, func(r *resource) { f.given = append(f.given, lending{p, r}) })
		switch v.(type) {
		case *junk, opaque:
			f.unknown = f.unknown || isConn(p.Type())
		}
	}
}

func (f *frame) bind(args []value) {
	i := 0
	for _, field := range f.typ.Params.List {
		for _, id := range field.Names {
			o := f.in.prog.Info.Defs[id]
			f.env.set(o, &cell{v: elsewhere(o.Type(), args[i])})
			i++
		}
		if len(field.Names) == 0 {
			i++
		}
	}
	if f.typ.Results == nil {
		return
	}
	for _, field := range f.typ.Results.List {
		for _, id := range field.Names {
			c := &cell{v: zero(f.in.prog.Info.TypeOf(field.Type))}
			f.env.set(f.in.prog.Info.Defs[id], c)
			f.results = append(f.results, c)
			f.ret = append(f.ret, nil)
		}
	}
}

// leave ends a call: what its function acquired and returns is the caller's
// from now on, and what else is open leaks here.
func (f *frame) leave(given set) {
	at := f.in.prog.place(f.exit)
	returned, around := ledTo(f.ret), set(nil)
	if f.lit != nil {
		around = ledTo(f.lit)
		f.noteMixed(returned)
	}
	if len(f.in.known) == 0 {
		return
	}
	for _, r := range f.in.known {
		if r.spawner == f && returned.has(r) {
			r.closed, r.tended = false, true // the goroutine only watches over it
			if f.fn != nil {
				r.notes = append(r.notes, note{why: tended, fn: f.fn, params: f.paramsOf(r)})
			}
		}
		if r.spawner == f && !returned.has(r) && f.in.weak {
			r.spawner = f.caller // as if the function were written there
		}
		if r.closed || r.handed {
			continue
		}
		switch {
		case r.owner == f && returned.has(r) && f.detached:
			r.handed = true // go and defer drop results; what is acquired there is not looked at
		case r.owner == f && returned.has(r):
			f.giveUp(r)
		case r.owner == f && around.has(r):
			r.owner = f.lit.in // whose variable it is
		case r.owner == f:
			f.leak(r, at)
		case given.has(r) && f.fn == nil && f.caller == nil && r.param != nil:
			r.covers = append(r.covers, Report{f.in.prog.place(r.site), at})
		case given.has(r) && f.fn != nil && (r.owner != nil || r.param != nil):
			r.notes = append(r.notes, note{why: calleeDecides, fn: f.fn, params: f.paramsOf(r)})
			if !returned.has(r) {
				r.covers = append(r.covers, Report{f.in.prog.place(f.decl.Pos()), at})
			}
		}
		if f.goroutine && (given.has(r) || around.has(r)) {
			r.notes = append(r.notes, note{why: sharedGoroutine, pos: f.call})
			r.covers = append(r.covers, Report{f.in.prog.place(r.site), at})
			r.lent = append(r.lent, f.in.prog.place(f.call))
			r.lentEnds = append(r.lentEnds, at)
		}
	}
}

// noteMixed notes that a literal returns what is not its own, or succeeds without
// anything.
func (f *frame) noteMixed(returned set) {
	if slices.ContainsFunc(returned, func(r *resource) bool { return r.owner != f }) || f.emptyHanded() {
		f.in.prog.mixed[f.lit.lit] = true
	}
}

// emptyHanded reports whether a call succeeds with a result that is nil, or what a call
// that failed gave.
func (f *frame) emptyHanded() bool {
	sig := f.signature()
	if len(f.ret) != sig.Results().Len() || failed(sig, f.ret) {
		return false
	}
	for i, v := range f.ret {
		if !isError(sig.Results().At(i).Type()) && hollow(v) {
			return true
		}
	}
	return false
}

// paramsOf returns the parameters that were given a resource.
func (f *frame) paramsOf(r *resource) []*types.Var {
	var out []*types.Var
	for _, l := range f.given {
		if l.r == r {
			out = append(out, l.p)
		}
	}
	return out
}

// lending is a parameter that leads to a resource.
type lending struct {
	p *types.Var
	r *resource
}

// set is a small set of resources.
type set []*resource

func (s set) has(r *resource) bool { return slices.Contains(s, r) }

// ledTo are the resources that v leads to.
func ledTo(v value) set {
	var s set
	reach(v, func(r *resource) { s = append(s, r) })
	return s
}

// giveUp moves a returned resource to the caller.
func (f *frame) giveUp(r *resource) {
	if f.caller == nil {
		r.handed, r.returned = true, true
		return
	}
	r.owner, r.site, r.crossed = f.caller, f.call, false
	if failed(f.signature(), f.ret) {
		r.notes = append(r.notes, note{why: besideError})
	}
	if f.fn == nil {
		r.notes = append(r.notes, note{why: mixedResult, lit: f.lit.lit})
		return
	}
	r.notes = append(r.notes, note{why: mixedResult, fn: f.fn})
	if f.unknown || slices.ContainsFunc(f.given, func(l lending) bool { return l.r != r && isConn(l.p.Type()) }) {
		r.notes = append(r.notes, note{why: transport})
	}
}

func (f *frame) signature() *types.Signature {
	if f.fn != nil {
		return f.fn.Signature()
	}
	return f.in.prog.Info.TypeOf(f.lit.lit).(*types.Signature)
}

// leak notes that nobody can close r any more.
func (f *frame) leak(r *resource, at Place) {
	site := f.in.prog.place(r.site)
	r.left = f
	r.covers = append(r.covers, Report{site, at})
	if r.crossed {
		r.covers = append(r.covers, Report{site, site})
		if r.deferred || f.defersInLoop {
			r.notes = append(r.notes, note{why: deferInLoop})
		}
	}
	for _, lent := range r.lent {
		r.covers = append(r.covers, Report{lent, at})
		if r.crossed {
			r.covers = append(r.covers, Report{lent, site})
		}
	}
}

// wentRound notes that a loop of the call goes round.
func (f *frame) wentRound() {
	for _, r := range f.in.known {
		if r.owner == f || r.by == f {
			r.crossed = true
		}
	}
}

func (in *interp) step() {
	if in.steps++; in.steps > maxSteps {
		panic(stop{cut: true})
	}
}
