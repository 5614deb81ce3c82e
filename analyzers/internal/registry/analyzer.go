// Package registry finds the collections of a package and what is done to them:
// which statements insert an entry, which remove one, which let the collection
// go elsewhere.
//
// A collection is a map, a slice that is appended to, a sync.Map, a
// container/list, or an object of another package whose methods insert and
// remove, of which facts tell. It is known by its place: a struct field stands
// for that field of all structs of its type. This is coarse in the way that a
// check of registries wants: what one method inserts another removes.
//
// An operation on a parameter happens where the function is called; in this
// package it is lifted to the callers, for others it is a fact.
package registry

import (
	"cmp"
	"go/token"
	"go/types"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// Analyzer makes the facts. Its result is a *[Index].
var Analyzer = &analysis.Analyzer{
	Name:       "sockvet_registry",
	Doc:        "finds what is inserted into and removed from collections (used by clientgrowth)",
	Run:        irx.Guard(run, func(pkg *irx.Package) any { return &Index{pkg: pkg} }),
	Requires:   []*analysis.Analyzer{irx.Analyzer},
	ResultType: reflect.TypeFor[*Index](),
	FactTypes:  []analysis.Fact{new(Fact), new(Descriptor)},
}

// Index holds the operations on collections of one package.
type Index struct {
	// Ops are in the order of functions and instructions.
	Ops []*Op

	pass     *analysis.Pass
	pkg      *irx.Package
	bindings map[*ssa.FreeVar][]ssa.Value
	phis     map[*ssa.Phi]Place
	seen     map[opKey]bool
	// undos and returned remember what Undo and undoes have found.
	undos, returned map[*ssa.Function]int
	// stores are the values that fields get; nil until they are asked for.
	stores map[*types.Var][]ssa.Value
}

// opKey identifies an operation: lifting may find it on several ways.
type opKey struct {
	kind      Kind
	place     any
	instr, at ssa.Instruction
}

// Binding returns the variable that a free variable stands for, or nil.
func (x *Index) Binding(v *ssa.FreeVar) ssa.Value {
	if b := x.bindings[v]; len(b) == 1 {
		return b[0]
	}
	return nil
}

func run(pass *analysis.Pass) (any, error) {
	pkg := pass.ResultOf[irx.Analyzer].(*irx.Package)
	pkg.KeepFacts(pass)
	x := &Index{
		pass:     pass,
		pkg:      pkg,
		bindings: make(map[*ssa.FreeVar][]ssa.Value),
		phis:     make(map[*ssa.Phi]Place),
		seen:     make(map[opKey]bool),
		returned: make(map[*ssa.Function]int),
	}
	if !pkg.Relevant() {
		return x, nil
	}
	pkg.Build(pkg.NoReturn)
	x.each(x.prepare)
	x.each(x.scan)
	x.pairs()
	x.lift()
	x.export()
	x.exportDescriptors()
	return x, nil
}

func (x *Index) each(f func(ssa.Instruction)) {
	for _, fn := range x.pkg.Funcs() {
		eachIn(fn, f)
	}
}

func eachIn(fn *ssa.Function, f func(ssa.Instruction)) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			f(instr)
		}
	}
}

func (x *Index) prepare(instr ssa.Instruction) {
	mc, ok := instr.(*ssa.MakeClosure)
	if !ok {
		return
	}
	for i, fv := range mc.Fn.(*ssa.Function).FreeVars {
		x.bindings[fv] = append(x.bindings[fv], mc.Bindings[i])
	}
}

// lift copies the operations on parameters to the calls that pass them, until
// none is left, or so many that nobody can have written them for connections.
func (x *Index) lift() {
	limit := 2*len(x.Ops) + 10000
	for i := 0; i < len(x.Ops) && len(x.Ops) < limit; i++ {
		o := x.Ops[i]
		p, ok := o.Place.Key.(*ssa.Parameter)
		if !ok {
			continue
		}
		operand := slices.Index(p.Parent().Params, p)
		for _, call := range x.pkg.MayCalls(p.Parent()) {
			if args := call.Common().Args; !call.Common().IsInvoke() && operand < len(args) && !recursive(call, o) {
				x.add(Op{
					Kind: o.Kind, Place: x.PlaceOf(args[operand]),
					Key: argOf(o.Key, p.Parent(), args), Value: argOf(o.Value, p.Parent(), args),
					Instr: call, At: o.At, Foreign: o.Foreign,
				})
			}
		}
	}
}

func recursive(call ssa.CallInstruction, o *Op) bool { return call.Parent() == o.Fn() }

// argOf translates a parameter of fn to the argument of a call of it. Any other
// value stays what it is, a value of fn.
func argOf(v ssa.Value, fn *ssa.Function, args []ssa.Value) ssa.Value {
	if p, ok := root(v).(*ssa.Parameter); ok {
		if i := slices.Index(fn.Params, p); i >= 0 && i < len(args) {
			return args[i]
		}
	}
	return v
}

// root strips conversions and loads of spilled parameters.
func root(v ssa.Value) ssa.Value {
	for {
		switch w := v.(type) {
		case *ssa.MakeInterface:
			v = w.X
		case *ssa.ChangeInterface:
			v = w.X
		case *ssa.ChangeType:
			v = w.X
		case *ssa.TypeAssert:
			v = w.X
		case *ssa.UnOp:
			cell, ok := w.X.(*ssa.Alloc)
			if !ok || spilled(cell) == nil {
				return v
			}
			v = spilled(cell)
		default:
			return v
		}
	}
}

// -- facts --

// export tells other packages of exported functions that insert one operand into
// another, or remove from one. A collection that the package looks after itself
// is nobody else's matter, and neither is one that is bounded.
func (x *Index) export() {
	facts := make(map[*types.Func]*Fact)
	managed := x.managed()
	for _, o := range x.Ops {
		fn, into := x.operandOf(o)
		if fn == nil || o.Place.Field() != nil && managed[o.Place.Field()] || o.Kind == Insert && x.Capped(o) {
			continue
		}
		f := facts[fn]
		if f == nil {
			f = new(Fact)
			facts[fn] = f
		}
		switch o.Kind {
		case Insert:
			p, ok := root(o.Value).(*ssa.Parameter)
			if value := slices.Index(o.Fn().Params, p); ok && value >= 0 && value != into && keepable(p.Type()) {
				f.Inserts = append(f.Inserts, Insertion{Value: value, Into: into})
				f.Undo = x.Undo(o.Fn())
			}
		case Remove, Reset:
			f.Removes = append(f.Removes, into)
		case Escape:
			if o.Place.Field() == nil {
				f.Lets = append(f.Lets, into)
			}
		}
	}
	x.handsOut(facts)
	for fn, f := range facts {
		f.normalise()
		if len(f.Inserts)+len(f.Removes)+len(f.Lets)+f.Hands > 0 {
			x.pass.ExportObjectFact(fn, f)
		}
	}
	x.exportInterfaces(facts)
}

func (f *Fact) normalise() {
	slices.SortFunc(f.Inserts, func(a, b Insertion) int {
		return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(a.Into, b.Into))
	})
	f.Inserts = slices.Compact(f.Inserts)
	slices.Sort(f.Removes)
	f.Removes = slices.Compact(f.Removes)
	slices.Sort(f.Lets)
	f.Lets = slices.Compact(f.Lets)
}

// keepable reports whether a value of the type can be or hold a connection.
func keepable(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Interface, *types.Pointer, *types.Struct, *types.Signature:
		return !irx.IsError(t)
	}
	return false
}

// operandOf returns the exported function and its operand that an operation is
// on: a parameter, or a field of one.
func (x *Index) operandOf(o *Op) (*types.Func, int) {
	obj, ok := o.Fn().Object().(*types.Func)
	if !ok || !obj.Exported() || obj.Pkg() != x.pass.Pkg {
		return nil, 0
	}
	var p *ssa.Parameter
	switch key := o.Place.Key.(type) {
	case *ssa.Parameter:
		p = key
	case *types.Var:
		p, _ = root(o.Place.Base).(*ssa.Parameter)
	}
	if p == nil {
		return nil, 0
	}
	i := slices.Index(o.Fn().Params, p)
	if i < 0 {
		return nil, 0
	}
	return obj, i
}

// managed are the fields that something other than an exported function of
// their own removes from: a janitor, or the goroutine of each entry.
func (x *Index) managed() map[*types.Var]bool {
	out := make(map[*types.Var]bool)
	for _, o := range x.Ops {
		f := o.Place.Field()
		if f == nil || o.Kind == Insert {
			continue
		}
		if fn, _ := x.operandOf(o); fn == nil && x.undoes(o) == 0 {
			out[f] = true
		}
	}
	return out
}

// Capped reports whether a test of the collection's length decides on an
// insertion.
func (x *Index) Capped(o *Op) bool {
	for d := o.Instr.Block(); d.Idom() != nil; d = d.Idom() {
		branch, ok := d.Idom().Instrs[len(d.Idom().Instrs)-1].(*ssa.If)
		if ok && x.testsLength(branch.Cond, o.Place, 0) {
			return true
		}
	}
	return false
}

func (x *Index) testsLength(v ssa.Value, place Place, depth int) bool {
	if depth > 4 {
		return false
	}
	if call, ok := v.(*ssa.Call); ok {
		if isBuiltin(call, "len") {
			return x.PlaceOf(call.Call.Args[0]).Key == place.Key
		}
		if len(call.Call.Args) > 0 && call.Call.StaticCallee() != nil && call.Call.StaticCallee().Name() == "Len" {
			return x.PlaceOf(call.Call.Args[0]).Key == place.Key
		}
	}
	if cmp, ok := v.(*ssa.BinOp); ok && (indexes(cmp.X) || indexes(cmp.Y)) {
		return false // the condition of a loop over the collection
	}
	instr, ok := v.(ssa.Instruction)
	if _, isPhi := v.(*ssa.Phi); !ok || isPhi {
		return false
	}
	for _, op := range instr.Operands(nil) {
		if *op != nil && x.testsLength(*op, place, depth+1) {
			return true
		}
	}
	return false
}

// indexes reports whether a value counts the rounds of a loop.
func indexes(v ssa.Value) bool {
	if inc, ok := v.(*ssa.BinOp); ok && inc.Op == token.ADD {
		v = inc.X
	}
	phi, ok := v.(*ssa.Phi)
	return ok && (phi.Comment == "rangeindex" || phi.Comment == "rangeint.iter")
}

// RemovesFrom reports whether a function of another package removes from what
// its operand holds.
func (x *Index) RemovesFrom(fn *types.Func, operand int) bool {
	var f Fact
	return fn.Pkg() != nil && fn.Pkg() != x.pass.Pkg && x.pass.ImportObjectFact(fn.Origin(), &f) && slices.Contains(f.Removes, operand)
}
