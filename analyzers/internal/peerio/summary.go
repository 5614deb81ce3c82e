package peerio

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- places --

// Path is a chain of struct fields, one byte each. Pointers on the way are
// followed, elements of slices and arrays stand for the whole. The empty Path is
// the object itself.
type Path string

// maxPath bounds paths; what lies deeper is not followed.
const maxPath = 3

// join returns p followed by q; ok is false when that is too long to follow.
func (p Path) join(q Path) (Path, bool) { return p + q, len(p)+len(q) <= maxPath }

// under reports whether p lies in what base names or the other way round, and
// returns what of p is left below base.
func (p Path) under(base Path) (rest Path, ok bool) {
	if strings.HasPrefix(string(p), string(base)) {
		return p[len(base):], true
	}
	return "", strings.HasPrefix(string(base), string(p))
}

func (p Path) String() string {
	var s strings.Builder
	for _, f := range []byte(p) {
		fmt.Fprintf(&s, ".%d", f)
	}
	return s.String()
}

// Ref is a place: a parameter, a captured variable, a result of a call, or
// another value that comes from nowhere known, and a part of it.
type Ref struct {
	Base ssa.Value
	Path Path
}

// -- what bounds a wait --

// BoundKind says what is known of the end of a wait.
type BoundKind uint8

const (
	// Unbounded: nothing here bounds it; a caller may have.
	Unbounded BoundKind = iota
	// Cleared: a deadline was removed before it, so no caller's counts.
	Cleared
	// Bounded: By ends it after Limit.
	Bounded
	// Unknown: something may bound it that cannot be told.
	Unknown
)

// Bound is what ends a wait.
type Bound struct {
	Kind BoundKind
	// By is the function that sets the deadline.
	By string
	// Limit is how long it waits; 0 when that is no constant.
	Limit time.Duration
	// Optional says that it is set only when a configured time is not 0. If is
	// 1 + the input that is this time, when the caller gives it; else 0.
	Optional bool
	If       int
	// Ctx is 1 + the input that is a context on which the wait depends too; 0
	// if there is none.
	Ctx int
}

func (b Bound) String() string {
	s := ""
	switch {
	case b.Kind == Cleared:
		s = "no deadline any more"
	case b.Kind == Unknown:
		s = "perhaps bounded"
	case b.Kind == Bounded && b.Limit > 0:
		s = fmt.Sprintf("%v by %s", b.Limit, b.By)
	case b.Kind == Bounded:
		s = "bounded by " + b.By
	default:
		s = "no deadline"
	}
	if b.Ctx > 0 {
		s += fmt.Sprintf(", context input %d", b.Ctx-1)
	}
	if b.If > 0 {
		s += fmt.Sprintf(", if %d is not zero", b.If-1)
	}
	return s
}

// Open reports whether nothing is known to bound the wait, and nothing unknown
// may.
func (b Bound) Open() bool { return b.Kind == Unbounded || b.Kind == Cleared }

// -- waits --

// Step is one call of a chain.
type Step struct {
	// Name is the function that is called.
	Name string
	// Pos is the call, when it is in the package under analysis.
	Pos token.Pos
}

// Wait says that a call waits for a peer.
type Wait struct {
	// On is the input that holds the connection: a parameter (the receiver
	// first), or, after them, a captured variable.
	On   int
	Path Path
	// IO is Read or Handshake.
	IO netmodel.IO
	// Exchange says that it is a handshake or the like: the model or the name
	// of a function on the way says so.
	Exchange bool
	// Async says that another goroutine waits.
	Async bool
	// Guess says that the function that waits is not known: a function value or
	// an interface method that turns a connection into another one.
	Guess bool
	Bound Bound
	// With is 1 + an input that has the deadline WithBound when the wait begins: it
	// bounds the wait if that is the same connection by another name. 0 if there is
	// none.
	With      int
	WithBound Bound
	// Serves says that it goes on until something fails, as a relay does: the name
	// of a function on the way makes no exchange of it.
	Serves bool
	// Other says that it waits only for a connection of a type that the kernel's
	// connections do not have.
	Other bool
	// Chain are the calls from the caller's side to the one that waits.
	Chain []Step
	// At is the call that makes the exchange, if any, else the call that
	// waits, as far in as the package under analysis goes; What names its
	// callee.
	At   token.Pos
	What string
	// named says that only names make it an exchange: of several, the outermost
	// is At.
	named bool
}

// key tells waits apart: of those with equal keys a summary holds the first.
type waitKey struct {
	on                      int
	path                    Path
	handshake, async, guess bool
	exchange                bool
	kind                    BoundKind
	ctx, with               int
	serves, other           bool
}

func (w *Wait) key() waitKey {
	return waitKey{w.On, w.Path, w.IO == netmodel.Handshake, w.Async, w.Guess, w.Exchange, w.Bound.Kind, w.Bound.Ctx, w.With, w.Serves, w.Other}
}

// maxChain bounds chains; what lies in between is left out.
const maxChain = 6

// prepend puts a call in front of a chain.
func prepend(s Step, chain []Step) []Step {
	if len(chain) >= maxChain {
		chain = slices.Delete(slices.Clone(chain), 0, 1)
	}
	return append([]Step{s}, chain...)
}

// Site is an instruction that waits, or starts what waits: a call, or where the
// function waits for a goroutine of its own that does.
type Site struct {
	Instr ssa.Instruction
	Ref   Ref
	Wait  Wait
}

// -- summaries --

// summary is what a function does to its inputs.
type summary struct {
	Waits  []Wait
	Holds  []hold
	Limits []limit
	// Results are the deadlines of connections that are returned.
	Results []resultLimit
	Fills   []fill
	Calls   []funcCall
	Types   []dynamicResult
}

// hold says that a part of a result is an input, or reads and writes through it.
type hold struct {
	Result     int
	ResultPath Path
	On         int
	Path       Path
	// Bound is what a wrapper in between sets before each read.
	Bound Bound
}

// fill says that a call stores an input, or what reads and writes through it, in a
// part of another input.
type fill struct {
	Into     int
	IntoPath Path
	On       int
	Path     Path
}

// funcCall says that an input is a function that the call runs.
type funcCall struct {
	On int
	// Async says that it runs on another goroutine.
	Async bool
}

// dynamicResult says that an interface result holds a type of the function's own
// package, so that calls on it are calls of that type's methods.
type dynamicResult struct {
	Result  int
	Name    string
	Pointer bool
	// Maybe says that it may hold another type too.
	Maybe bool
}

// limit says that a call leaves a deadline for reads on an input (Kind Bounded)
// or removes it (Kind Cleared).
type limit struct {
	On    int
	Path  Path
	Bound Bound
}

// resultLimit says that a connection is returned with a deadline.
type resultLimit struct {
	Result int
	Bound  Bound
}

// addWait adds a wait unless one like it is there.
func (s *summary) addWait(w Wait) {
	for i := range s.Waits {
		if s.Waits[i].key() == w.key() {
			return
		}
	}
	s.Waits = append(s.Waits, w)
}

// size orders the summaries of one function during inference, which only grow.
func (s *summary) size() int {
	if s == nil {
		return 0
	}
	return len(s.Waits) + len(s.Holds) + len(s.Limits) + len(s.Results) + len(s.Fills) + len(s.Calls) + len(s.Types)
}
