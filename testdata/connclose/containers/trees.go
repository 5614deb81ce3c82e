package containers

import "net"

// node is one of a tree of servers.
type node struct {
	end  bool
	ln   net.Listener
	next map[string]*node
}

// ends collects the listeners of the leaves.
func ends(n *node) []net.Listener {
	list := make([]net.Listener, 0)
	if n.end || len(n.next) == 0 {
		list = append(list, n.ln)
	}
	for _, m := range n.next {
		list = append(list, ends(m)...)
	}
	return list
}

type servers struct{ all []net.Listener }

// goodLeaves: a slice without elements is no failure of ends.
func goodLeaves(addr string) (*servers, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	root := &node{ln: ln, next: map[string]*node{}}
	all := ends(root)
	return &servers{all}, nil
}

// badBeforeLeaves: it fails before that.
func badBeforeLeaves(addr string, ready func() error) (*servers, error) {
	ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is not closed"
	if err != nil {
		return nil, err
	}
	root := &node{ln: ln, next: map[string]*node{}}
	if err := ready(); err != nil {
		return nil, err
	}
	all := ends(root)
	return &servers{all}, nil
}

// hub has others below it.
type hub struct {
	ln   net.Listener
	kids map[string]*hub
}

// kid gives the listener to somebody unless the kid is there already.
func (h *hub) kid(name string, serve func(net.Listener)) *hub {
	if k, ok := h.kids[name]; ok {
		return k
	}
	serve(h.ln)
	k := &hub{kids: map[string]*hub{}}
	h.kids[name] = k
	return k
}

// goodKid: what was found is not nil, so that kid does not fail.
func goodKid(addr string, serve func(net.Listener)) (*hub, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	h := &hub{ln: ln, kids: map[string]*hub{}}
	return h.kid("first", serve), nil
}

// badKidNotAsked: it is dropped before.
func badKidNotAsked(addr string, serve func(net.Listener), ready func() error) (*hub, error) {
	ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is not closed when ready fails"
	if err != nil {
		return nil, err
	}
	h := &hub{ln: ln, kids: map[string]*hub{}}
	if err := ready(); err != nil {
		return nil, err
	}
	return h.kid("first", serve), nil
}
