// Package netmodel states what the functions that servers call do to a
// connection: which result must be closed, which operand is closed, wrapped,
// kept or only borrowed, and which calls wait for the peer. It knows nothing of
// control flow: that is own's business. A function without a row is unknown,
// and unknown is never a report.
//
// # The rows
//
// One [Row] states one function or method, by its name as go/types prints it.
// Operands are numbered as in ssa: for a method the receiver is operand 0 and
// the first parameter operand 1; for a function the first parameter is operand
// 0. A variadic parameter is one operand. Results are numbered from 0.
//
// A row is a promise about the callee, of the version in testdata/go.mod. Take
// it from the source of the callee, not from its documentation, and look at
// every return: most of the leaks that this project finds are a constructor
// that closes its operand on some failures only. When one failure leaves the
// operand as it was, the row is onSuccess. When the source leaves a doubt, leave
// the row out.
//
// # A new row in ten minutes
//
//  1. Put one line into the table of its topic: std_*.go, x_*.go, third_*.go.
//     rows.go has the words: acquire, wrap, take, wait and so on; a comment of
//     one line says what the signature does not (who closes it, and when).
//  2. A new module: cd testdata && go get path@version.
//  3. go test ./analyzers/internal/netmodel -update writes
//     testdata/netmodel anew: a package that calls every row's function, with
//     the row as a phrase above each call. Read the new ones.
//  4. go test ./analyzers/internal/netmodel names a key that resolves to
//     nothing, an operand that does not fit, a kind that nothing can close, a
//     callback that the row forgot, and a row without a call.
//  5. Add a function to testdata/connclose that goes wrong without the row.
//
// # Rows of a user
//
// The same rows come from a JSON file, without a rebuild: sockvet -netmodel=file.
// They win over the built-in ones. [Load] is strict, and every word is checked:
//
//	[
//	  {"func": "(*example.com/pool.Pool).Get", "acquires": [{"result": 0, "kind": "conn"}]},
//	  {"func": "(*example.com/pool.Pool).Put", "takes": [{"operand": 1, "when": "always"}]},
//	  {
//	    "func": "example.com/secure.NewServer",
//	    "wraps": [{"operand": 0, "result": 0}],
//	    "takes": [{"operand": 0, "when": "onFailure"}],
//	    "peer": [{"operand": 0, "io": "handshake"}]
//	  }
//	]
//
// The fields are those of [Spec], with these words: kind is conn, listener,
// packetConn, fd, file, session or stream; when is always, onSuccess or
// onFailure; io is read, write or handshake; dirs is read, write or both.
// A field that takes an operand of none is left out: the context of a peer, the
// time of a deadline, serves, incoming, backlog, runs, spawns. A row with nothing but
// "func" says that the function only borrows.
package netmodel
