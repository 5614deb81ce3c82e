package backlog

import (
	"bytes"
	"encoding/gob"
	"go/token"
	"testing"
)

var comparisons = []token.Token{token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ}

func holds(v int64, op token.Token, c int64) bool {
	switch op {
	case token.EQL:
		return v == c
	case token.NEQ:
		return v != c
	case token.LSS:
		return v < c
	case token.LEQ:
		return v <= c
	case token.GTR:
		return v > c
	}
	return v >= c
}

// TestRangeAgainstMembership compares every operation with what it means for
// single values.
func TestRangeAgainstMembership(t *testing.T) {
	var ranges []Range
	for _, op := range comparisons {
		for c := int64(-1); c <= 2; c++ {
			r := whole().where(op, c)
			ranges = append(ranges, r)
			for v := int64(-3); v <= 4; v++ {
				if r.Contains(v) != holds(v, op, c) {
					t.Errorf("%d in where(%v %d) is %t", v, op, c, r.Contains(v))
				}
				if holds(v, op, c) == holds(v, negate(op), c) {
					t.Errorf("negate(%v) does not negate", op)
				}
				if holds(v, op, c) != holds(c, mirror(op), v) {
					t.Errorf("mirror(%v) does not mirror", op)
				}
			}
		}
	}
	for _, r := range ranges {
		for _, s := range ranges {
			checkPair(t, r, s)
		}
	}
}

func checkPair(t *testing.T, r, s Range) {
	t.Helper()
	covered := true
	for v := int64(-3); v <= 4; v++ {
		if got, want := r.and(s).Contains(v), r.Contains(v) && s.Contains(v); got != want {
			t.Errorf("%d in (%v) and (%v): %t", v, r, s, got)
		}
		if (r.Contains(v) || s.Contains(v)) && !hull(r, s).Contains(v) {
			t.Errorf("%d is not in the hull of (%v) and (%v)", v, r, s)
		}
		covered = covered && (!s.Contains(v) || r.Contains(v))
	}
	if r.covers(s) && !covered {
		t.Errorf("(%v) does not cover (%v)", r, s)
	}
}

// TestFactCodec: facts are small, come back as they were, and always make the
// same bytes.
func TestFactCodec(t *testing.T) {
	in := FuncFact{Flows: []Flow{{Operand: 1, Field: -1, Range: whole().where(token.NEQ, 0)}, {Operand: 0, Field: 3, Range: whole()}}}
	var first []byte
	for range 10 {
		var buf bytes.Buffer
		if err := gob.NewEncoder(&buf).Encode(in); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = buf.Bytes()
		} else if !bytes.Equal(first, buf.Bytes()) {
			t.Fatal("encoding differs between runs")
		}
	}
	if len(first) > 300 {
		t.Errorf("fact of %d bytes", len(first))
	}
	var out FuncFact
	if err := gob.NewDecoder(bytes.NewReader(first)).Decode(&out); err != nil {
		t.Fatal(err)
	}
	if out.String() != in.String() {
		t.Errorf("round trip: %s became %s", &in, &out)
	}
}
