package own

import "slices"

// status is what has become of the obligation.
type status uint8

const (
	unborn status = iota
	open
	closed
	kept
	lost // nothing can close it any more
)

func (s status) String() string {
	return [...]string{"unborn", "open", "closed", "moved", "lost"}[s]
}

// kind says what is known of a value.
type kind uint8

const (
	unknown kind = iota
	isNil        // nil, or false
	nonNil       // not nil, or true
	isInt        // the small integer in p
	holds        // the resource itself
	addr         // a pointer to the memory place p
	sym          // an unknown value, the same as that of every place with this p
	fresh        // an iterator over something not empty, not advanced yet
	equals       // the constant numbered p; see compared
	differs      // anything but the constant numbered p
	among        // one of the constants of the set numbered p; see without
)

// value is an abstract value.
type value struct {
	k kind
	p place
}

// isConstant reports whether it tells of constants: it is a fact of one register.
func (v value) isConstant() bool { return v.k == equals || v.k == differs || v.k == among }

type binding struct {
	at place
	v  value
}

// flags of a state.
type flags uint8

const (
	lent    flags = 1 << iota // a goroutine that never closes it uses it
	field1                    // kept in a field that this function filled
	viaGo                     // a goroutine that closes it has it
	failed                    // the acquisition failed (followed in tests only)
	goLeaks                   // a goroutine that has it leaves it open on some of its paths
	marred                    // the error beside it is set: there was nothing to close
	placed                    // a literal that acquired it has put it in a variable around it
)

// state is one state of the walk. It is immutable once interned.
//
// Invariants: env is sorted by place and holds no unknown value; defers lists
// registered defers of the current function, oldest first, each once.
type state struct {
	status status
	flags  flags
	leaver int32 // the goroutine that goLeaks tells of, by its number in run.leavers
	defers []int32
	env    []binding
}

func (s *state) clone() *state {
	c := *s
	c.defers = slices.Clone(s.defers)
	c.env = slices.Clone(s.env)
	return &c
}

func (s *state) find(p place) (int, bool) {
	return slices.BinarySearchFunc(s.env, p, func(b binding, p place) int { return int(b.at) - int(p) })
}

func (s *state) get(p place) value {
	if i, ok := s.find(p); ok {
		return s.env[i].v
	}
	return value{}
}

// set binds p, or unbinds it when v is unknown.
func (s *state) set(p place, v value) {
	i, ok := s.find(p)
	switch {
	case ok && v.k == unknown:
		s.env = slices.Delete(s.env, i, i+1)
	case ok:
		s.env[i].v = v
	case v.k != unknown:
		s.env = slices.Insert(s.env, i, binding{p, v})
	}
}

// filter keeps the bindings for which keep is true.
func (s *state) filter(keep func(binding) bool) {
	s.env = slices.DeleteFunc(s.env, func(b binding) bool { return !keep(b) })
}

// replace puts v wherever the symbol p stands.
func (s *state) replace(p place, v value) {
	for i := range s.env {
		if s.env[i].v == (value{sym, p}) {
			s.env[i].v = v
		}
	}
}

// leftToGo reports whether it is left to a goroutine to close the resource, and
// the goroutine does not always.
func (s *state) leftToGo() bool { return s.status == kept && s.flags&goLeaks != 0 }

// anyHolds reports whether some place still holds the resource.
func (s *state) anyHolds() bool {
	return slices.ContainsFunc(s.env, func(b binding) bool { return b.v.k == holds })
}

// equal reports whether nothing tells two states apart.
func (s *state) equal(t *state) bool {
	return s.status == t.status && s.flags == t.flags && (s.flags&goLeaks == 0 || s.leaver == t.leaver) &&
		slices.Equal(s.defers, t.defers) && slices.Equal(s.env, t.env)
}

// hash is the same for equal states.
func (s *state) hash() uint64 {
	h := uint64(s.status)<<8 | uint64(s.flags)
	for _, d := range s.defers {
		h = mix(h, uint64(d))
	}
	h = mix(h, uint64(len(s.defers)))
	for _, b := range s.env {
		h = mix(h, uint64(b.at)<<32|uint64(uint32(b.v.p)))
		h = mix(h, uint64(b.v.k))
	}
	return h
}

func mix(h, x uint64) uint64 {
	h = (h ^ x) * 0x9e3779b97f4a7c15
	return h ^ h>>29
}

// interner gives each distinct state a number.
type interner struct {
	states []*state
	first  map[uint64]int32 // by hash
	next   []int32          // by number: another state of the same hash, or -1
}

func newInterner() *interner { return &interner{first: map[uint64]int32{}} }

// id returns the number of a state, of which it keeps a copy.
func (in *interner) id(s *state) int32 {
	h := s.hash()
	first, ok := in.first[h]
	if !ok {
		first = -1
	}
	for id := first; id >= 0; id = in.next[id] {
		if in.states[id].equal(s) {
			return id
		}
	}
	id := int32(len(in.states))
	in.states, in.next = append(in.states, s.clone()), append(in.next, first)
	in.first[h] = id
	return id
}

// copyOf copies a state into the memory of one that is done with, if there is any.
func (r *run) copyOf(s *state) *state {
	n := len(r.spare)
	if n == 0 {
		return s.clone()
	}
	c := r.spare[n-1]
	r.spare = r.spare[:n-1]
	defers, env := append(c.defers[:0], s.defers...), append(c.env[:0], s.env...)
	*c = *s
	c.defers, c.env = defers, env
	return c
}

func (r *run) fork(w *work) *work { return &work{state: r.copyOf(w.state), cause: w.cause} }

// done takes back the memory of a state that nobody looks at any more.
func (r *run) done(w *work) {
	r.spare = append(r.spare, w.state)
	w.state = nil
}
