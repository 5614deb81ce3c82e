package dataflow

import (
	"container/heap"
	"slices"
)

// Reached is a node that a [Spread] came to, with the elements that hold on
// entry.
type Reached struct {
	Node int
	In   Set
}

// Spread solves the problem of [Forward] when the transfer function works on
// one element at a time, as it does where elements are states. Only what is new
// at a node is looked at, and only nodes that are reached cost anything: a walk
// of a part of a large graph takes the time of that part. That is what the
// dense solver, which visits every node at least once, cannot do.
//
// starts are the nodes and elements to begin with. order gives each node its
// place in the order of work; any order gives the same sets, a reverse postorder
// of the graph the fewest returns to a node. step calls add for each element
// that follows from elem at node. When it returns false, or a node gets more
// than limit elements, Spread gives up and ok is false. The nodes are returned in
// increasing order.
func Spread(starts []Reached, order []int32, limit int, step func(node int, elem int32, add func(to int, elem int32)) bool) (reached []Reached, ok bool) {
	s := &spread{order: order, at: map[int]*spreadNode{}}
	for _, st := range starts {
		for _, elem := range st.In {
			s.add(st.Node, elem)
		}
	}
	for len(s.queue) > 0 {
		n := heap.Pop(s).(*spreadNode)
		if len(n.in) > limit {
			return nil, false
		}
		pending := n.pending
		n.pending, n.queued = nil, false
		slices.Sort(pending)
		for _, elem := range pending {
			if !step(n.id, elem, s.add) {
				return nil, false
			}
		}
	}
	for _, n := range s.at {
		reached = append(reached, Reached{n.id, n.in})
	}
	slices.SortFunc(reached, func(a, b Reached) int { return a.Node - b.Node })
	return reached, true
}

type spreadNode struct {
	id      int
	in      Set
	pending Set // elements of in that have not been followed
	queued  bool
}

// spread is a heap of the nodes with pending elements.
type spread struct {
	order []int32
	at    map[int]*spreadNode
	queue []*spreadNode
}

func (s *spread) add(to int, elem int32) {
	n := s.at[to]
	if n == nil {
		n = &spreadNode{id: to}
		s.at[to] = n
	}
	i, found := slices.BinarySearch(n.in, elem)
	if found {
		return
	}
	n.in = slices.Insert(n.in, i, elem)
	n.pending = append(n.pending, elem)
	if !n.queued {
		n.queued = true
		heap.Push(s, n)
	}
}

func (s *spread) Len() int           { return len(s.queue) }
func (s *spread) Less(i, j int) bool { return s.order[s.queue[i].id] < s.order[s.queue[j].id] }
func (s *spread) Swap(i, j int)      { s.queue[i], s.queue[j] = s.queue[j], s.queue[i] }
func (s *spread) Push(x any)         { s.queue = append(s.queue, x.(*spreadNode)) }
func (s *spread) Pop() any {
	n := s.queue[len(s.queue)-1]
	s.queue = s.queue[:len(s.queue)-1]
	return n
}
