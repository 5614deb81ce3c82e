package acceptloop

import (
	"go/types"
	"sort"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// finder collects the accept contexts of one package.
type finder struct {
	pkg *irx.Package
	// accepts are the accepting calls of each function.
	accepts map[*ssa.Function][]acceptance
	// wrappers are the functions that return a connection they accepted, with
	// the index of that result.
	wrappers map[*ssa.Function]int
	// made are where literals are made.
	made map[*ssa.Function]*ssa.MakeClosure
	// dispatch memoizes which parameters a function hands to a goroutine.
	dispatch map[*ssa.Function]map[int]bool
	// taken are the uses of functions as values; nil before use.
	taken map[types.Object][]ssa.Instruction
	// received are the values received from each channel; nil before use.
	received map[any][]ssa.Value
}

func newFinder(pkg *irx.Package) *finder {
	f := &finder{
		pkg:      pkg,
		accepts:  map[*ssa.Function][]acceptance{},
		wrappers: map[*ssa.Function]int{},
		made:     map[*ssa.Function]*ssa.MakeClosure{},
		dispatch: map[*ssa.Function]map[int]bool{},
	}
	for _, component := range pkg.BottomUp() {
		for _, fn := range component {
			pkg.Confine(name, fn, func() { f.scan(fn) })
		}
	}
	return f
}

// scan notes the accepting calls of one function. Callees come before their callers, so
// that a wrapper is known when its call is met.
func (f *finder) scan(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if mc, ok := instr.(*ssa.MakeClosure); ok {
				f.made[mc.Fn.(*ssa.Function)] = mc
			}
			if call, ok := instr.(*ssa.Call); ok {
				if a, ok := f.acceptOf(call); ok {
					f.accepts[fn] = append(f.accepts[fn], a)
				}
			}
		}
	}
	if i, ok := f.returnsAccepted(fn); ok {
		f.wrappers[fn] = i
	}
}

// returnsAccepted reports whether a result of fn may be a connection that fn
// accepted.
func (f *finder) returnsAccepted(fn *ssa.Function) (result int, ok bool) {
	for _, a := range f.accepts[fn] {
		conn, _ := a.results()
		if conn == nil {
			continue
		}
		held := carriers(conn)
		for _, b := range fn.Blocks {
			ret, isRet := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
			if !isRet {
				continue
			}
			for i, v := range ret.Results {
				if held[v] {
					return i, true
				}
			}
		}
	}
	return 0, false
}

func (f *finder) find() []*Loop {
	var loops []*Loop
	for _, fn := range f.pkg.Funcs() {
		for _, a := range f.accepts[fn] {
			f.pkg.Confine(name, fn, func() {
				if l := f.loop(fn, a); l != nil {
					loops = append(loops, l)
				}
			})
		}
	}
	sort.SliceStable(loops, func(i, j int) bool { return loops[i].Call.Pos() < loops[j].Call.Pos() })
	link(loops)
	return loops
}

// link finds the accept through which another one accepts.
func link(loops []*Loop) {
	in := map[*ssa.Function][]*Loop{}
	for _, l := range loops {
		in[l.Fn] = append(in[l.Fn], l)
	}
	for _, l := range loops {
		if inner := in[l.Via]; l.Via != nil && len(inner) == 1 && inner[0] != l {
			l.Callee = inner[0]
		}
	}
}

// loop makes the context of one accepting call; nil when it accepts only once.
func (f *finder) loop(fn *ssa.Function, a acceptance) *Loop {
	l := &Loop{Fn: fn, Call: a.call, Listener: a.listener, Session: a.session, Via: a.via, next: a.call.Block()}
	block := a.call.Block()
	after := reachable(block)
	_, returns := f.wrappers[fn]
	if isAcceptMethod(fn) {
		l.Role, l.Region = InMethod, after
	} else if !after[block.Index] || returns {
		// A function that loops until it has a connection to return is
		// itself called in a loop.
		l.Outer = f.outer(fn, map[*ssa.Function]bool{})
	}
	switch {
	case l.Role == InMethod:
	case l.Outer != nil:
		l.Role, l.Region = InCallee, after
	case after[block.Index]:
		l.Region = intersect(after, irx.Reaches(fn, block))
	default:
		return nil
	}
	l.Region[block.Index] = true
	l.Inner = innermostLoop(block)
	l.Conn, l.Err = a.results()
	if l.Conn != nil {
		l.carriers = carriers(l.Conn)
	}
	l.Handoffs = f.handoffs(l)
	return l
}

// outer returns a call of fn, direct or through other functions, that stands in
// a loop and waits for it.
func (f *finder) outer(fn *ssa.Function, seen map[*ssa.Function]bool) *Outer {
	if seen[fn] || isAcceptMethod(fn) {
		return nil
	}
	seen[fn] = true
	for _, call := range f.pkg.Calls(fn) {
		waits, ok := call.(*ssa.Call)
		if !ok {
			continue
		}
		caller, b := call.Parent(), call.Block()
		if after := reachable(b); after[b.Index] {
			o := f.newOuter(call, intersect(after, irx.Reaches(caller, b)))
			o.Chain = []*ssa.Call{waits}
			return o
		}
		if o := f.outer(caller, seen); o != nil {
			o.Chain = append([]*ssa.Call{waits}, o.Chain...)
			return o
		}
	}
	return nil
}

func (f *finder) newOuter(call ssa.CallInstruction, region []bool) *Outer {
	o := &Outer{Fn: call.Parent(), Call: call, Region: region}
	if v := call.Value(); v != nil {
		o.Handoffs = f.handoffsIn(o.Fn, carriers(v), func(instr ssa.Instruction) bool {
			return region[instr.Block().Index]
		})
	}
	return o
}
