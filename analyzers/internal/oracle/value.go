package oracle

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// value is a value of an interpreted program: nil, bool, int, string, *errval,
// *resource, *object, *slice, *closure, *types.Func or opaque.
type value any

// opaque is a value that only an answer of the world is known of.
type opaque struct{}

type errval struct{}

// junk is what a call that failed gives instead of a resource. Go does not
// promise that it is nil, and the engine does not suppose it.
type junk struct {
	null tri
	typ  dynamic
}

// volatile is a variable around a literal of a weak world: each time it is read
// it may be something else.
type volatile struct{ v *types.Var }

// tri is an answer that may not have been given yet.
type tri uint8

const (
	maybe tri = iota
	yes
	no
)

// resource is a connection, listener or packet conn.
type resource struct {
	owner *frame // the call whose function has to close it; nil when nobody in view has to
	site  token.Pos
	by    *frame // the call that acquired it
	// state
	closed, handed bool
	returned       bool // the function that is run gives it to its caller
	null           tri  // what the program was told, in a weak world
	typ            dynamic
	spawner        *frame  // the call whose goroutine closed it
	tended         bool    // the call that returned it started a goroutine that closes it
	lent           []Place // go statements whose goroutine left it open
	lentEnds       []Place // where these goroutines ended
	deferred       bool    // a function deferred in a loop mentions it
	crossed        bool    // a loop of the owner went round since it was acquired
	refused        bool    // a deadline could not be set: it is closed already
	left           *frame  // the call that ended without closing it
	// covers are the reports that would tell of its leak.
	covers []Report
	// param is set for the resource that a function is given at its start.
	param *types.Var
	// notes are what the resource went through that excuses silence.
	notes []note
}

// Report is a place where a leak can be said to happen, and the place where the
// resource comes from.
type Report struct{ Site, At Place }

// note is something that the path did with a resource after which the engine
// may be silent.
type note struct {
	why excuse
	fn  *types.Func  // the callee that decides, for calleeDecides
	lit *ast.FuncLit // the same, where it is a literal
	// params are its parameters that are given the resource.
	params []*types.Var
	pos    token.Pos // the go statement, for sharedGoroutine
	ok     *cell     // the answer, for assumedType; nil when it is dropped
}

// object is what a composite literal makes.
type object struct {
	typ    types.Type
	fields map[string]*cell
	by     *ast.FuncDecl // the function that made it
	in     *frame        // the call that made it
	far    bool          // something that outlives the function leads to it
	null   tri           // what the program was told, in a weak world
}

type slice struct {
	elems []*cell
	far   bool
}

type cell struct {
	v      value
	tested bool  // read since it was assigned the answer of a type assertion
	late   bool  // only after what was asserted
	answer *cell // whether what it was assigned has been asserted
}

// closure is a function literal with the variables around it.
type closure struct {
	lit *ast.FuncLit
	env *env
	in  *frame
}

// bound is a method value: a method or function of the world with its receiver.
type bound struct {
	fn   *types.Func
	recv value
}

// env is a scope.
type env struct {
	vars []named
	up   *env
}

// named is a variable with its name.
type named struct {
	o types.Object
	c *cell
}

func (e *env) inner() *env { return &env{up: e} }

func (e *env) set(o types.Object, c *cell) {
	for i := range e.vars {
		if e.vars[i].o == o {
			e.vars[i].c = c
			return
		}
	}
	e.vars = append(e.vars, named{o, c})
}

func (e *env) find(o types.Object) *cell {
	for ; e != nil; e = e.up {
		for _, n := range e.vars {
			if n.o == o {
				return n.c
			}
		}
	}
	return nil
}

// reach calls f for the resources that v leads to.
func reach(v value, f func(*resource)) {
	if r, ok := v.(*resource); ok && r != nil {
		f(r)
		return
	}
	(&walker{f: f}).walk(v)
}

// walker visits each object, slice and closure once.
type walker struct {
	f    func(*resource)
	seen []any
}

func (w *walker) first(v any) bool {
	if slices.Contains(w.seen, v) {
		return false
	}
	w.seen = append(w.seen, v)
	return true
}

func (w *walker) walk(v value) {
	switch v := v.(type) {
	case *resource:
		if v != nil {
			w.f(v)
		}
	case *object:
		if v != nil && w.first(v) {
			for _, c := range v.fields {
				w.walk(c.v)
			}
		}
	case *slice:
		if v != nil && w.first(v) {
			for _, c := range v.elems {
				w.walk(c.v)
			}
		}
	case bound:
		w.walk(v.recv)
	case *closure:
		if v != nil && w.first(v) {
			captured(v, func(c *cell) { w.walk(c.v) })
		}
	case []value:
		for _, x := range v {
			w.walk(x)
		}
	}
}

// captured calls f for the variables that a literal takes from around it.
func captured(c *closure, f func(*cell)) {
	for _, v := range c.in.in.prog.captures(c.lit) {
		if x := c.env.find(v); x != nil {
			f(x)
		}
	}
}

// captures are the variables of other functions that a literal mentions.
func (l *Loaded) captures(lit *ast.FuncLit) []*types.Var {
	vars, ok := l.lits[lit]
	if ok {
		return vars
	}
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		v, ok := l.Info.Uses[id].(*types.Var)
		if ok && !v.IsField() && (v.Pos() < lit.Pos() || lit.End() <= v.Pos()) && !slices.Contains(vars, v) {
			vars = append(vars, v)
		}
		return true
	})
	l.lits[lit] = vars
	return vars
}

// handOver gives all that v leads to to something that outlives the function.
func handOver(v value) {
	switch v := v.(type) {
	case *object:
		if v == nil || v.far {
			return
		}
		v.far = true
		for _, c := range v.fields {
			handOver(c.v)
		}
		return
	case *slice:
		if v == nil || v.far {
			return
		}
		v.far = true
		for _, c := range v.elems {
			handOver(c.v)
		}
		return
	}
	reach(v, func(r *resource) {
		if !r.closed {
			r.handed = true
		}
	})
}
