package own

import (
	"go/constant"
	"go/types"
	"slices"
	"sort"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// Engine infers the contracts of the functions of one package, callees first,
// and with them what becomes of every obligation in it.
type Engine struct {
	Pkg *irx.Package
	// Imported returns the contract of a function of another package, or nil
	// when nothing is known of it.
	Imported func(*types.Func) *Contract
	// Peek, in tests and in [Engine.Probe], is a function whose calls show the
	// states of their operand.
	Peek *types.Func

	local        map[*ssa.Function]*Contract
	outcomes     map[*ssa.Function][]*Outcome
	shapes       map[*ssa.Function]*shape
	fds          map[*types.Var]bool                          // see fdFields
	byVariable   map[*ssa.Function][]ssa.CallInstruction      // see callsByVariable
	opened       map[ssa.Value]bool                           // see Probe
	watch        bool                                         // see SeenAtCalls
	filled       map[*types.Var]bool                          // see filledFields
	hard         map[obligationKey]bool                       // undecided in an earlier round of the component
	exhaust      map[*ssa.BasicBlock]bool                     // see exhausted
	comparisons  map[*ssa.Function]map[ssa.Value][]comparison // see compared
	settings     map[*ssa.Function]*settings
	reads        map[*ssa.Function]bool                  // see onlyReads
	constants    map[string]place                        // see constantID
	numbered     []constant.Value                        // the constants, by their numbers
	sets         [][]place                               // sets of them, by theirs; see without
	byCallers    map[ssa.Value][]constant.Value          // see possible
	nilGiven     map[paramAt]tri                         // see nilByCallers
	callsOf      map[*ssa.Function][]ssa.CallInstruction // see allCalls
	stored       map[*types.Var][]ssa.Value              // see fieldStores
	loose        map[*types.Var]bool                     // fields whose address goes elsewhere
	typed        map[ssa.Value][]types.Type              // see typesOf
	closable     map[*types.Var]bool                     // see stillOpen
	args         *constArgs                              // see contractFor
	constDepth   int
	forConstants map[string]*Contract
	mains        map[*ssa.Function]bool // see IsMain
	failures     map[types.Type]bool    // see tellsFailure
	inElements   map[types.Type][]Path  // see elementPaths
	sureTyped    map[typedParam]bool    // see sureWith
	imported     map[*types.Func]*Contract
	tags         map[*types.TypeName]map[string]bool // see tagged
	gives        map[*ssa.Function]*incomingResults  // see incoming
	supposed     *operand                            // supposed to be only borrowed; see CallersRelease
}

// maxRounds bounds the fixed point over mutually recursive functions.
const maxRounds = 10

// Infer analyzes the whole package.
func (e *Engine) Infer() {
	e.local = map[*ssa.Function]*Contract{}
	e.outcomes = map[*ssa.Function][]*Outcome{}
	e.shapes = map[*ssa.Function]*shape{}
	for _, comp := range e.Pkg.BottomUp() {
		e.inferComponent(comp)
		for _, fn := range comp {
			delete(e.shapes, fn)
			delete(e.comparisons, fn)
			delete(e.settings, fn)
		}
		clear(e.exhaust)
	}
}

// inferComponent iterates over mutually recursive functions. It starts from
// "never returns" for all of them, so that only what some call can really do is
// added. After the first round only those are looked at again of whose callees
// more is known than before.
func (e *Engine) inferComponent(comp []*ssa.Function) {
	for _, fn := range comp {
		e.local[fn] = &Contract{bottom: true}
	}
	clear(e.hard)
	todo := comp
	for round := 0; len(todo) > 0; round++ {
		changed := map[*ssa.Function]bool{}
		for _, fn := range todo {
			c := e.inferFunc(fn)
			changed[fn] = !c.equal(e.local[fn])
			e.local[fn] = c
		}
		todo = e.affected(comp, changed)
		if round == maxRounds && len(todo) > 0 {
			for _, fn := range comp {
				e.local[fn] = &Contract{Unknown: true}
			}
			return
		}
	}
}

// affected returns the functions of a component that call one whose contract
// has changed.
func (e *Engine) affected(comp []*ssa.Function, changed map[*ssa.Function]bool) []*ssa.Function {
	if len(comp) == 1 && !e.callsItself(comp[0]) {
		return nil
	}
	var out []*ssa.Function
	for _, fn := range comp {
		if slices.ContainsFunc(e.Pkg.CalledInPackage(fn), func(g *ssa.Function) bool { return changed[g] }) {
			out = append(out, fn)
		}
	}
	return out
}

func (e *Engine) callsItself(fn *ssa.Function) bool {
	for _, g := range e.Pkg.CalledInPackage(fn) {
		if g == fn {
			return true
		}
	}
	return false
}

// Name is that of the analyzer that the engine is, in [irx.Failure].
const Name = "sockvet_summary"

// inferFunc analyzes one function with the contracts known so far. Of one whose
// analysis panics nothing is known.
func (e *Engine) inferFunc(fn *ssa.Function) (c *Contract) {
	if !e.Pkg.Confine(Name, fn, func() { c = e.infer(fn) }) {
		e.outcomes[fn] = nil
		return &Contract{Unknown: true}
	}
	return c
}

func (e *Engine) infer(fn *ssa.Function) *Contract {
	c := &Contract{Ending: e.ending(fn), Foreign: e.foreignResult(fn), Sure: e.sureness(fn), True: e.predicate(fn), Verdicts: e.verdicts(fn), Drains: e.drainedParams(fn), Made: e.made(fn)}
	c.Nil, c.NonNil, c.Fails = e.always(fn)
	e.outcomes[fn] = nil
	subjects, unseen := e.subjects(fn)
	c.Unseen = unseen
	acquisitions := e.acquisitions(fn)
	if len(subjects)+len(acquisitions) == 0 {
		return c
	}
	com := e.newCommon(fn, acquisitions)
	for _, ob := range subjects {
		out := com.follow(ob)
		e.outcomes[fn] = append(e.outcomes[fn], out)
		c.addParam(out)
	}
	for _, ob := range acquisitions {
		out := com.follow(ob)
		e.outcomes[fn] = append(e.outcomes[fn], out)
		e.addResult(c, fn, out)
	}
	if len(c.Params)+len(c.Results) > 0 {
		c.NilBeside = e.nilBeside(fn)
	}
	return c
}

// Contract returns the contract of a function of the package.
func (e *Engine) Contract(fn *ssa.Function) *Contract { return e.local[fn] }

// Outcomes returns what becomes of the obligations of a function: first its
// parameters, then its acquisitions in order.
func (e *Engine) Outcomes(fn *ssa.Function) []*Outcome { return e.outcomes[fn] }

// contract returns what is known of a callee, or nil when nothing is: a
// function of the standard library, or a call that is not resolved.
func (e *Engine) contract(callee irx.Callee) *Contract {
	if callee.Body != nil {
		if c := e.local[callee.Body]; c != nil {
			return c
		}
	}
	if callee.Func == nil || callee.Dynamic || types.IsInterface(recvType(callee.Func)) {
		return nil
	}
	if callee.Func.Pkg() == e.Pkg.Pass.Pkg {
		if fn := e.Pkg.SSA().Prog.FuncValue(callee.Func); fn != nil && e.local[fn] != nil {
			return e.local[fn]
		}
		return &Contract{Unknown: true} // no body: assembly or another language
	}
	return e.importedContract(callee.Func.Origin())
}

// importedContract is [Engine.Imported], asked once a function.
func (e *Engine) importedContract(fn *types.Func) *Contract {
	c, known := e.imported[fn]
	if !known {
		if e.imported == nil {
			e.imported = map[*types.Func]*Contract{}
		}
		c = e.Imported(fn)
		e.imported[fn] = c
	}
	return c
}

func (e *Engine) contractOfBody(fn *ssa.Function) *Contract {
	if c := e.local[fn]; c != nil {
		return c
	}
	return &Contract{Unknown: true}
}

func recvType(fn *types.Func) types.Type {
	if recv := fn.Signature().Recv(); recv != nil {
		return recv.Type()
	}
	return types.Typ[types.Invalid]
}

// follow walks the function for one obligation. When the walk passes a bound, a
// second, coarse one still gives effects for the contract, but no leaks: on paths
// that it cannot tell apart, nothing is known.
func (c *common) follow(ob *Obligation) *Outcome {
	if c.steps > (maxTotal+blockTotal*len(c.fn.Blocks))*c.eng.patience() {
		return &Outcome{Obligation: *ob, Undecided: true, OK: Kept, Fail: Kept}
	}
	e := c.eng
	if e.hard[ob.key()] {
		return c.followCoarsely(ob, &Outcome{Obligation: *ob, Undecided: true})
	}
	r := newRun(c, ob)
	starts := r.starts()
	exits, _ := r.solveFrom(c.fn, starts)
	out := &Outcome{Obligation: *ob, Undecided: r.over, Steps: r.steps, Peeks: r.peeks, misuse: r.misuse}
	if !r.over {
		r.summarize(out, exits)
		r.collectLeaks(out, exits, starts)
		out.supposed, out.captured = r.supposed, r.captured
		for _, s := range r.shared {
			if r.dropped(exits, r.leaver(s.Go)) {
				out.Shared = append(out.Shared, s)
			}
		}
		out.LentEnds, out.Sessions = r.lentEnds, r.sessions
		out.Retaken = r.retaken || slices.ContainsFunc(exits, func(x exit) bool {
			return (x.state.status == closed || x.state.status == kept) && x.state.flags&lent != 0
		})
		out.Released = r.released || (out.OK|out.Fail)&^Borrowed != 0
		return out
	}
	if e.hard == nil {
		e.hard = map[obligationKey]bool{}
	}
	e.hard[ob.key()] = true
	return c.followCoarsely(ob, out)
}

// followCoarsely gives the effects of an obligation that is undecided.
func (c *common) followCoarsely(ob *Obligation, out *Outcome) *Outcome {
	r := newRun(c, ob)
	r.coarse = true
	exits, _ := r.solveFrom(c.fn, r.starts())
	out.Steps += r.steps
	if r.over {
		out.OK, out.Fail = Kept, Kept
		return out
	}
	r.summarize(out, exits)
	out.OK, out.Fail = decided(out.OK), decided(out.Fail)
	return out
}

// decided turns an effect that may come from a path that cannot be taken into
// one from which nothing is concluded.
func decided(e Effect) Effect {
	if e&(e-1) != 0 {
		return Kept
	}
	return e
}

// addParam adds what a function does to a parameter, unless it only borrows it.
func (c *Contract) addParam(out *Outcome) {
	if out.OK|out.Fail == Borrowed && out.OK != 0 || out.Callback && out.OK != Returned {
		return
	}
	c.Params = append(c.Params, ParamContract{Param: out.Param, Path: out.Path, OK: out.OK, Fail: out.Fail, Result: out.Return, ResultPath: out.ReturnPath, Also: out.ReturnAlso, Marred: out.Marred, Tended: out.Tended, Spawned: out.Spawned})
}

func (c *Contract) equal(d *Contract) bool {
	return c.bottom == d.bottom && c.String() == d.String()
}

// addResult adds a result that the caller owns: every successful return must
// give something that this function acquired, or nil.
func (e *Engine) addResult(c *Contract, fn *ssa.Function, out *Outcome) {
	if out.Undecided || (out.OK|out.Fail)&Returned == 0 {
		return
	}
	for i := range c.Results {
		if r := &c.Results[i]; r.Result == out.Return && r.Path == out.ReturnPath {
			r.OnFail = r.OnFail || out.ReturnedOnFail
			r.FailOnly = r.FailOnly && out.OK&Returned == 0
			r.Watched = r.Watched || out.Tended || out.Watched
			r.Cleaner = max(r.Cleaner, out.Cleaning)
			r.Marred |= out.Marred
			return
		}
	}
	if out.Tended && out.Kind == netmodel.Listener {
		if out.Return < 32 {
			c.Foreign |= 1 << out.Return
		}
		return // a goroutine serves it, and closes it in the end
	}
	if !e.alwaysOwned(fn, out.Return) || !closableResult(fn, out) {
		return
	}
	c.Results = append(c.Results, ResultContract{Result: out.Return, Path: out.ReturnPath, Kind: uint8(out.Kind), OnFail: out.ReturnedOnFail, FailOnly: out.ReturnedOnFail && out.OK&Returned == 0, Lasting: out.Lasting, Watched: out.Tended || out.Watched, Marred: out.Marred, Cleaner: out.Cleaning, Beside: e.together(fn, out.Return)})
	sort.Slice(c.Results, func(i, j int) bool {
		a, b := c.Results[i], c.Results[j]
		return a.Result < b.Result || a.Result == b.Result && a.Path < b.Path
	})
}

// closableResult reports whether the caller can close what it is given: the
// resource itself, or an object with a Close method.
func closableResult(fn *ssa.Function, out *Outcome) bool {
	t := fn.Signature.Results().At(out.Return).Type()
	if out.ReturnPath == 0 {
		return !isFunc(t)
	}
	return irx.Closable(t)
}
