// Package dataflow solves forward dataflow problems over a control-flow graph.
// It is a thin face over honnef.co/go/tools/analysis/dfa/dense, which is young:
// nothing else imports that package. It knows nothing of SSA or of networks.
package dataflow

import (
	"iter"
	"slices"

	"honnef.co/go/tools/analysis/dfa/dense"
)

// Graph is a control-flow graph whose nodes are small integers. Out must be
// deterministic.
type Graph interface {
	Nodes() iter.Seq[int]
	NumNodes() int
	Out(node int) iter.Seq[int]
}

// Set is a set of small integers, sorted, without duplicates. It is the lattice
// of may-analyses: the identity is the empty set (a node not reached), merge is
// union. A Set is never changed once it is made.
type Set []int32

// sets is the semilattice of [Set].
type sets struct{}

func (sets) Ident() Set           { return nil }
func (sets) Equals(a, b Set) bool { return slices.Equal(a, b) }
func (sets) Merge(a, b Set) Set   { return Union(a, b) }

// Union returns the union of two sets.
func Union(a, b Set) Set {
	if len(a) == 0 {
		return b
	}
	if len(b) == 0 {
		return a
	}
	out := make(Set, 0, len(a)+len(b))
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] < b[j]:
			out = append(out, a[i])
			i++
		case a[i] > b[j]:
			out = append(out, b[j])
			j++
		default:
			out = append(out, a[i])
			i++
			j++
		}
	}
	out = append(out, a[i:]...)
	return append(out, b[j:]...)
}

// Make returns the set of the given elements.
func Make(elems ...int32) Set {
	s := slices.Clone(elems)
	slices.Sort(s)
	return slices.Compact(s)
}

// Forward computes, for every node, the set that holds on entry: entry's at the
// entry node, and elsewhere the union over the incoming edges of transfer.
// transfer must be monotone and must not change its argument.
func Forward(g Graph, entry int, init Set, transfer func(from, to int, in Set) Set) func(node int) Set {
	a := dense.Forward[sets](g, map[int]Set{entry: init}, transfer)
	return a.In
}
