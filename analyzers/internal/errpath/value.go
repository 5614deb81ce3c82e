package errpath

import (
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// -- lattice: what is known of a value on one path --

// value is flat: anything but unknown is exact.
type value uint8

const (
	unknown value = iota
	isErr         // the error that is played, or one in its chain
	isText        // its text
	isConn        // the connection that is nil since Accept failed
	isNil         // nil
	nonNil        // some other non-nil value
	isTrue
	isFalse
)

func truth(b bool) value {
	if b {
		return isTrue
	}
	return isFalse
}

func (v value) not() value {
	switch v {
	case isTrue:
		return isFalse
	case isFalse:
		return isTrue
	}
	return v
}

// state is what a path has done so far.
type state struct {
	// env holds phis, cells (*ssa.Alloc, *ssa.FreeVar, *ssa.Global) and objects
	// that carry the error or the connection.
	env     map[ssa.Value]value
	delayed bool // a delay was met
	told    bool // the error was handed on
	emfile  bool // a test for EMFILE or ENFILE held
	// last is where the path is in the source, and left where it was in the first
	// block from which nothing leads back to Accept.
	last, left ssa.Instruction
}

func (s state) with(v ssa.Value, is value) state {
	if s.env[v] == is {
		return s
	}
	s.env = maps.Clone(s.env)
	if s.env == nil {
		s.env = make(map[ssa.Value]value)
	}
	if is == unknown {
		delete(s.env, v)
	} else {
		s.env[v] = is
	}
	return s
}

// key tells states apart that can have different outcomes.
func (s state) key() string {
	names := make([]string, 0, len(s.env)+1)
	for v, is := range s.env {
		names = append(names, v.Name()+string('0'+rune(is)))
	}
	slices.Sort(names)
	flags := ""
	for _, f := range []bool{s.delayed, s.told, s.emfile} {
		flags += string(rune('0' + truth(f)))
	}
	return flags + strings.Join(names, ",")
}

// -- names of types and functions --

func named(t types.Type) (path, name string) {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return "", ""
	}
	return n.Obj().Pkg().Path(), n.Obj().Name()
}
