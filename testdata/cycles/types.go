package cycles

import (
	"net"
	"sync"
)

// Tree is a type of which the elements are of the type itself.
type Tree []Tree

// grid leads back to itself through an array.
type grid [][2]grid

// forest has a tree for the address of each client.
type forest struct {
	mu    sync.Mutex
	trees map[string]Tree
	last  Tree
}

func (f *forest) put(key string, t Tree) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.trees[key] = t
	f.last = append(f.last[:0], t)
}

func (f *forest) drop(key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.trees, key)
}

func (f *forest) serve(conn net.Conn) {
	defer conn.Close()
	key := conn.RemoteAddr().String()
	f.put(key, treeOf(conn))
	defer f.drop(key)
	buf := make([]byte, 512)
	for {
		if _, err := conn.Read(buf); err != nil {
			return
		}
	}
}

func (f *forest) accept(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go f.serve(conn)
	}
}

var byID = map[int]Tree{}

func treeOf(net.Conn) Tree         { return nil }
func gridsOf(net.Conn) (a, b grid) { return nil, nil }
func use(...any)                   {}

func acceptTrees(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			t := treeOf(conn)
			a, b := gridsOf(conn)
			for _, sub := range t {
				use(sub)
			}
			use(t, a, b, byID[0])
		}()
	}
}

// handTrees gives a goroutine what is no connection.
func handTrees(ln net.Listener, out chan Tree) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		out <- treeOf(conn)
		go func(t Tree, g grid) { use(t, g) }(treeOf(conn), nil)
		conn.Close()
	}
}
