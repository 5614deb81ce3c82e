package own

import (
	"fmt"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// Path names a part of an object: up to three steps of ten bits, the first step
// in the low bits. Pointers on the way are followed. A step is a field index
// plus 2, or elem: any element of a slice, array or map, or what a variable
// holds. The zero Path is the object itself.
type Path uint32

const (
	stepBits = 10
	stepMask = 1<<stepBits - 1
	maxSteps = 3
	elem     = 1
	// marker is the path of the mark that an object can be reached from
	// elsewhere.
	marker Path = stepMask
	// anywhere stands for every path that does not fit.
	anywhere Path = 1<<32 - 1
)

func field(i int) uint32 {
	if i+2 > stepMask {
		return stepMask
	}
	return uint32(i + 2)
}

// len returns the number of steps.
func (p Path) len() int {
	n := 0
	for ; p != 0; p >>= stepBits {
		n++
	}
	return n
}

func (p Path) deep() bool { return p == anywhere }

// inElements reports whether the path leads from a value of type t into structs that
// are elements of a slice or map: contracts follow what is an element, and some of
// what is in one; see [Engine.followed].
func (p Path) inElements(t types.Type) bool {
	for ; p > stepMask && !p.deep(); p >>= stepBits {
		step := uint32(p & stepMask)
		st, _ := irx.Deref(t).Underlying().(*types.Struct)
		switch el := elemOf(t); {
		case step == elem && el != nil:
			if _, ok := irx.Deref(el).Underlying().(*types.Struct); ok {
				return true
			}
			t = el
		case st != nil && int(step)-2 < st.NumFields() && step >= 2:
			t = st.Field(int(step) - 2).Type()
		default:
			return false
		}
	}
	return false
}

// inVariable reports whether the path leads from a value of type t to what a field,
// or a field of one, points to as the variable of somebody else.
func (p Path) inVariable(t types.Type) bool {
	for ; p != 0 && !p.deep(); p >>= stepBits {
		st, _ := irx.Deref(t).Underlying().(*types.Struct)
		i := int(p&stepMask) - 2
		if st == nil || i < 0 || i >= st.NumFields() {
			return false
		}
		if t = st.Field(i).Type(); variableOf(t) != nil {
			return true
		}
	}
	return false
}

// inOther reports whether the path leads from a value of type t through a field that is
// an interface without a Close: what the methods of t do with that contracts do not tell.
func (p Path) inOther(t types.Type) bool {
	for ; p != 0 && !p.deep(); p >>= stepBits {
		st, _ := irx.Deref(t).Underlying().(*types.Struct)
		i := int(p&stepMask) - 2
		if st == nil || i < 0 || i >= st.NumFields() {
			return false
		}
		if t = st.Field(i).Type(); types.IsInterface(t) && !endable(t) {
			return true
		}
	}
	return false
}

// join appends the steps of q.
func (p Path) join(q Path) Path {
	n := p.len()
	switch {
	case p == anywhere || q == anywhere || n+q.len() > maxSteps:
		return anywhere
	}
	return p | q<<(n*stepBits)
}

// parent drops the last step.
func (p Path) parent() Path { return p & (1<<((p.len()-1)*stepBits) - 1) }

func (p Path) child(step uint32) Path { return p.join(Path(step)) }

// under reports whether p starts with base, and returns the rest.
func (p Path) under(base Path) (rest Path, ok bool) {
	if p == anywhere {
		return anywhere, true
	}
	n := base.len()
	if p&(1<<(n*stepBits)-1) != base {
		return 0, false
	}
	return p >> (n * stepBits), true
}

// String prints a path as ".field" and "[]" steps, by index.
func (p Path) String() string {
	if p == anywhere {
		return ".*"
	}
	s := ""
	for ; p != 0; p >>= stepBits {
		if step := p & stepMask; step == elem {
			s += "[]"
		} else {
			s += fmt.Sprintf(".%d", step-2)
		}
	}
	return s
}

// placeKey identifies a place: a register, a part of a struct or tuple held in
// a register, or (mem) a memory cell of the object that v makes or points to.
type placeKey struct {
	v    ssa.Value
	mem  bool
	path Path
}

// place is a number for a placeKey, given out in order of first use.
type place int32

// places numbers the places of the walks of one function, and the SSA values that
// they belong to: a number is found, and compared, faster than a key.
type places struct {
	keys   []placeKey
	values []int32 // by place: the number of its value
	parts  map[partKey]place
	ids    map[ssa.Value]int32
	regs   []place // by number of a value: its register, or -1
	marks  []bool  // see unmarked
}

// partKey is a placeKey by the number of its value.
type partKey struct {
	v    int32
	path Path
	mem  bool
}

func newPlaces() *places {
	return &places{parts: map[partKey]place{}, ids: map[ssa.Value]int32{}}
}

// number returns the number of a value.
func (ps *places) number(v ssa.Value) int32 {
	n, ok := ps.ids[v]
	if !ok {
		n = int32(len(ps.regs))
		ps.regs = append(ps.regs, -1)
		ps.ids[v] = n
	}
	return n
}

// part returns the place of a part of a value by its number.
func (ps *places) part(n int32, k placeKey) place {
	if !k.mem && k.path == 0 {
		if ps.regs[n] < 0 {
			ps.regs[n] = ps.add(n, k)
		}
		return ps.regs[n]
	}
	key := partKey{n, k.path, k.mem}
	p, ok := ps.parts[key]
	if !ok {
		p = ps.add(n, k)
		ps.parts[key] = p
	}
	return p
}

func (ps *places) add(n int32, k placeKey) place {
	ps.keys, ps.values = append(ps.keys, k), append(ps.values, n)
	return place(len(ps.keys) - 1)
}

func (ps *places) reg(v ssa.Value) place { return ps.part(ps.number(v), placeKey{v: v}) }

func (ps *places) mem(v ssa.Value, path Path) place {
	return ps.part(ps.number(v), placeKey{v: v, mem: true, path: path})
}

// at is the place at another path of what p is a part of.
func (ps *places) at(p place, path Path) place {
	k := ps.keys[p]
	k.path = path
	return ps.part(ps.values[p], k)
}

// child is the place of a part of p.
func (ps *places) child(p place, step uint32) place { return ps.at(p, ps.keys[p].path.child(step)) }

func (ps *places) join(p place, rest Path) place { return ps.at(p, ps.keys[p].path.join(rest)) }

// unmarked returns a mark for each value, none of which is set; the next call takes
// them back.
func (ps *places) unmarked() []bool {
	if len(ps.marks) < len(ps.regs) {
		ps.marks = make([]bool, len(ps.regs)+cap(ps.regs)/2)
	}
	clear(ps.marks)
	return ps.marks
}

// outlives reports whether the object that the place belongs to exists beyond
// the call: a parameter's, a captured variable's or a package variable's.
func (ps *places) outlives(p place) bool {
	switch ps.keys[p].v.(type) {
	case *ssa.Parameter, *ssa.FreeVar, *ssa.Global:
		return ps.keys[p].mem
	}
	return false
}

// typeOf is the type of what a place holds, nil when its path leads through
// something that has none: an interface, a captured variable.
func (ps *places) typeOf(p place) types.Type {
	k := ps.keys[p]
	t := k.v.Type()
	if k.mem {
		if ptr, ok := t.Underlying().(*types.Pointer); ok {
			t = ptr.Elem()
		}
	}
	for path := k.path; path != 0 && t != nil; path >>= stepBits {
		t = partType(t, uint32(path&stepMask))
	}
	return t
}

// partType is the type of one part of a value of type t; pointers are followed.
func partType(t types.Type, step uint32) types.Type {
	switch u := irx.Deref(t).Underlying().(type) {
	case *types.Struct:
		if i := int(step) - 2; i >= 0 && i < u.NumFields() {
			return u.Field(i).Type()
		}
	case *types.Tuple:
		if i := int(step) - 2; i >= 0 && i < u.Len() {
			return u.At(i).Type()
		}
	case *types.Slice:
		return u.Elem()
	case *types.Array:
		return u.Elem()
	case *types.Map:
		return u.Elem()
	}
	return nil
}

// final reports whether the place is a captured variable that is assigned once,
// before the closure is made: it is the same each time it is read.
func (ps *places) final(p place) bool {
	fv, ok := ps.keys[p].v.(*ssa.FreeVar)
	if !ok || !ps.keys[p].mem || ps.keys[p].path != 0 {
		return false
	}
	cell, ok := irx.Binding(fv).(*ssa.Alloc)
	if !ok {
		return false
	}
	for _, ref := range *cell.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && st.Addr == ssa.Value(cell) {
			return st.Block() == cell.Block() && !assigned(cell, st)
		}
	}
	return false
}
