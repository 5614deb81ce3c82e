// Package clientgrowth defines an analyzer that reports registries of
// connections that only grow.
//
// # Analyzer clientgrowth
//
// clientgrowth: report collections that keep every connection for ever
//
// A server that keeps its clients in a map or a slice has to take each one out
// when its connection ends. If it does not, the collection grows with every
// connect, what it holds is never freed, and a broadcast to all clients takes
// longer and longer. For example:
//
//	for {
//		conn, err := ln.Accept()
//		...
//		c := &client{conn: conn}
//		s.clients = append(s.clients, c)
//		go c.serve()
//	}
//
// Remove the entry in the connection's own goroutine, on every way out:
//
//	s.add(c)
//	go func() {
//		defer s.remove(c)
//		c.serve()
//	}()
//
// The analyzer looks at slices, maps, sync.Map, container/list and objects of
// other packages that keep what they are given, in struct fields, package
// variables and variables around the accept loop. It reports, at the statement
// that inserts,
//
//   - a collection from which nothing is removed, or only when the server shuts
//     down;
//   - one whose remover is never called when a connection ends, or waits for a
//     channel on which nothing is sent;
//   - one from which some ways out do not remove: where a call failed, a wait timed
//     out, or what the client sent was refused;
//   - a removal with a key that cannot be the one of the insertion: a field that
//     was set to nil before, a variable that was assigned anew, another format;
//   - a removal at the end of a goroutine that does not end: its reader has failed
//     and it waits on, or it reads again after every error;
//   - a subscription for a connection whose cancel function is dropped;
//   - a listener of another package that keeps what it accepts until it is told to
//     remove it, which nobody does.
//
// A connection is also an upgraded HTTP request, the channel of a handler that
// streams until its client goes away, the stream of an RPC, and what is kept under
// a connection's address and port.
//
// A removal in a deferred call, another method, another goroutine, a callback or
// a method that is called through an interface counts, and so do filters, swaps
// and resets. An exported function that finds out itself what to remove may be called
// by whoever imports the package. Collections whose length is tested before the insertion are
// bounded and not reported, nor are slots with a constant key or with the number of a
// descriptor, which comes again, nor queues of another package that somebody else can
// empty. Exported fields
// and variables of packages that others import may be cleaned up elsewhere and
// are not reported, nor is a collection that is passed to code the analyzer does
// not see.
package clientgrowth
