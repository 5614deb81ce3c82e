package oracle

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Bounds of the enumeration.
const (
	maxPaths = 500  // runs per function
	maxSteps = 4000 // statements per run
	maxDepth = 12   // calls
)

// choice is one answer of the world.
type choice struct{ n, taken int }

// stop is thrown when a run comes to no end that matters: the process ends, a
// bound is passed, or a loop would go round more often than is looked at.
type stop struct{ cut bool }

// world says in which way programs are run.
type world struct {
	prog  *Loaded
	trips int  // how often a loop may go round
	weak  bool // any resource may be nil
}

// interp runs functions of a program, once for each combination of answers.
type interp struct {
	world
	answers []choice
	next    int
	steps   int
	top     *frame
	known   []*resource
	params  []*resource
	cut     bool // the run was left in the middle
	// closeFailed says that a Close told of a failure, refused that SetDeadline did.
	closeFailed, refused bool
	// constantFails says that a callee that is given a constant failed.
	constantFails bool
	nilReceiver   bool       // a method used a field of its nil receiver
	returns       []returned // of callees, in order
	again         bool       // a call that was deferred in a loop runs
	args          string     // which values the parameters have, in short
}

// choose asks the world for one of n answers.
func (in *interp) choose(n int) int {
	if in.next == len(in.answers) {
		in.answers = append(in.answers, choice{n, 0})
	}
	c := in.answers[in.next]
	in.next++
	return c.taken
}

// advance sets up the next combination of answers.
func (in *interp) advance() bool {
	in.answers = in.answers[:in.next]
	for i := len(in.answers) - 1; i >= 0; i-- {
		if in.answers[i].taken+1 < in.answers[i].n {
			in.answers = in.answers[:i+1]
			in.answers[i].taken++
			return true
		}
	}
	return false
}

// run runs a declared function over all combinations of its answers. It calls
// each for every run that comes to its end; full is false when there are too
// many.
func (w world) run(decl *ast.FuncDecl, each func(*interp)) (full bool) {
	return w.enumerate(func(in *interp) { in.start(decl) }, each)
}

// runLit runs a function literal by itself, whatever its variables are.
func (w world) runLit(decl *ast.FuncDecl, lit *ast.FuncLit, each func(*interp)) (full bool) {
	return w.enumerate(func(in *interp) { in.startLit(decl, lit) }, each)
}

func (w world) enumerate(start, each func(*interp)) (full bool) {
	in := &interp{world: w}
	for range maxPaths {
		in.next, in.steps, in.known, in.params, in.args, in.top = 0, 0, nil, nil, "", nil
		in.cut, in.closeFailed, in.refused, in.constantFails, in.nilReceiver, in.again, in.returns = false, false, false, false, false, false, nil
		if in.ends(start) || in.cut {
			each(in)
		}
		if !in.advance() {
			return true
		}
	}
	return false
}

// ends reports whether a run comes to its end.
func (in *interp) ends(start func(*interp)) (ended bool) {
	defer func() {
		if p := recover(); p != nil {
			s, ok := p.(stop)
			if !ok {
				panic(p)
			}
			ended, in.cut = false, s.cut
		}
	}()
	start(in)
	return true
}

func (in *interp) start(decl *ast.FuncDecl) {
	fn := in.prog.Info.Defs[decl.Name].(*types.Func)
	var args []value
	if recv := fn.Signature().Recv(); recv != nil {
		args = append(args, in.argument(recv))
	}
	for p := range fn.Signature().Params().Variables() {
		args = append(args, in.argument(p))
	}
	in.args = argsKey(in.answers[:in.next])
	in.callDecl(nil, fn, args, token.NoPos, called)
}

func argsKey(answers []choice) string {
	key := make([]byte, len(answers))
	for i, a := range answers {
		key[i] = byte('0' + a.taken)
	}
	return string(key)
}

func (in *interp) startLit(decl *ast.FuncDecl, lit *ast.FuncLit) {
	e := (*env)(nil).inner()
	for _, v := range in.prog.captures(lit) {
		e.set(v, &cell{v: in.foreign(v)})
	}
	f := &frame{in: in, decl: decl}
	var args []value
	for p := range in.prog.Info.TypeOf(lit).(*types.Signature).Params().Variables() {
		args = append(args, in.argument(p))
	}
	in.callLit(nil, &closure{lit: lit, env: e, in: f}, args, token.NoPos, called)
}

// foreign is any value of a variable around a literal. Somebody else closes
// what it leads to.
func (in *interp) foreign(v *types.Var) value {
	_, pointer := v.Type().Underlying().(*types.Pointer)
	if in.weak && (pointer || isConn(v.Type()) || isBool(v.Type()) || isError(v.Type())) {
		return volatile{v}
	}
	if isConn(v.Type()) {
		if in.choose(2) == 1 {
			return nil
		}
		return &resource{handed: true}
	}
	if pointer && in.choose(2) == 1 {
		return nil
	}
	x := in.argument(v)
	handOver(x)
	return x
}

// argument makes any value of a parameter of the function that is run.
func (in *interp) argument(p *types.Var) value {
	t := p.Type()
	switch {
	case isError(t):
		return in.maybeErr()
	case isBool(t):
		return in.choose(2) == 0
	case isConn(t):
		if in.choose(2) == 1 {
			return &junk{null: yes}
		}
		r := &resource{param: p, site: p.Pos()}
		if !types.IsInterface(t) {
			r.typ.is = t
		}
		in.known = append(in.known, r)
		in.params = append(in.params, r)
		return r
	}
	if st, ok := deref(t).Underlying().(*types.Struct); ok {
		o := &object{typ: deref(t), fields: map[string]*cell{}, far: true}
		for f := range st.Fields() {
			o.fields[f.Name()] = &cell{v: zero(f.Type())}
			if isConn(f.Type()) {
				o.fields[f.Name()].v = &resource{handed: true}
			}
		}
		return o
	}
	return opaque{}
}

func (in *interp) maybeErr() value {
	if in.choose(2) == 1 {
		return &errval{}
	}
	return nil
}

// acquire makes a resource that f has to close.
func (in *interp) acquire(f *frame, pos token.Pos) *resource {
	r := &resource{owner: f, by: f, site: pos}
	if in.again {
		r.notes = append(r.notes, note{why: deferInLoop})
	}
	in.known = append(in.known, r)
	return r
}
