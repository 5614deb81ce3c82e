package peerio

import (
	"go/types"
	"reflect"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// engine infers the summaries of one package.
type engine struct {
	pkg      *irx.Package
	imported func(*types.Func) *Fact
	// hasDefault tells which fields and variables have a default; see [Default].
	hasDefault func(*types.Var) bool
	// notZeroes are what the question at hand has found of values; see defaulted.
	notZeroes map[ssa.Value]bool

	sums    map[*ssa.Function]*summary
	sites   map[*ssa.Function][]Site
	imports map[*types.Func]*summary
	specs   map[*netmodel.Spec]*summary
	carry   map[types.Type]bool
	uses    uses
	impls   map[*types.Func][]*types.Func
	// memo holds the targets of calls of the function that is summarized.
	memo map[*ssa.CallCommon][]target
	// late says that a call was resolved that the bottom-up order does not
	// know: its callee may be summarized after its caller.
	late bool
	// seen are the functions that were summarized at least once.
	seen map[*ssa.Function]bool
	// clock counts summaries; done says when each function was summarized last, and
	// changed when that gave something new. reads are the functions whose summaries
	// it asked for.
	clock         int
	done, changed map[*ssa.Function]int
	reads         map[*ssa.Function]map[*ssa.Function]bool
	reading       map[*ssa.Function]bool // of the function at hand
	failed        bool                   // some function could not be summarized
	// typeSteps and funcSteps are what the search at hand has looked at.
	typeSteps, funcSteps int
}

func newEngine(pkg *irx.Package, imported func(*types.Func) *Fact, hasDefault func(*types.Var) bool) *engine {
	return &engine{
		pkg:        pkg,
		imported:   imported,
		hasDefault: hasDefault,
		notZeroes:  map[ssa.Value]bool{},

		sums:    map[*ssa.Function]*summary{},
		sites:   map[*ssa.Function][]Site{},
		imports: map[*types.Func]*summary{},
		specs:   map[*netmodel.Spec]*summary{},
		carry:   map[types.Type]bool{},
		impls:   map[*types.Func][]*types.Func{},
		memo:    map[*ssa.CallCommon][]target{},
		seen:    map[*ssa.Function]bool{},
		uses:    indexUses(pkg),
		done:    map[*ssa.Function]int{},
		changed: map[*ssa.Function]int{},
		reads:   map[*ssa.Function]map[*ssa.Function]bool{},
	}
}

// maxRounds bounds the fixed point of one component, and that of the package.
// Summaries grow only, and nearly all are done after two rounds; the bound is for
// what keeps finding longer paths in recursive types.
const maxRounds = 6

// infer summarizes all functions; it reports whether none failed.
func (e *engine) infer() bool {
	components := e.pkg.BottomUp()
	for range maxRounds {
		grown := false
		for _, component := range components {
			grown = e.inferComponent(component) || grown
		}
		if !grown || !e.late {
			break
		}
	}
	return !e.failed
}

// inferComponent summarizes functions that call each other; it reports whether
// a summary grew.
func (e *engine) inferComponent(component []*ssa.Function) bool {
	ever := false
	for range maxRounds {
		grown := false
		for _, fn := range component {
			grown = e.inferFunc(fn) || grown
		}
		ever = ever || grown
		if !grown {
			break
		}
	}
	return ever
}

// inferFunc summarizes a function, unless that would give the same again; it
// reports whether its summary grew.
func (e *engine) inferFunc(fn *ssa.Function) bool {
	if e.seen[fn] && !e.stale(fn) {
		return false
	}
	clear(e.memo)
	e.seen[fn] = true
	e.reading = map[*ssa.Function]bool{}
	e.done[fn] = e.clock
	e.clock++
	var sum *summary
	var sites []Site
	if !e.pkg.Confine(name, fn, func() { sum, sites = e.summarize(fn) }) {
		e.failed = true
	}
	e.reads[fn] = e.reading
	grown := sum.size() > e.sums[fn].size()
	if sum.size() > 0 {
		if !reflect.DeepEqual(sum, e.sums[fn]) {
			e.changed[fn] = e.clock
		}
		e.sums[fn] = sum
	}
	if len(sites) > 0 {
		e.sites[fn] = sites
	}
	return grown
}

// stale reports whether a summary that the one of fn was made of has changed since.
func (e *engine) stale(fn *ssa.Function) bool {
	for read := range e.reads[fn] {
		if e.changed[read] > e.done[fn] {
			return true
		}
	}
	return false
}

// carries reports whether a value of the type can be a connection, read or
// write through one, or hold something that does.
func (e *engine) carries(t types.Type) bool { return e.carriesDeep(t, maxPath) }

func (e *engine) carriesDeep(t types.Type, depth int) bool {
	if c, ok := e.carry[t]; ok {
		return c
	}
	if depth == 0 {
		return false
	}
	e.carry[t] = false // recursive types
	c := e.carriesType(t, depth)
	if c || depth == maxPath {
		e.carry[t] = c
	} else {
		delete(e.carry, t) // not known: the search was cut short
	}
	return c
}

func (e *engine) carriesType(t types.Type, depth int) bool {
	if irx.IsError(t) || irx.HasMethod(t, "Seek") {
		return false
	}
	if irx.HasMethod(t, "Read") || irx.HasMethod(t, "Write") || irx.HasMethod(t, "ReadFrom") {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return e.carriesDeep(u.Elem(), depth)
	case *types.Slice:
		return e.carriesDeep(u.Elem(), depth)
	case *types.Interface:
		for m := range u.Methods() {
			if promised(m) != nil {
				return true
			}
		}
	case *types.Struct:
		if e.foreign(t) {
			return false
		}
		for f := range u.Fields() {
			if e.carriesDeep(f.Type(), depth-1) {
				return true
			}
		}
	}
	return false
}

// foreign reports whether t is a struct of the standard library: what is in it is
// the model's business.
func (e *engine) foreign(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && e.pkg.Standard(n.Obj().Pkg())
}

// inputs returns the values that a function is given: parameters, then
// captured variables.
func inputs(fn *ssa.Function) []ssa.Value {
	out := make([]ssa.Value, 0, len(fn.Params)+len(fn.FreeVars))
	for _, p := range fn.Params {
		out = append(out, p)
	}
	for _, v := range fn.FreeVars {
		out = append(out, v)
	}
	return out
}

// inputOf returns the number of an input, or -1.
func inputOf(fn *ssa.Function, v ssa.Value) int {
	switch v := v.(type) {
	case *ssa.Parameter:
		for i, p := range fn.Params {
			if p == v {
				return i
			}
		}
	case *ssa.FreeVar:
		for i, f := range fn.FreeVars {
			if f == v {
				return len(fn.Params) + i
			}
		}
	}
	return -1
}
