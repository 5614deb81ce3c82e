package backlog

import (
	"fmt"
	"go/constant"
	"go/token"
	"math"
	"slices"
	"strings"
)

// Range is the set of values that a flow passes on unchanged: those from Lo to
// Hi but for the ones in Not. What is outside is replaced on the way, as by
// "if n <= 0 { n = 128 }".
type Range struct {
	Lo, Hi int64
	Not    []int64
}

func whole() Range { return Range{Lo: math.MinInt64, Hi: math.MaxInt64} }

// Contains reports whether v arrives unchanged.
func (r Range) Contains(v int64) bool {
	return r.Lo <= v && v <= r.Hi && !slices.Contains(r.Not, v)
}

func (r Range) empty() bool { return r.Lo > r.Hi }

// covers reports whether every value of s is in r.
func (r Range) covers(s Range) bool {
	if s.empty() {
		return true
	}
	if s.Lo < r.Lo || s.Hi > r.Hi {
		return false
	}
	for _, v := range r.Not {
		if s.Contains(v) {
			return false
		}
	}
	return true
}

// and returns the values that are in both.
func (r Range) and(s Range) Range {
	out := Range{Lo: max(r.Lo, s.Lo), Hi: min(r.Hi, s.Hi), Not: slices.Concat(r.Not, s.Not)}
	slices.Sort(out.Not)
	out.Not = slices.Compact(out.Not)
	return out
}

// where returns the values of r for which "value op c" holds.
func (r Range) where(op token.Token, c int64) Range {
	s := whole()
	switch op {
	case token.EQL:
		s.Lo, s.Hi = c, c
	case token.NEQ:
		s.Not = []int64{c}
	case token.LSS:
		s.Hi = saturate(c, -1)
	case token.LEQ:
		s.Hi = c
	case token.GTR:
		s.Lo = saturate(c, 1)
	case token.GEQ:
		s.Lo = c
	}
	return r.and(s)
}

func saturate(c, d int64) int64 {
	if d < 0 && c == math.MinInt64 || d > 0 && c == math.MaxInt64 {
		return c
	}
	return c + d
}

// negate is the comparison that holds when op does not.
func negate(op token.Token) token.Token {
	switch op {
	case token.EQL:
		return token.NEQ
	case token.NEQ:
		return token.EQL
	case token.LSS:
		return token.GEQ
	case token.LEQ:
		return token.GTR
	case token.GTR:
		return token.LEQ
	case token.GEQ:
		return token.LSS
	}
	return token.ILLEGAL
}

// mirror is the comparison with its sides exchanged.
func mirror(op token.Token) token.Token {
	switch op {
	case token.LSS:
		return token.GTR
	case token.LEQ:
		return token.GEQ
	case token.GTR:
		return token.LSS
	case token.GEQ:
		return token.LEQ
	}
	return op
}

func (r Range) String() string {
	var parts []string
	if r.Lo != math.MinInt64 {
		parts = append(parts, fmt.Sprintf("from %d", r.Lo))
	}
	if r.Hi != math.MaxInt64 {
		parts = append(parts, fmt.Sprintf("to %d", r.Hi))
	}
	for _, v := range r.Not {
		parts = append(parts, fmt.Sprintf("not %d", v))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// Flow is one way from a function's operand to listen(2).
type Flow struct {
	// Operand is numbered as in the model: a method's receiver is 0.
	Operand int
	// Field is the index of the field of the struct that the operand is or
	// points to, or -1 when the operand itself is the backlog.
	Field int
	Range Range
}

// FuncFact says which operands of a function end in listen(2).
type FuncFact struct{ Flows []Flow }

// AFact marks FuncFact as a fact.
func (*FuncFact) AFact() {}

func (f *FuncFact) String() string {
	parts := make([]string, len(f.Flows))
	for i, w := range f.Flows {
		parts[i] = fmt.Sprintf("operand %d", w.Operand)
		if w.Field >= 0 {
			parts[i] = fmt.Sprintf("field %d of operand %d", w.Field, w.Operand)
		}
		parts[i] += w.Range.String()
	}
	return "listens with " + strings.Join(parts, ", ")
}

// FieldFact says that a struct field ends in listen(2).
type FieldFact struct{ Range Range }

// AFact marks FieldFact as a fact.
func (*FieldFact) AFact() {}

func (f *FieldFact) String() string { return "is a listen backlog" + f.Range.String() }

// intOf returns the value of an integer constant that fits.
func intOf(v constant.Value) (int64, bool) {
	if v == nil || v.Kind() != constant.Int {
		return 0, false
	}
	return constant.Int64Val(v)
}

// hull is the smallest range that holds both.
func hull(r, s Range) Range {
	out := Range{Lo: min(r.Lo, s.Lo), Hi: max(r.Hi, s.Hi)}
	for _, v := range r.Not {
		if !s.Contains(v) {
			out.Not = append(out.Not, v)
		}
	}
	for _, v := range s.Not {
		if !r.Contains(v) && !slices.Contains(out.Not, v) {
			out.Not = append(out.Not, v)
		}
	}
	slices.Sort(out.Not)
	return out
}
