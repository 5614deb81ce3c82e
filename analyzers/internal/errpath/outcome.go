package errpath

import "golang.org/x/tools/go/ssa"

// Error is an error of Accept that is played through the code after it.
type Error uint8

const (
	// EMFILE: the process or the system is out of descriptors. The listener
	// is sound, the same call succeeds as soon as a connection is closed, and
	// until then fails at once.
	EMFILE Error = iota
	// Closed: the listener was closed; every later call fails at once.
	Closed
	// Ended: a session or a listener of sessions is over, by either side;
	// every later call fails at once. What error says so is the library's
	// choice.
	Ended
	// Own: a wrapper's Accept has returned the error of one connection. It is not
	// temporary, and none of those by which anybody says that a listener is over.
	Own
	numErrors
)

// untyped reports whether nothing is known of the error's type and text.
func (e Error) untyped() bool { return e == Ended || e == Own }

// text is what the error prints, as package net has it.
func (e Error) text() string {
	switch e {
	case EMFILE:
		return "accept tcp [::]:8089: accept4: too many open files"
	case Closed:
		return "accept tcp [::]:8089: use of closed network connection"
	}
	return ""
}

// Outcome is one thing that may become of an error.
type Outcome uint8

const (
	// Retry: back to Accept at once.
	Retry Outcome = iota
	// DelayedRetry: back to Accept after a delay.
	DelayedRetry
	// Exit: the process ends.
	Exit
	// Silent: the function returns and nobody is told of the error, whatever
	// the rest of the program's state is.
	Silent
	// Returned: the function returns the error, or has handed it on.
	Returned
	// Leaves: the function returns, in whatever way; also when only a flag or a
	// context makes it.
	Leaves
	// Decides: a test after the error, or one at the head of the loop that asks the
	// session itself, decides whether the function goes on.
	Decides
	// NilUsed: the connection that was not accepted is used.
	NilUsed
	// Told: the function has handed the error on, or tells of its end, in some
	// other way than by what it returns.
	Told
	// GivesUp: the code asks for EMFILE or ENFILE, and leaves.
	GivesUp
	numOutcomes
)

// Outcomes are the outcomes that are feasible, each with an instruction that
// shows it.
type Outcomes struct{ at [numOutcomes]ssa.Instruction }

// Has reports whether the outcome is feasible.
func (s Outcomes) Has(o Outcome) bool { return s.at[o] != nil }

// At returns the instruction that shows the outcome, or nil.
func (s Outcomes) At(o Outcome) ssa.Instruction { return s.at[o] }

func (s Outcomes) empty() bool { return s == Outcomes{} }

func (s *Outcomes) add(o Outcome, at ssa.Instruction) {
	if s.at[o] == nil {
		s.at[o] = at
	}
}

func (s Outcomes) union(t Outcomes) Outcomes {
	for o, at := range t.at {
		if at != nil {
			s.add(Outcome(o), at)
		}
	}
	return s
}

// either joins the arms of a branch on something other than the error: a flag, a
// context, a setting. Each outcome is feasible, but the function is silent about
// the error only if both arms are: else the silent one is the orderly end.
func (s Outcomes) either(t Outcomes) Outcomes {
	if s.empty() || t.empty() {
		return s.union(t) // an arm that never gets out has nothing to say
	}
	u := s.union(t)
	if !s.Has(Silent) || !t.Has(Silent) {
		u.at[Silent] = nil
	}
	return u
}

// unsure joins the arms of a branch on the error that could not be decided: only
// what both do is certain.
func (s Outcomes) unsure(t Outcomes) Outcomes {
	if s.empty() || t.empty() {
		return s.union(t)
	}
	for o := range s.at {
		if t.at[o] == nil {
			s.at[o] = nil
		}
	}
	if s.empty() {
		s.add(Leaves, t.anyInstr()) // something happens, nobody knows what
	}
	return s
}

func (s Outcomes) anyInstr() ssa.Instruction {
	for _, at := range s.at {
		if at != nil {
			return at
		}
	}
	return nil
}
