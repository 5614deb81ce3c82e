package netmodel

import (
	"fmt"
	"go/types"
)

// Check tells which rows cannot be about the functions that pkg sees: a
// package that has no such function, or an operand, result or kind that does
// not fit its signature. Rows of packages that pkg does not import, directly
// or not, are not judged. The errors are one line each, in the order of rows.
func Check(rows []Row, pkg *types.Package) []error {
	seen := importClosure(pkg)
	var errs []error
	for i := range rows {
		r := &rows[i]
		path, _, _ := splitKey(r.Func)
		p := seen[path]
		if p == nil {
			continue
		}
		fn := lookup(p, r.Func)
		if fn == nil {
			errs = append(errs, fmt.Errorf("%s: package %s declares no such function", r.Func, path))
			continue
		}
		for _, m := range misfits(&r.Spec, fn.Signature()) {
			errs = append(errs, fmt.Errorf("%s: %s", r.Func, m))
		}
	}
	return errs
}

// importClosure maps the path of each package that pkg can see to the package.
func importClosure(pkg *types.Package) map[string]*types.Package {
	seen := map[string]*types.Package{}
	var visit func(*types.Package)
	visit = func(p *types.Package) {
		if seen[p.Path()] != nil {
			return
		}
		seen[p.Path()] = p
		for _, q := range p.Imports() {
			visit(q)
		}
	}
	visit(pkg)
	return seen
}

// misfits tells why spec cannot be about a function of signature sig. It is
// what keeps a row that was written for another version of a module, whose
// parameters moved, from speaking of the wrong operand.
func misfits(spec *Spec, sig *types.Signature) []string {
	c := checker{sig: sig}
	c.resources(spec)
	c.waits(spec)
	c.control(spec)
	return c.misfits
}

type checker struct {
	sig     *types.Signature
	misfits []string
}

func (c *checker) failf(format string, args ...any) {
	c.misfits = append(c.misfits, fmt.Sprintf(format, args...))
}

// resources checks what is acquired, released and handed over.
func (c *checker) resources(spec *Spec) {
	for _, a := range spec.Acquires {
		if t := c.result("acquires", a.Result); t != nil && isDescriptor(t) != (a.Kind == FD) {
			c.failf("acquires result %d as %v, but it is a %v", a.Result, a.Kind, t)
		}
	}
	for _, i := range spec.Releases {
		c.operand("releases", i)
	}
	for _, w := range spec.Wraps {
		c.operand("wraps", w.Operand)
		c.result("wraps", w.Result)
	}
	for _, t := range spec.Takes {
		c.operand("takes", t.Operand)
		if t.When != Always && !canFail(c.sig) {
			c.failf("takes operand %d %v, but the function has no error or bool result to tell", t.Operand, t.When)
		}
	}
	if a := spec.Accept; a != nil {
		c.operand("accept", a.Operand)
		c.result("accept", a.Result)
	}
}

// waits checks what blocks and what bounds it.
func (c *checker) waits(spec *Spec) {
	for _, p := range spec.Peer {
		c.operand("peer", p.Operand)
		if p.Context >= 0 {
			c.operandIs("peer.context", p.Context, "a context.Context", isNamed("context", "Context"))
		}
	}
	for _, d := range spec.Deadline {
		c.operand("deadline", d.Operand)
		if d.Time >= 0 {
			c.operandIs("deadline.time", d.Time, "a time.Time or time.Duration", func(t types.Type) bool {
				return isNamed("time", "Time")(t) || isNamed("time", "Duration")(t)
			})
		}
	}
	c.optional("serves", spec.Serves, "", nil)
	if spec.Incoming != nil {
		if t := c.result("incoming", *spec.Incoming); t != nil && !isChan(t) {
			c.failf("incoming result %d, but it is a %v", *spec.Incoming, t)
		}
	}
	c.optional("backlog", spec.Backlog, "an integer", isInteger)
}

// control checks what is said of errors, callbacks and ends.
func (c *checker) control(spec *Spec) {
	for _, i := range spec.NonNil {
		c.resultIs("nonNil", i)
	}
	for _, w := range spec.NilOf {
		c.operandIs("nilOf", w.Operand, "an interface or pointer", canBeNil)
		c.resultIs("nilOf", w.Result)
	}
	c.optional("trueMeansNonNil", spec.TrueMeansNonNil, "an interface or pointer", canBeNil)
	if spec.TrueMeansNonNil != nil && !isBool(lastResult(c.sig)) {
		c.failf("trueMeansNonNil, but the last result is no bool")
	}
	c.optional("runs", spec.Runs, "a func", isFunc)
	c.optional("spawns", spec.Spawns, "a func", isFunc)
	for _, i := range spec.FailsClosed {
		c.operand("failsClosed", i)
		if !canFail(c.sig) {
			c.failf("failsClosed operand %d, but the function has no error or bool result to tell", i)
		}
	}
	for _, i := range spec.Checks {
		c.operandIs("checks", i, "no connection", func(t types.Type) bool { return !closable(t) })
	}
	for _, i := range spec.Loads {
		c.operandIs("loads", i, "a string", isString)
	}
	for _, i := range spec.Registers {
		c.operandIs("registers", i, "a func", isFunc)
	}
}

// operand returns the type of operand i, or nil with an error noted.
func (c *checker) operand(what string, i int) types.Type {
	n := i
	if recv := c.sig.Recv(); recv != nil {
		if i == 0 {
			return recv.Type()
		}
		n--
	}
	if i < 0 || n >= c.sig.Params().Len() {
		c.failf("%s operand %d, but the function has no such operand", what, i)
		return nil
	}
	return c.sig.Params().At(n).Type()
}

// result returns the type of result i, or nil with an error noted.
func (c *checker) result(what string, i int) types.Type {
	if i < 0 || i >= c.sig.Results().Len() {
		c.failf("%s result %d, but the function has no such result", what, i)
		return nil
	}
	return c.sig.Results().At(i).Type()
}

func (c *checker) operandIs(what string, i int, kind string, is func(types.Type) bool) {
	if t := c.operand(what, i); t != nil && !is(t) {
		c.failf("%s operand %d is a %v, not %s", what, i, t, kind)
	}
}

func (c *checker) resultIs(what string, i int) {
	if t := c.result(what, i); t != nil && !canBeNil(t) {
		c.failf("%s result %d is a %v, which is never nil", what, i, t)
	}
}

func (c *checker) optional(what string, i *int, kind string, is func(types.Type) bool) {
	switch {
	case i == nil:
	case is == nil:
		c.operand(what, *i)
	default:
		c.operandIs(what, *i, kind, is)
	}
}

// -- types --

func lastResult(sig *types.Signature) types.Type {
	if n := sig.Results().Len(); n > 0 {
		return sig.Results().At(n - 1).Type()
	}
	return nil
}

// canFail tells whether a caller can tell failure from success.
func canFail(sig *types.Signature) bool {
	for v := range sig.Results().Variables() {
		if types.Identical(v.Type(), types.Universe.Lookup("error").Type()) {
			return true
		}
	}
	return isBool(lastResult(sig))
}

func isBool(t types.Type) bool    { return isBasic(t, types.IsBoolean) }
func isInteger(t types.Type) bool { return isBasic(t, types.IsInteger) }

// isDescriptor accepts an array of descriptors too.
func isDescriptor(t types.Type) bool {
	if a, ok := t.Underlying().(*types.Array); ok {
		t = a.Elem()
	}
	return isInteger(t)
}

func isBasic(t types.Type, info types.BasicInfo) bool {
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&info != 0
}

// isFunc accepts an interface too: a task may be an object with a Run method.
func closable(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, false, nil, "Close")
	return obj != nil
}

func isChan(t types.Type) bool {
	_, ok := t.Underlying().(*types.Chan)
	return ok
}

func isFunc(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Signature, *types.Interface:
		return true
	}
	return false
}

func canBeNil(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Interface, *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature:
		return true
	}
	return false
}

// isNamed matches one named type, also through a pointer or a variadic slice.
func isNamed(path, name string) func(types.Type) bool {
	return func(t types.Type) bool {
		n, ok := types.Unalias(t).(*types.Named)
		return ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == path
	}
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.String
}
