// Package growth finds collections that get an entry for every accepted
// connection and lose none while the server runs.
//
// # Theory
//
// Three questions are asked in turn. Which values are a connection or hold one,
// and which functions run for one: a forward may-analysis from the accepts (and
// from upgraded HTTP requests, and from the parameter of a handler that somebody
// else starts) through calls, goroutines, closures and channels. Which
// statements insert such a value in a collection that outlives the connection:
// its place (see [registry]) does not belong to an object made for it. And which
// statements remove from the same place, and when they run.
//
// A removal counts when it can run in steady state: in a function that runs for
// a connection, in another goroutine, in a callback, in a method called through
// an interface. It does not count in a function that shuts the server down,
// which is told by the listener that it closes, or after the accept loop.
//
// Reported is, in the order of certainty: no removal at all, or at shutdown
// only; a removal that nothing reaches; a removal that the connection's
// goroutine reaches on some of its ways out, but not where something fails; and
// a removal with a key that cannot be that of the insertion. Everything that
// lets the collection go where it cannot be followed makes it silent.
package growth

import (
	"go/types"
	"reflect"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/acceptloop"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/registry"
)

// Tier says why a collection only grows.
type Tier uint8

const (
	// NoRemoval: nothing removes an entry, or only shutdown does.
	NoRemoval Tier = iota
	// Unreached: the function that removes is not called when a connection
	// ends.
	Unreached
	// Unsent: the removal waits for something that nobody sends.
	Unsent
	// SomeExits: the connection's goroutine removes on some ways out only.
	SomeExits
	// NoExit: the function that removes at its end does not end.
	NoExit
	// OtherKey: what is removed cannot be what was inserted.
	OtherKey
	// Discarded: what the insertion returns to remove the entry is dropped.
	Discarded
)

// How says what leads to a way out without the removal.
type How uint8

const (
	// Fails: a call returns an error or false.
	Fails How = iota
	// TimesOut: a select takes the arm of a timer.
	TimesOut
	// Refused: what the client has sent is not what is wanted.
	Refused
)

// Growth is one collection that only grows.
type Growth struct {
	Tier Tier
	// Insert is the operation that adds the entry.
	Insert *registry.Op
	// Accept is where the connection comes from; nil when it is a parameter.
	Accept ssa.Instruction
	// Removals are the operations that remove an entry and do not help.
	Removals []*registry.Op
	// Remover is the function of another package that would remove one.
	Remover *types.Func
	// Exit is the return that leaves the entry behind, and Why the call or
	// condition that leads to it; for SomeExits. Stays is where the function
	// waits or reads for ever instead; for NoExit.
	// How says in which way the call or condition leads there.
	// But is the error on which the entry is removed, when the call may fail with it
	// and with others; nil when there is none.
	How   How
	But   *ssa.Global
	Exit  *ssa.Return
	Stays ssa.Instruction
	Why   ssa.Instruction
}

const name = "sockvet_growth"

// Analyzer finds growing collections. It makes no facts; its result is a
// *[Result].
var Analyzer = &analysis.Analyzer{
	Name:       name,
	Doc:        "finds collections that grow with every accepted connection (used by clientgrowth)",
	Run:        irx.Guard(run, func(*irx.Package) any { return new(Result) }),
	Requires:   []*analysis.Analyzer{irx.Analyzer, registry.Analyzer, acceptloop.Analyzer},
	ResultType: reflect.TypeFor[*Result](),
}

// Result holds the growing collections of a package, in source order.
type Result struct{ Growths []Growth }

// grower decides which collections of a package grow.
type grower struct {
	pass  *analysis.Pass
	pkg   *irx.Package
	x     *registry.Index
	loops []*acceptloop.Loop
	t     *tracker

	accepts map[*ssa.Function]bool
	origin  map[*ssa.Function]ssa.Instruction
	values  map[*ssa.Function]bool
	hooks   map[*ssa.Function]bool // called by a server for each connection
	queues  map[any]bool           // channels from which an Accept method hands out
	boxed   map[*types.TypeName]bool
	holders map[*types.TypeName]bool
	kept    map[any]bool // places in which connections are kept
	down    map[*ssa.Function]bool
	events  map[*ssa.Function][]bool // see eventLoop
	// fills are the values that are stored in each field.
	fills map[*types.Var][]ssa.Value
	// assigned are the package variables that functions store to.
	assigned map[*ssa.Global]bool

	byPlace map[any][]*registry.Op
	conn    map[*ssa.Function]bool // reached from a connection
	other   map[*ssa.Function]bool // reached from elsewhere
	apart   map[*ssa.Function]bool // reached from what does not run for a connection
	tests   map[*ssa.Function]bool // in _test.go files

	asked map[ssa.Value]bool // what perConnection has found
	up    *upward
	chans map[*types.Var]*channel // who uses the channels in a field
	above map[*ssa.Function]bool  // leads to an accept
	gos   map[*ssa.Function]bool  // runs as a goroutine

	invoked []*ssa.CallCommon // see invokedByLoops
}

func run(pass *analysis.Pass) (any, error) {
	res := new(Result)
	pkg := pass.ResultOf[irx.Analyzer].(*irx.Package)
	x := pass.ResultOf[registry.Analyzer].(*registry.Index)
	if !pkg.Relevant() || !anyInsert(x) {
		return res, nil
	}
	g := &grower{
		pass:    pass,
		pkg:     pkg,
		x:       x,
		loops:   pass.ResultOf[acceptloop.Analyzer].(*acceptloop.Result).Loops,
		accepts: make(map[*ssa.Function]bool),
		origin:  make(map[*ssa.Function]ssa.Instruction),
		values:  make(map[*ssa.Function]bool),
		hooks:   make(map[*ssa.Function]bool),
		queues:  make(map[any]bool),
		boxed:   make(map[*types.TypeName]bool),
		holders: make(map[*types.TypeName]bool),
		kept:    make(map[any]bool),
		down:    make(map[*ssa.Function]bool),
		events:  make(map[*ssa.Function][]bool),
		fills:   make(map[*types.Var][]ssa.Value),

		assigned: make(map[*ssa.Global]bool),

		tests:   make(map[*ssa.Function]bool),
		asked:   make(map[ssa.Value]bool),
		byPlace: make(map[any][]*registry.Op),
		chans:   make(map[*types.Var]*channel),
	}
	g.t = newTracker(pkg, x, g.inLoop)
	res.Growths = g.find()
	return res, nil
}

func anyInsert(x *registry.Index) bool {
	for _, o := range x.Ops {
		if o.Kind == registry.Insert {
			return true
		}
	}
	return false
}

func (g *grower) find() []Growth {
	for _, l := range g.loops {
		g.accepts[l.Fn] = true
	}
	for _, fn := range g.pkg.Funcs() {
		if strings.HasSuffix(g.pass.Fset.Position(fn.Pos()).Filename, "_test.go") {
			g.tests[fn] = true
		}
	}
	g.gatherValues()
	g.seed()
	if len(g.t.holds) == 0 {
		return nil
	}
	g.t.follow()
	inserts := g.inserts()
	if len(inserts) == 0 {
		return nil
	}
	for _, o := range g.x.Ops {
		g.byPlace[o.Place.Key] = append(g.byPlace[o.Place.Key], o)
	}
	for _, o := range inserts {
		g.kept[o.Place.Key] = true
		if f := o.Place.Field(); f != nil {
			g.holders[typeName(o.Place.Base.Type())] = true
		}
	}
	g.conn = g.reach(g.connectionRoots())
	g.other = g.reach(g.otherRoots())
	return g.judge(inserts)
}

// judge makes at most one report of each statement that inserts.
func (g *grower) judge(inserts []*registry.Op) []Growth {
	var out []Growth
	seen := make(map[ssa.Instruction]bool)
	for _, o := range inserts {
		if seen[o.At] {
			continue
		}
		g.pkg.Confine(name, o.Fn(), func() {
			if gr, ok := g.grows(o); ok {
				seen[o.At] = true
				gr.Accept = g.acceptOf(o)
				out = append(out, gr)
			}
		})
	}
	return out
}

// acceptOf is an accept from which the inserted connection comes: the one of the
// same function, or the package's first.
func (g *grower) acceptOf(o *registry.Op) ssa.Instruction {
	if at := g.origin[o.Fn()]; at != nil {
		return at
	}
	var first ssa.Instruction
	for _, l := range g.loops {
		if l.Fn == o.Fn() {
			return l.Call
		}
		if first == nil && l.Conn != nil && !l.Counted() {
			first = l.Call
		}
	}
	return first
}
