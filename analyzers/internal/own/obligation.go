package own

import (
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
	"golang.org/x/tools/go/ssa"
)

// -- obligations and what becomes of them --

// Obligation is a resource that some function has to close: the result of an
// acquiring call, or a parameter or a field of one.
type Obligation struct {
	Fn *ssa.Function
	// Call is the acquiring call, nil for a parameter.
	Call ssa.CallInstruction
	// Result and Path tell which part of which result.
	Result int
	// Param is the index of the parameter.
	Param int
	Path  Path
	// Variable says that the parameter points to the variable that holds it
	// (*net.Conn): its content, not the pointer, is the resource.
	Variable bool
	// Callback says that it is a function, which may lead to a resource. Only
	// where it is returned matters.
	Callback bool
	Kind     netmodel.Kind
	// Lasting says that no finalizer closes it.
	Lasting bool
	// OnFail says that it is open even when the call fails.
	OnFail bool
	// FailOnly says that it is open only then.
	FailOnly bool
	// Cleaner is one more than the result that is a function which closes it, 0
	// for none.
	Cleaner int
	// Beside is the set of results of the call that are not nil with it.
	Beside uint32
	// Watched says that a goroutine that closes it when it is told to has it, too.
	Watched bool
	// Marred is the set of steps of Path beside which an error may be set.
	Marred uint8
}

// obligationKey tells obligations apart.
type obligationKey struct {
	fn     *ssa.Function
	call   ssa.CallInstruction
	result int
	param  int
	path   Path
}

func (ob *Obligation) key() obligationKey {
	return obligationKey{ob.Fn, ob.Call, ob.Result, ob.Param, ob.Path}
}

// LeakKind says in which way an obligation ends.
type LeakKind uint8

const (
	// AtReturn: the function returns without closing it.
	AtReturn LeakKind = iota
	// AtLoop: the next iteration acquires again.
	AtLoop
	// Overwritten: the field that kept it is set to something else.
	Overwritten
	// Never: the deferred Close can never run.
	Never
)

// Cause is the call whose failure leads to a leak.
type Cause struct {
	Call ssa.CallInstruction
	// Soft says that the call did not fail: its answer decided.
	Soft bool
	// Arm says that it is an arm of a select statement that has been taken.
	Arm bool
	// Asked says that the object that holds the resource was asked (isClosed):
	// what its answer means for the resource is not known.
	Asked bool
}

func (c *Cause) hard() bool { return c != nil && !c.Soft }

// asksFlag reports whether a flag that others set, too, decides: an object is
// connected once.
func (c *Cause) asksFlag() bool {
	if c == nil || c.Call == nil {
		return false
	}
	fn := irx.CalleeOf(c.Call.Common()).Func
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "sync/atomic"
}

// Leak is one end of an obligation that leaves the resource open.
type Leak struct {
	Kind  LeakKind
	At    ssa.Instruction
	Cause *Cause
	// Lent is the goroutine that still uses it, if any.
	Lent *Spawn
	// Failed says that the function fails whenever it leaks at this return.
	Failed bool
}

// Spawn is a go statement that gives a goroutine the resource as an operand.
type Spawn struct {
	Go ssa.CallInstruction
	// Operand is the operand that leads to the resource, -1 when the goroutine's
	// literal captures it.
	Operand int
}

// Outcome is what became of an obligation.
type Outcome struct {
	Obligation
	// Leaks are the feasible ends that leave it open, by position.
	Leaks []Leak
	// OK and Fail are its effects when the function succeeds and fails.
	OK, Fail Effect
	// Released says that some path closes it or hands it over.
	Released bool
	// Retaken says that some path does so after it has lent it to a goroutine.
	Retaken  bool
	supposed bool
	// ClosedOnFail says that some return, for certain a failure, comes after it was
	// closed: the function means to clean up when it fails.
	ClosedOnFail bool
	// leftOpen says that some return, for certain a success, leaves it open.
	leftOpen bool
	// captured says that a variable around the literal that acquires it gets it.
	captured bool
	// closedAfter are the calls after whose failure some path closes it.
	closedAfter map[ssa.CallInstruction]bool
	// Shared are the goroutines that close it on some of their paths only.
	Shared []Spawn
	// LentEnds are the returns of the goroutine that Leak.Lent starts, when it is
	// a literal that captures the resource.
	LentEnds []*ssa.Return
	// Sessions are the calls that opened the session of a stream.
	Sessions []*ssa.Call
	// Undecided says that a bound was passed.
	Undecided bool
	// Result is where a returned resource is.
	Return     int
	ReturnPath Path
	// ReturnAlso is a second place of it there, 0 for none.
	ReturnAlso Path
	// Marred is the set of steps of ReturnPath beside which an error may be set.
	Marred uint8
	// Cleaning is one more than the result that is a function which closes it,
	// wherever the function succeeds and returns it; 0 for none.
	Cleaning int
	// Tended says that a goroutine that closes it has it, too, at each return that
	// gives it away.
	Tended bool
	// Spawned says that a goroutine that closes it has it at each return that
	// leaves it to somebody.
	Spawned bool
	// ReturnedOnFail says that it may be returned together with a failure.
	ReturnedOnFail bool
	// Steps is the cost, in block visits.
	Steps int
	// Peeks are the states seen at calls of Engine.Peek.
	Peeks  map[ssa.CallInstruction]uint8
	misuse map[ssa.Instruction]bool
}
