// Package errpath plays an error of Accept through the code that follows and
// tells what may become of it.
//
// # Theory
//
// What matters of an accept loop is not which error it names but what it does
// when a certain error happens. So a certain error is assumed ([EMFILE],
// [Closed], [Ended]) and the function is executed from the call on, with
// everything else unknown. Conditions on the error are decided as the running
// program would decide them: Temporary() holds for EMFILE, errors.Is(err,
// net.ErrClosed) for a closed listener, and a search in the error's text is made
// in the text that package net prints. Functions that test an error are played
// in the same way and summarised in facts.
//
// A path ends at the same Accept call (a retry), at a return, at the end of the
// process, or where the connection that is nil is used. The set of these ends is
// a may-set, but for two cases where may would be wrong. Of a branch on the
// error that cannot be decided only what both arms do is kept: unknown is no
// report. And of a branch on anything else, such as a flag that says the server
// is stopping, a silent return is kept only when both arms have one: else it is
// the orderly end.
//
// A path is a state: phis and cells that hold the error or the connection, and
// whether a delay was met and the error was handed on. Equal states are visited
// once; past a bound nothing is known.
package errpath

import (
	"fmt"
	"go/types"
	"reflect"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/delay"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// Fact says what a function returns that is given an error to test.
type Fact struct {
	// Operand is the error.
	Operand int
	// Verdicts hold, for each [Error], a letter for each result: t and f for
	// true and false, 0 for nil, e for the error itself, - for anything else.
	Verdicts [numErrors]string
}

// AFact marks Fact as a fact.
func (*Fact) AFact() {}

func (f *Fact) String() string {
	return fmt.Sprintf("of error operand %d: EMFILE %s, closed %s, ended %s", f.Operand, f.Verdicts[EMFILE], f.Verdicts[Closed], f.Verdicts[Ended])
}

func (f *Fact) result(kind Error, i int) value {
	if i >= len(f.Verdicts[kind]) {
		return unknown
	}
	switch f.Verdicts[kind][i] {
	case 't':
		return isTrue
	case 'f':
		return isFalse
	case '0':
		return isNil
	case 'e':
		return isErr
	}
	return unknown
}

func (f *Fact) saysNothing() bool {
	return strings.Trim(strings.Join(f.Verdicts[:], ""), "-") == ""
}

const name = "sockvet_errpath"

// Analyzer makes the facts. Its result is a *[Result].
var Analyzer = &analysis.Analyzer{
	Name:       name,
	Doc:        "finds what becomes of an error of Accept (used by accepterror)",
	Run:        irx.Guard(run, func(pkg *irx.Package) any { return &Result{pkg: pkg} }),
	Requires:   []*analysis.Analyzer{irx.Analyzer, delay.Analyzer},
	ResultType: reflect.TypeFor[*Result](),
	FactTypes:  []analysis.Fact{new(Fact), new(Queue), new(Opener), new(Wrap), new(Sound), new(Lasting), new(NilUse)},
}

// Result plays errors in one package. It may be used by one goroutine at a time.
type Result struct {
	pass  *analysis.Pass
	pkg   *irx.Package
	delay *delay.Result
	tests map[*ssa.Function]*Fact
	flags *flags
	// queues are the Accept methods of the package that take from a channel.
	queues map[*types.Func]bool
	// taken are the objects that are given what is received from a channel, or not.
	taken map[*ssa.Alloc]bool
	// wraps are the functions of the package that return a listener which accepts
	// from an operand, and sources the fields from which types accept.
	wraps   map[*ssa.Function]int
	sources map[*types.TypeName]*types.Var
	// nilUses are what functions of the package do with a nil connection.
	nilUses map[*ssa.Function]NilUse
	// given are the calls that pass a function as an operand, and asValue tells
	// which functions are values; nil before use.
	given     map[*ssa.Function][]ssa.CallInstruction
	asValue   map[*ssa.Function]bool
	signalled map[signalKey]bool
	// defers are those of the functions that were asked for.
	defers map[*ssa.Function][]*ssa.Defer
}

func run(pass *analysis.Pass) (any, error) {
	pkg := pass.ResultOf[irx.Analyzer].(*irx.Package)
	pkg.KeepFacts(pass)
	r := &Result{
		pass:  pass,
		pkg:   pkg,
		delay: pass.ResultOf[delay.Analyzer].(*delay.Result),
		tests: make(map[*ssa.Function]*Fact),

		queues:    make(map[*types.Func]bool),
		taken:     make(map[*ssa.Alloc]bool),
		wraps:     make(map[*ssa.Function]int),
		sources:   make(map[*types.TypeName]*types.Var),
		signalled: make(map[signalKey]bool),

		nilUses: make(map[*ssa.Function]NilUse),

		defers: make(map[*ssa.Function][]*ssa.Defer),
	}
	if !pkg.Relevant() {
		return r, nil
	}
	pkg.Build(pkg.NoReturn)
	r.flags = &flags{pkg: pkg}
	r.findQueues()
	r.findWraps()
	r.findOpeners()
	r.findSound()
	for _, component := range pkg.BottomUp() {
		for _, fn := range component {
			pkg.Confine(name, fn, func() { r.summarise(fn) })
		}
	}
	r.findLasting()
	r.findNilUses()
	return r, nil
}

// summarise plays each error through a function that tests one.
func (r *Result) summarise(fn *ssa.Function) {
	operand := errorOperand(fn)
	if operand < 0 {
		return
	}
	f := &Fact{Operand: operand}
	for kind := range f.Verdicts {
		f.Verdicts[kind] = r.verdicts(fn, operand, Error(kind))
	}
	if f.saysNothing() {
		return
	}
	r.tests[fn] = f
	if obj, ok := fn.Object().(*types.Func); ok && obj.Exported() && obj.Pkg() == r.pass.Pkg {
		r.pass.ExportObjectFact(obj, f)
	}
}

// errorOperand returns the one operand of type error of a function that returns
// a bool or an error, or -1.
func errorOperand(fn *ssa.Function) int {
	results, useful := fn.Signature.Results(), false
	for i := range results.Len() {
		useful = useful || testable(results.At(i).Type())
	}
	operand := -1
	for i, p := range fn.Params {
		if irx.IsError(p.Type()) {
			if operand >= 0 {
				return -1
			}
			operand = i
		}
	}
	if !useful {
		return -1
	}
	return operand
}

func testable(t types.Type) bool { return irx.IsBool(t) || irx.IsError(t) }

func (r *Result) verdicts(fn *ssa.Function, operand int, kind Error) string {
	var out []byte
	p := &player{r: r, kind: kind, err: fn.Params[operand], memo: make(map[string]Outcomes), known: make(map[ssa.Value]value)}
	p.returned = func(ret *ssa.Return, s state) {
		for i, v := range ret.Results {
			letter := letter(v.Type(), p.eval(v, s))
			if len(out) <= i {
				out = append(out, letter)
			} else if out[i] != letter {
				out[i] = '-'
			}
		}
	}
	p.entry(fn)
	if p.visits > maxVisits {
		return ""
	}
	return string(out)
}

func letter(t types.Type, v value) byte {
	if !testable(t) {
		return '-'
	}
	switch v {
	case isTrue:
		return 't'
	case isFalse:
		return 'f'
	case isNil:
		return '0'
	case isErr:
		return 'e'
	}
	return '-'
}

func (r *Result) ofBody(fn *ssa.Function) *Fact { return r.tests[fn] }

func (r *Result) ofCall(c irx.Callee) *Fact {
	switch {
	case c.Body != nil:
		return r.tests[c.Body]
	case c.Dynamic || c.Func == nil || c.Func.Pkg() == nil || c.Func.Pkg() == r.pass.Pkg || r.pkg.Standard(c.Func.Pkg()):
		return nil
	}
	var f Fact
	if r.pass.ImportObjectFact(c.Func.Origin(), &f) {
		return &f
	}
	return nil
}

// recovers reports whether a panic in fn may be recovered, in it or by who runs it.
func (r *Result) recovers(fn *ssa.Function) bool { return r.delay.Recovers(fn) || r.guarded(fn) }

// exitsForSure reports whether a call ends the process, whoever recovers.
func (r *Result) exitsForSure(call *ssa.Call) bool {
	spec := r.pkg.Model.Of(irx.CalleeOf(call.Common()).Func)
	return spec != nil && spec.Exits
}

// opensToo reports whether a type that accepts something opens it as well, under
// whatever name: a session has streams both ways, and a listener in memory dials.
func opensToo(t types.Type, accept *types.Func) bool {
	if irx.HasMethod(t, "OpenStream") || irx.HasMethod(t, "OpenStreamSync") {
		return true
	}
	given := accept.Signature().Results()
	for sel := range types.NewMethodSet(t).Methods() {
		m := sel.Obj().(*types.Func)
		res := m.Signature().Results()
		if res.Len() > 1 && !strings.HasPrefix(strings.ToLower(m.Name()), "accept") && given.Len() > 0 && types.Identical(res.At(0).Type(), given.At(0).Type()) {
			return true
		}
	}
	return false
}

// Session reports whether an accept call accepts sessions, or streams of one:
// its errors are for good, and never EMFILE. The model says so, or the operand
// opens streams too, or the call takes a context, as no accept of the kernel's
// does. An Accept that takes from a channel is the same.
func (r *Result) Session(call *ssa.Call) bool {
	callee := irx.CalleeOf(call.Common())
	fn := callee.Func
	if r.Queued(call) {
		return true
	}
	if spec := r.pkg.Model.Of(fn); spec != nil {
		if spec.Shared || spec.Accept != nil && spec.Accept.Session {
			return true
		}
		for _, a := range spec.Acquires {
			if a.Kind == netmodel.Stream || a.Kind == netmodel.Session {
				return true
			}
		}
		return false
	}
	if ops := irx.Operands(call.Common()); fn != nil && len(ops) > 0 && opensToo(ops[0].Type(), fn) {
		return true
	}
	params := call.Call.Signature().Params()
	if params.Len() != 1 {
		return false
	}
	path, name := named(params.At(0).Type())
	return path == "context" && name == "Context"
}
