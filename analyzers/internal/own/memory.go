package own

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- memory --

// parts calls f for each binding of a part of the place base (base itself
// included), with the path from base to it.
func (r *run) parts(s *state, base place, f func(i int, rest Path)) {
	b, v := r.ps.keys[base], r.ps.values[base]
	for i := range s.env {
		if r.ps.values[s.env[i].at] != v {
			continue
		}
		k := r.ps.keys[s.env[i].at]
		if k.mem != b.mem {
			continue
		}
		if rest, ok := k.path.under(b.path); ok {
			f(i, rest)
		}
	}
}

// holdPaths returns the paths by which v leads to the resource: the empty path
// when v is it, a field path when v is an object, closure or container of it.
func (r *run) holdPaths(s *state, v ssa.Value) []Path {
	var out []Path
	x := r.eval(s, v)
	switch x.k {
	case holds:
		return []Path{0}
	case addr:
		out = r.holdsUnder(s, x.p, 0, 0, out)
	default:
		out = r.holdsUnder(s, r.ps.reg(v), 0, 0, out)
	}
	return out
}

func (r *run) holdsUnder(s *state, base place, prefix Path, depth int, out []Path) []Path {
	if depth > maxSteps {
		if r.leads(s, base, map[place]bool{}) {
			out = append(out, anywhere)
		}
		return out
	}
	r.parts(s, base, func(i int, rest Path) {
		switch b := s.env[i]; b.v.k {
		case holds:
			out = append(out, prefix.join(rest))
		case addr:
			if b.v.p != base {
				out = r.holdsUnder(s, b.v.p, prefix.join(rest), depth+1, out)
			}
		}
	})
	return out
}

// leads reports whether the resource is at base or behind it, however deep.
func (r *run) leads(s *state, base place, seen map[place]bool) bool {
	if seen[base] {
		return false
	}
	seen[base] = true
	found := false
	r.parts(s, base, func(i int, rest Path) {
		switch b := s.env[i].v; {
		case found:
		case b.k == holds:
			found = true
		case b.k == addr:
			found = r.leads(s, b.p, seen)
		}
	})
	return found
}

// load binds v to what the place p holds.
func (r *run) load(s *state, v ssa.Value, p place) {
	x := s.get(p)
	if x.k == unknown && (!r.ps.outlives(p) || r.ps.final(p)) && symbolic(v) {
		x = value{sym, r.ps.reg(v)}
		s.set(p, x)
	}
	if x.k == unknown || x.k == sym {
		if y := r.inside(s, p, v); y.k != unknown {
			x = y
		}
	}
	if refersTo(v.Type()) && (x.k == unknown || x.k == sym) && len(r.holdsUnder(s, p, 0, 0, nil)) > 0 {
		x = value{addr, p} // paths follow pointers
	}
	r.bind(s, v, x)
	if x.k != addr && x.k != holds {
		r.copyParts(s, p, r.ps.reg(v))
	}
}

// refersTo reports whether values of t lead to other memory.
func refersTo(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map:
		return true
	}
	return false
}

// inside returns holds when v, loaded from p, can stand for the resource because
// p is a part of it (a struct that wraps a connection by value), or because the
// resource is at an unknown path of the object that p is a part of.
func (r *run) inside(s *state, p place, v ssa.Value) value {
	k := r.ps.keys[p]
	if !irx.Closable(v.Type()) {
		return value{}
	}
	for path := k.path; path != 0 && path != anywhere; {
		path = path.parent()
		if s.get(r.ps.at(p, path)).k == holds {
			return value{k: holds}
		}
	}
	return s.get(r.ps.at(p, anywhere))
}

// store puts the value of v into the place p, unless p is one of many elements.
func (r *run) store(s *state, p place, v ssa.Value) {
	x := r.share(s, v)
	weak := r.weak(p)
	if old := s.get(p).k; weak && (x.k == unknown || old == holds || old == addr && x.k != holds) {
		if x.k == unknown {
			r.copyHeld(s, r.ps.reg(v), p) // a struct: what its fields have is one of many
		}
		return
	}
	if !weak {
		r.clear(s, p)
	}
	s.set(p, x)
	r.copyParts(s, r.ps.reg(v), p)
}

// weak reports whether p stands for many cells: an element of a slice, array
// or map, or a field of one. A variable's own cell is not.
func (r *run) weak(p place) bool {
	for path := r.ps.keys[p].path; path != 0 && path != anywhere; path >>= stepBits {
		if path&stepMask == elem {
			return true
		}
	}
	return false
}

func (r *run) clear(s *state, p place) {
	k, v := r.ps.keys[p], r.ps.values[p]
	s.filter(func(b binding) bool {
		if r.ps.values[b.at] != v {
			return true
		}
		o := r.ps.keys[b.at]
		if o.mem != k.mem {
			return true
		}
		_, under := o.path.under(k.path)
		return !under || o.path == anywhere && k.path != 0
	})
}

// copyParts copies the parts of a struct value from one place to another.
func (r *run) copyParts(s *state, from, to place) {
	var add []binding
	r.parts(s, from, func(i int, rest Path) {
		if rest != 0 {
			add = append(add, binding{r.ps.join(to, rest), s.env[i].v})
		}
	})
	for _, b := range add {
		s.set(b.at, b.v)
	}
}

// copyHeld copies those parts of a struct that lead to the resource, and the errors
// beside them, to one of which more may be known already, and reports whether there
// are any.
func (r *run) copyHeld(s *state, from, to place) bool {
	var add []binding
	r.parts(s, from, func(i int, rest Path) {
		if rest != 0 && r.reached(s, s.env[i].v) {
			add = append(add, binding{r.ps.join(to, rest), s.env[i].v})
			add = append(add, r.errorsBeside(s, from, to, rest)...)
		}
	})
	for _, b := range add {
		s.set(b.at, b.v)
	}
	return len(add) > 0
}

// bind sets the register v.
func (r *run) bind(s *state, v ssa.Value, x value) { s.set(r.ps.reg(v), x) }

// forget drops all that is known of the register v before v is defined anew. A
// symbol that other places share with it stands for the old value no more.
func (r *run) forget(s *state, v ssa.Value) {
	p := r.ps.reg(v)
	n := r.ps.values[p]
	s.filter(func(b binding) bool {
		return (r.ps.values[b.at] != n || r.ps.keys[b.at].mem) && b.v != value{sym, p}
	})
}

// symbolic reports whether unknown values of v's type are worth a symbol.
func symbolic(v ssa.Value) bool { return nilableOrBool(v.Type()) }
