package irx

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// BottomUp groups the functions of the package into strongly connected
// components of its call graph and orders them so that callees come before
// callers. Inside a component the source order is kept. A function literal
// counts as called by the function that makes it.
func (p *Package) BottomUp() [][]*ssa.Function {
	p.orderOnce.Do(p.order)
	return p.bottomUp
}

func (p *Package) order() {
	p.called = make(map[*ssa.Function][]*ssa.Function, len(p.funcs))
	for _, fn := range p.funcs {
		p.called[fn] = nil
		p.Confine(p.Pass.Analyzer.Name, fn, func() { p.called[fn] = p.calledBy(fn) })
	}
	t := &tarjan{pkg: p, index: map[*ssa.Function]int{}, low: map[*ssa.Function]int{}, onStack: map[*ssa.Function]bool{}, member: map[*ssa.Function]bool{}}
	for _, fn := range p.funcs {
		t.member[fn] = true
	}
	for _, fn := range p.funcs {
		if t.index[fn] == 0 {
			t.run(fn)
		}
	}
	p.bottomUp = t.out
}

// CalledInPackage returns the functions of the package that fn may call, start
// or make a closure of, each once, in order of occurrence.
func (p *Package) CalledInPackage(fn *ssa.Function) []*ssa.Function {
	p.orderOnce.Do(p.order)
	if out, ok := p.called[fn]; ok {
		return out
	}
	return p.calledBy(fn)
}

func (p *Package) calledBy(fn *ssa.Function) []*ssa.Function {
	var out []*ssa.Function
	seen := map[*ssa.Function]bool{}
	add := func(g *ssa.Function) {
		if g != nil && len(g.Blocks) > 0 && g.Pkg == fn.Pkg && !seen[g] {
			seen[g] = true
			out = append(out, g)
		}
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok {
				c := CalleeOf(call.Common())
				add(c.Body)
				if c.Dynamic && c.Func != nil {
					for _, impl := range p.OwnImplementations(c.Func) {
						add(impl)
					}
				}
			}
			if mc, ok := instr.(*ssa.MakeClosure); ok {
				add(declared(mc.Fn.(*ssa.Function)))
			}
		}
	}
	for _, lit := range fn.AnonFuncs { // those that capture nothing, too
		add(lit)
	}
	return out
}

// declared is the method that a method value is bound to, or fn.
func declared(fn *ssa.Function) *ssa.Function {
	obj, ok := fn.Object().(*types.Func)
	if fn.Synthetic == "" || !ok {
		return fn
	}
	if m := fn.Prog.FuncValue(obj); m != nil {
		return m
	}
	return fn
}

// tarjan finds strongly connected components without recursing on the Go
// stack, since generated code can have call chains of any depth.
type tarjan struct {
	pkg     *Package
	next    int
	index   map[*ssa.Function]int
	low     map[*ssa.Function]int
	onStack map[*ssa.Function]bool
	member  map[*ssa.Function]bool
	stack   []*ssa.Function
	out     [][]*ssa.Function
}

type tarjanFrame struct {
	fn    *ssa.Function
	succs []*ssa.Function
}

func (t *tarjan) run(root *ssa.Function) {
	frames := []tarjanFrame{t.enter(root)}
	for len(frames) > 0 {
		f := &frames[len(frames)-1]
		if len(f.succs) > 0 {
			next := f.succs[0]
			f.succs = f.succs[1:]
			if !t.member[next] {
				continue
			}
			if t.index[next] == 0 {
				frames = append(frames, t.enter(next))
			} else if t.onStack[next] {
				t.low[f.fn] = min(t.low[f.fn], t.index[next])
			}
			continue
		}
		t.leave(f.fn)
		frames = frames[:len(frames)-1]
		if len(frames) > 0 {
			parent := frames[len(frames)-1].fn
			t.low[parent] = min(t.low[parent], t.low[f.fn])
		}
	}
}

func (t *tarjan) enter(fn *ssa.Function) tarjanFrame {
	t.next++
	t.index[fn], t.low[fn] = t.next, t.next
	t.stack = append(t.stack, fn)
	t.onStack[fn] = true
	return tarjanFrame{fn, t.pkg.called[fn]}
}

// leave closes the component of which fn is the root, if it is one.
func (t *tarjan) leave(fn *ssa.Function) {
	if t.low[fn] != t.index[fn] {
		return
	}
	var comp []*ssa.Function
	for {
		top := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		t.onStack[top] = false
		comp = append(comp, top)
		if top == fn {
			break
		}
	}
	// The stack gives them in reverse order of discovery.
	for i, j := 0, len(comp)-1; i < j; i, j = i+1, j-1 {
		comp[i], comp[j] = comp[j], comp[i]
	}
	t.out = append(t.out, comp)
}
