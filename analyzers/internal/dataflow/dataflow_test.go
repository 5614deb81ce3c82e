package dataflow

import (
	"iter"
	"slices"
	"testing"
)

// subsets returns all sets over {0,1,2}.
func subsets() []Set {
	var out []Set
	for m := range 8 {
		var s Set
		for e := range int32(3) {
			if m>>e&1 == 1 {
				s = append(s, e)
			}
		}
		out = append(out, s)
	}
	return out
}

func TestLatticeLaws(t *testing.T) {
	var l sets
	all := subsets()
	for _, x := range all {
		if !l.Equals(l.Merge(x, x), x) {
			t.Errorf("idempotency: %v", x)
		}
		if !l.Equals(l.Merge(x, l.Ident()), x) || !l.Equals(l.Merge(l.Ident(), x), x) {
			t.Errorf("identity: %v", x)
		}
		for _, y := range all {
			if !l.Equals(l.Merge(x, y), l.Merge(y, x)) {
				t.Errorf("commutativity: %v %v", x, y)
			}
			for _, z := range all {
				if !l.Equals(l.Merge(x, l.Merge(y, z)), l.Merge(l.Merge(x, y), z)) {
					t.Errorf("associativity: %v %v %v", x, y, z)
				}
			}
		}
	}
}

func TestUnionKeepsArguments(t *testing.T) {
	a, b := Make(3, 1), Make(2, 3)
	if got := Union(a, b); !slices.Equal(got, Set{1, 2, 3}) {
		t.Errorf("Union = %v", got)
	}
	if !slices.Equal(a, Set{1, 3}) || !slices.Equal(b, Set{2, 3}) {
		t.Errorf("arguments changed: %v %v", a, b)
	}
}

type adjacency [][]int

func (g adjacency) Nodes() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range g {
			if !yield(i) {
				return
			}
		}
	}
}
func (g adjacency) NumNodes() int           { return len(g) }
func (g adjacency) Out(n int) iter.Seq[int] { return slices.Values(g[n]) }

// TestReachingNodes labels each edge with its source and asks which sources
// reach a node, over a graph with nested loops and an unreachable node.
func TestReachingNodes(t *testing.T) {
	g := adjacency{{1}, {2, 5}, {3}, {2, 4}, {1}, {}, {5}}
	in := Forward(g, 0, Make(100), func(from, _ int, in Set) Set {
		if len(in) == 0 {
			return nil
		}
		return Union(in, Make(int32(from)))
	})
	want := []Set{{100}, {0, 1, 2, 3, 4, 100}, {0, 1, 2, 3, 4, 100}, {0, 1, 2, 3, 4, 100}, {0, 1, 2, 3, 4, 100}, {0, 1, 2, 3, 4, 100}, nil}
	for n, w := range want {
		if !slices.Equal(in(n), w) {
			t.Errorf("in(%d) = %v, want %v", n, in(n), w)
		}
	}
}

// TestFlowOrder makes a chain of n diamonds whose back edges would make a
// depth-first work list visit nodes exponentially often.
func TestFlowOrder(t *testing.T) {
	const n = 200
	g := make(adjacency, 3*n+1)
	for i := range n {
		g[3*i] = []int{3*i + 1, 3*i + 2}
		g[3*i+1] = []int{3*i + 3}
		g[3*i+2] = []int{3*i + 3}
	}
	g[3*n] = []int{0}
	steps := 0
	Forward(g, 0, Make(1), func(_, to int, in Set) Set {
		steps++
		return Union(in, Make(int32(to%7)))
	})
	if limit := 20 * len(g); steps > limit {
		t.Errorf("%d transfers for %d nodes", steps, len(g))
	}
}
