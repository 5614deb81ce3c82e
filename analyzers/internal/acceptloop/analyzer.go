// Package acceptloop finds where a package accepts connections: the call, the
// connection and the error it gives, the blocks that run before the next accept,
// and the statements there that hand the connection to another goroutine.
//
// # Theory
//
// A call accepts when the model says so; when it is a method named Accept or
// AcceptX, without parameters or with a context only, of a type that is a
// listener by its method set or that returns a connection; or when it calls a
// function of this package that returns a connection it accepted itself.
// (ssh.NewChannel.Accept is none of these: neither is a NewChannel a listener
// nor a Channel a connection.)
//
// An accept alone is no context: a test helper that accepts once holds up
// nobody. It becomes one when control can come back to the same call ([InLoop]);
// when it stands in a function that is called in a loop ([InCallee]); or when it
// stands in the Accept method of a listener, whose callers loop somewhere else
// ([InMethod]).
//
// What becomes of the connection is followed forwards and without order: what is
// made of it or given it (a tls.Conn, a bufio.Reader, a client object, a cell
// that holds one of them) carries it. This is a may-analysis, meant for the
// question which statement hands a connection over, where too much is harmless.
package acceptloop

import (
	"go/types"
	"reflect"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// Role says what makes an accept repeat.
type Role uint8

const (
	// InLoop: the accept call is in a loop of its own function.
	InLoop Role = iota
	// InCallee: the accept call is in a function that another function of the
	// package calls in a loop, and that does not loop itself, or only until it
	// has a connection to return. When that function returns the connection,
	// the call of it is a [Loop] of role InLoop too.
	InCallee
	// InMethod: the accept call is in an Accept method of a listener type.
	InMethod
)

func (r Role) String() string {
	return [...]string{"loop", "callee", "method"}[r]
}

// Loop is one call that accepts connections again and again.
type Loop struct {
	// Fn is the function that holds the call.
	Fn   *ssa.Function
	Call *ssa.Call
	Role Role
	// Listener is what is accepted from; nil when Via is not.
	Listener ssa.Value
	// Session says that Listener is the session of one peer and Conn one of its
	// streams.
	Session bool
	// Conn is the accepted connection: the call itself, or the Extract of its
	// result. It is nil when the program never uses it.
	Conn ssa.Value
	// Err is the error of the call; nil when the program never uses it.
	Err ssa.Value
	// Via is the function of this package that the call accepts through; nil
	// when the call accepts itself.
	Via *ssa.Function
	// Callee is the one accept in Via; nil when there are several.
	Callee *Loop
	// Region tells by index which blocks of Fn can run after the call and before
	// the next accept. For role InLoop it is the strongly connected component
	// of the call's block; else all blocks that the call reaches.
	Region []bool
	// Inner tells by index which blocks are in the innermost natural loop
	// around the call; nil when there is none.
	Inner []bool
	// Outer is the call in a loop that leads here; nil unless Role is InCallee.
	Outer *Outer
	// Handoffs are the places in the region where other goroutines get work,
	// in order of position.
	Handoffs []Handoff

	carriers map[ssa.Value]bool
	// next is the block that takes the next connection; nil when there is no
	// next one.
	next *ssa.BasicBlock
}

// Outer is a call in a loop whose callee accepts, or calls what accepts.
type Outer struct {
	Fn     *ssa.Function
	Call   ssa.CallInstruction
	Region []bool
	// Chain are the calls from the one of the function that accepts up to Call.
	Chain []*ssa.Call
	// Handoffs are those of what the call returns, in the loop.
	Handoffs []Handoff
}

// Contains reports whether the instruction can run between this accept and the
// next one, on the same goroutine.
func (l *Loop) Contains(instr ssa.Instruction) bool {
	b := instr.Block()
	if b == nil || b.Parent() != l.Fn {
		return false
	}
	if l.Role != InLoop && b == l.Call.Block() && !selfReaching(b) {
		return indexIn(b, instr) > indexIn(b, l.Call)
	}
	return l.Region[b.Index]
}

// Carries reports whether a value of Fn is the connection or may hold it.
func (l *Loop) Carries(v ssa.Value) bool { return l.carriers[v] }

// After reports whether b can run after a, before the next accept.
func (l *Loop) After(a, b ssa.Instruction) bool {
	if a == b {
		return true
	}
	from, to := a.Block(), b.Block()
	if from == to && indexIn(from, a) < indexIn(to, b) {
		return true
	}
	return l.reachesBeforeAccept(from)[to.Index]
}

// Result holds the accept contexts of a package.
type Result struct {
	// Loops are ordered by the position of their call.
	Loops  []*Loop
	finder *finder
}

const name = "sockvet_acceptloop"

// Analyzer finds the accept contexts of a package. It makes no facts; its result
// is a *[Result].
var Analyzer = &analysis.Analyzer{
	Name:       name,
	Doc:        "finds where a package accepts connections (used by the sockvet checks)",
	Requires:   []*analysis.Analyzer{irx.Analyzer},
	Run:        irx.Guard(run, func(*irx.Package) any { return new(Result) }),
	ResultType: reflect.TypeFor[*Result](),
}

func run(pass *analysis.Pass) (any, error) {
	pkg := pass.ResultOf[irx.Analyzer].(*irx.Package)
	res := &Result{}
	if !pkg.Relevant() || !mentionsAccept(pkg) {
		return res, nil
	}
	pkg.Build(pkg.NoReturn)
	res.finder = newFinder(pkg)
	res.Loops = res.finder.find()
	return res, nil
}

// mentionsAccept reports whether the package names a function that accepts.
// Most packages do not, and then their SSA form is not needed here.
func mentionsAccept(pkg *irx.Package) bool {
	seen := map[types.Object]bool{}
	for _, obj := range pkg.Pass.TypesInfo.Uses {
		fn, ok := obj.(*types.Func)
		if !ok || seen[fn] {
			continue
		}
		seen[fn] = true
		if spec := pkg.Model.Of(fn); spec != nil && spec.Accept != nil || hasAcceptName(fn) {
			return true
		}
	}
	return false
}
