// Package oracle holds connclose to what programs do.
//
// It writes small random programs ([Generate]) over package net: branches,
// loops, defers, literals, named results, flags, wrappers, helpers in the same
// and in another package, goroutines, selects, type assertions, slices and maps
// of connections. An interpreter of the syntax tree, which shares nothing with
// the engine, runs each function over every combination of what the world may
// answer: a dial that fails or not, a deadline that cannot be set, a condition
// that nobody knows, the arm of a select. At the end of each run it knows what
// stays open, and where. [Loaded.Compare] then demands of connclose, path for
// path:
//
//   - each run that leaves something open is reported: at the call that acquired
//     it, with the return (or the loop, or the assignment) that leaves it open;
//   - each place that is reported is shown by some run, if need be one that goes
//     round in a loop once more.
//
// # What a run is
//
// A function is run by itself, with any arguments, so what it is given is
// followed too. For the engine each is a value, which anybody may call. What it acquires is its own to close until it returns it: then
// it is the caller's, and the call is where it was acquired. Storing it in
// something that outlives the function, sending it, or giving it to env.Keep
// hands it over. Function literals are run where they are called, and once more
// by themselves with any variables, as the engine looks at them, too. What a
// literal acquires for a variable around it is the concern of the function that
// made the literal. The function of a go statement runs at once: programs do not
// let its starter see what it assigns. A loop goes round at most as often as the
// comparison is told; longer runs are left out, except that what they lose in the
// loop is seen. Of a
// loop with a constant bound the first round is certain and nobody counts the
// others. A method of a nil connection or pointer does nothing, and a field of a
// nil pointer ends the process; a result beside an error that is set may be
// anything. What holds a connection has one type: the network's, or what the first
// assertion or type switch was told; only a weak world answers anew each time.
//
// # What is undecided by design
//
// Where a run leaks and nothing is said, or where something is said that only a
// less regular world would show, the comparison looks for one of the reasons
// that the engine documents, listed as the constants of type excuse, and counts
// it apart. Everything else is a [Disagreement] and fails the test. A report
// is excused by coarseContract and weakWorld only; functions with too many paths
// are left out.
//
// # How to use it
//
//	go test ./analyzers/internal/oracle                              a fixed set of programs
//	go test ./analyzers/internal/oracle -run Oracle -programs 100000 -seed 7
//	go test ./analyzers/internal/oracle -run '^$' -fuzz Oracle -fuzztime 30s -fuzzminimizetime 0x
//	go test ./analyzers/internal/oracle -run Program -program FILE -v
//	go test ./analyzers/internal/oracle -v -excused 'weak world'     what is excused
//
// A disagreement is printed as the smallest program that shows it ([Shrink]).
// Made readable, it becomes a claim in testdata/connclose/oracle.
package oracle
