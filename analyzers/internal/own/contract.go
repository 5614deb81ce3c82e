// Package own is the ownership engine: for one obligation at a time (a
// connection that somebody has to close) it walks every feasible path of a
// function and tells what has become of it at each exit.
//
// # Theory
//
// The domain is a set of states per basic block (see [state]); the set is a
// may-set: a state in it may hold on some path. A state is the status of the
// obligation (unborn, open, closed, kept) together with what decides which
// paths are feasible from here: which values and memory cells hold the
// resource, which are known to be nil or not, true or false, and which deferred
// calls are registered. States merge only when they are equal, so the status is
// never lost at a join; union of sets is the join. The transfer function works
// on one state at a time and splits it where an outcome decides: a call that
// fails or succeeds, a branch on an unknown value.
//
// A function is walked once for all of its acquisitions up to where each of them
// is made (see [common]), and from there once for each, through the blocks where
// the resource is open and has no deferred call to close it: what it costs is
// the sum of these, not obligations times blocks.
//
// Memory is modelled for what a function makes itself (variables captured by
// closures, composite literals, slices, maps) and, field by field, for what its
// parameters point to. Whatever the engine cannot follow, an unknown callee that
// is given the resource, a store through an unknown pointer, ends the
// obligation as "kept": it errs towards silence. What it ignores: aliases
// between parameters, writes by other goroutines, and panics of callees; each of
// them can hide a leak, none can make one up, except that a field that another
// goroutine closes is seen as still open when this function gives it to nobody.
package own

import (
	"fmt"
	"slices"
	"strings"
)

// Effect is the set of things that may have become of an operand when a call
// returns.
type Effect uint8

const (
	// Borrowed: the callee only used it; the caller still has to close it.
	Borrowed Effect = 1 << iota
	// Closed: the callee closed it.
	Closed
	// Kept: the callee handed it over to something that outlives the call, or
	// nothing could be concluded.
	Kept
	// Returned: a result of the call holds it.
	Returned
)

func (e Effect) String() string {
	if e == 0 {
		return "never"
	}
	var s []string
	for i, name := range []string{"borrowed", "closed", "kept", "returned"} {
		if e&(1<<i) != 0 {
			s = append(s, name)
		}
	}
	return strings.Join(s, "|")
}

// ParamContract is what a function does to one parameter, or to the field of
// one that Path names.
type ParamContract struct {
	Param int
	Path  Path
	// OK and Fail are the effects when the call succeeds and when it fails.
	// A function without an error, bool or nilable result always succeeds.
	OK, Fail Effect
	// Result and ResultPath tell where a returned operand is.
	Result     int
	ResultPath Path
	// Also is a second place of it in the result (a session and the conn below
	// it), 0 for none.
	Also Path
	// Tended says that a goroutine which closes it has it, too, when it is
	// returned: a caller that drops the result leaves it to that one.
	Tended bool
	// Marred is the set of steps of ResultPath beside which an error may be set.
	Marred uint8
	// Spawned says that what keeps it is a goroutine that closes it: a caller that
	// returns the object goes on owning it, as if it had started the goroutine.
	Spawned bool
}

// ResultContract is a result that the caller has to close.
type ResultContract struct {
	Result int
	// Path is the field of the result that holds the resource; empty when
	// the result is the resource.
	Path Path
	// Kind is the netmodel.Kind of the resource.
	Kind uint8
	// OnFail says that the result is open even when the call fails.
	OnFail bool
	// FailOnly says that it is there only when the call fails.
	FailOnly bool
	// Dup says that the resource is not closed by any finalizer.
	Lasting bool
	// Watched says that a goroutine which closes it has it, too: a method of the
	// result that ends it may only tell that one.
	Watched bool
	// Marred is the set of steps of Path beside which an error may be set.
	Marred uint8
	// Cleaner is one more than the result that is a function which closes it, 0
	// for none.
	Cleaner int
	// Beside is the set of results that are not nil where this one is not.
	Beside uint32
}

// Contract is what callers need to know of a function. The zero Contract says:
// borrows all operands, owns no result.
type Contract struct {
	Params  []ParamContract
	Results []ResultContract
	// NonNil is the set of results that are never nil.
	NonNil uint32
	// Nil is the set of results that are always nil.
	Nil uint32
	// Fails says that each return tells of failure.
	Fails bool
	// Foreign is the set of results that some return takes from elsewhere: a
	// field, a map, a channel, a parameter. It is kept only for functions whose
	// first result is a network resource.
	Foreign uint32
	// NilBeside is the set of results that are nil when the error is not. It is
	// kept only for functions that do something with a resource.
	NilBeside uint32
	// Sure tells when a call cannot fail.
	Sure Sureness
	// True tells what a result that is true says of the errors that are given.
	True Predicate
	// Verdicts tell what results are by the errors that are given.
	Verdicts []Verdict
	// Unseen is the set of parameters that were not followed whole, for the
	// bound on their number: what is not listed of them is unknown.
	Unseen uint32
	// Drains is the set of parameters that are channels from which the end was
	// received when the call returns.
	Drains uint32
	// Made tells which fields of new objects are not nil.
	Made []Made
	// Ending tells how a call ends that never returns.
	Ending Ending
	// Unknown says that the function could not be decided.
	Unknown bool

	// bottom, during inference, says that no call is known to return yet.
	bottom bool
}

// IsZero reports whether the contract says no more than the default.
func (c *Contract) IsZero() bool {
	return len(c.Params) == 0 && len(c.Results) == 0 && c.NonNil == 0 && c.Nil == 0 && !c.Fails && c.Foreign == 0 && c.NilBeside == 0 && c.Sure == (Sureness{}) && c.True == (Predicate{}) && len(c.Verdicts) == 0 && c.Unseen == 0 && c.Drains == 0 && len(c.Made) == 0 && c.Ending == returns && !c.Unknown
}

// String states the contract as a phrase; it is what tests compare.
func (c *Contract) String() string {
	var s []string
	for _, p := range c.Params {
		t := fmt.Sprintf("%d%s %s", p.Param, p.Path, p.OK)
		if p.Fail != 0 && p.Fail != p.OK {
			t += ", on failure " + p.Fail.String()
		}
		if p.Spawned {
			t += " by a goroutine"
		}
		if (p.OK|p.Fail)&Returned != 0 {
			t += fmt.Sprintf(" in %d%s", p.Result, p.ResultPath)
			if p.Also != 0 {
				t += " and " + p.Also.String()
			}
			if p.Tended {
				t += ", tended"
			}
			t += besideString(p.Marred)
		}
		s = append(s, t)
	}
	for _, r := range c.Results {
		t := fmt.Sprintf("owns result %d%s", r.Result, r.Path)
		if r.OnFail {
			t += " even on failure"
		}
		if r.FailOnly {
			t += " alone"
		}
		if r.Watched {
			t += ", watched"
		}
		t += besideString(r.Marred)
		if r.Beside != 0 {
			t += fmt.Sprintf(" with %b", r.Beside)
		}
		if r.Cleaner > 0 {
			t += fmt.Sprintf(", closed by result %d", r.Cleaner-1)
		}
		s = append(s, t)
	}
	if c.NonNil != 0 {
		s = append(s, fmt.Sprintf("nonnil %b", c.NonNil))
	}
	if c.Nil != 0 {
		s = append(s, fmt.Sprintf("nil %b", c.Nil))
	}
	if c.Fails {
		s = append(s, "fails")
	}
	if c.Foreign != 0 {
		s = append(s, fmt.Sprintf("foreign %b", c.Foreign))
	}
	if c.NilBeside != 0 {
		s = append(s, fmt.Sprintf("nil beside an error %b", c.NilBeside))
	}
	if c.Sure != (Sureness{}) {
		s = append(s, c.Sure.String())
	}
	if c.True != (Predicate{}) {
		s = append(s, fmt.Sprintf("true: not nil %b, closed %b", c.True.NonNil, c.True.Closed))
	}
	for _, v := range c.Verdicts {
		s = append(s, v.String())
	}
	if c.Unseen != 0 {
		s = append(s, fmt.Sprintf("unseen %b", c.Unseen))
	}
	if c.Drains != 0 {
		s = append(s, fmt.Sprintf("drains %b", c.Drains))
	}
	for _, m := range c.Made {
		s = append(s, fmt.Sprintf("made %d with %b", m.Result, m.Fields))
	}
	if c.Ending != returns {
		s = append(s, c.Ending.String())
	}
	if c.Unknown {
		s = append(s, "undecided")
	}
	return strings.Join(s, "; ")
}

func besideString(marred uint8) string {
	if marred == 0 {
		return ""
	}
	return fmt.Sprintf(", beside an error %b", marred)
}

// silent reports whether the contract says nothing of a part of an operand
// because it lies deeper than fields are followed.
func (c *Contract) silent(i int, path Path) bool {
	if path.len() < 2 {
		return false
	}
	for _, p := range c.Params {
		if p.Param == i {
			if _, under := path.under(p.Path); under {
				return false
			}
		}
	}
	return true
}

// speaksOf reports whether anything is said of operand i, or of a part of it.
func (c *Contract) speaksOf(i int) bool {
	return c.bottom || slices.ContainsFunc(c.Params, func(p ParamContract) bool { return p.Param == i })
}

// param returns the effects on an operand or a field of one.
func (c *Contract) param(i int, path Path) ParamContract {
	if c.bottom {
		return ParamContract{Param: i, Path: path}
	}
	for _, p := range c.Params {
		if p.Param == i && p.Path == path {
			return p
		}
	}
	for up := path; up != 0 && up != anywhere; { // what is done to an object is done to what is in it
		up = up.parent()
		for _, p := range c.Params {
			if rest, ok := path.under(up); ok && p.Param == i && p.Path == up {
				p.ResultPath = p.ResultPath.join(rest)
				if p.Also != 0 {
					p.Also = p.Also.join(rest)
				}
				return p
			}
		}
	}
	if c.Unknown || path.deep() || c.Unseen>>i&1 == 1 {
		return ParamContract{Param: i, Path: path, OK: Kept, Fail: Kept}
	}
	return ParamContract{Param: i, Path: path, OK: Borrowed, Fail: Borrowed}
}
