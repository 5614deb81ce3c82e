package netmodel

import "slices"

// topic is a table of rows. It is a function so that a process that never asks
// for a package of its group pays nothing for it.
type topic func() []Row

// The tables, in three groups that an import path tells apart.
var (
	stdTopics = []topic{
		stdNet, stdConns, stdPacketConns, stdTLS,
		stdIO, stdBufio, stdEncoding, stdCompress, stdPrint, stdCompute,
		stdHTTP, stdMail, stdRPC,
		stdOS, stdSyscall,
		stdErrors, stdControl, stdTesting,
	}
	xTopics          = []topic{xUnix, xNet, xIP, xSSH, xControl}
	thirdPartyTopics = []topic{
		quicRows, muxRows, pionRows,
		websocketRows, serverRows, proxyRows, clientRows, linkRows,
		errorRows, identityRows, logRows, poolRows,
	}
)

// Rows returns the built-in rows that Linux has, the same in every process.
func Rows() []Row {
	var rows []Row
	for _, t := range slices.Concat(stdTopics, xTopics, thirdPartyTopics) {
		rows = append(rows, t()...)
	}
	return rows
}

// -- what a row can say, in the words of the tables --

// borrow says that the function keeps and closes nothing.
func borrow() Spec { return Spec{} }

func acquire(result int, k Kind) Spec { return Spec{Acquires: []Acquire{{result, k}}} }

func release(operand int) Spec { return Spec{Releases: []int{operand}} }

// wrap says that result and operand are closed by closing either.
func wrap(operand, result int) Spec { return Spec{Wraps: []Wrap{{Operand: operand, Result: result}}} }

// uses says that result reads or writes operand and never closes it.
func uses(operand, result int) Spec {
	return Spec{Wraps: []Wrap{{Operand: operand, Result: result, Borrows: true}}}
}

func take(operand int, w When) Spec { return Spec{Takes: []Take{{operand, w}}} }

func wait(operand int, io IO) Spec { return waitCtx(operand, io, -1) }

func waitCtx(operand int, io IO, ctx int) Spec {
	return Spec{Peer: []Peer{{Operand: operand, IO: io, Context: ctx}}}
}

func bound(operand int, d Dir, time int) Spec {
	return Spec{Deadline: []Deadline{{Operand: operand, Dirs: d, Time: time}}}
}

// accept says that result is a connection taken from operand, for the caller
// to close.
func accept(operand, result int, k Kind) Spec {
	return Spec{Acquires: []Acquire{{result, k}}, Accept: &Accept{Operand: operand, Result: result}}
}

// acceptStream says that result is a stream that the peer of a session opened.
func acceptStream(operand, result int) Spec {
	return Spec{Acquires: []Acquire{{result, Stream}}, Accept: &Accept{operand, result, true}}
}

// waitBounded is a wait that the callee itself limits as a whole.
func waitBounded(operand int, io IO) Spec {
	return Spec{Peer: []Peer{{Operand: operand, IO: io, Context: -1, Bounded: true}}}
}

// dup says that result is another descriptor of the same socket.
func dup(result int, k Kind) Spec {
	return Spec{Acquires: []Acquire{{result, k}}, Dup: true}
}

// shared says that accepting takes no descriptor.
func shared() Spec { return Spec{Shared: true} }

func serve(operand int) Spec   { return Spec{Serves: &operand} }
func incoming(result int) Spec { return Spec{Incoming: &result} }
func backlog(operand int) Spec { return Spec{Backlog: &operand} }
func runs(operand int) Spec    { return Spec{Runs: &operand} }
func spawns(operand int) Spec  { return Spec{Spawns: &operand} }

// sure says that the error is always nil.
func sure() Spec { return Spec{Sure: true} }

// failsClosed says that only an operand that is closed makes the call fail.
func failsClosed(operand int) Spec { return Spec{FailsClosed: []int{operand}} }

// boundOpen is [bound] on a socket in the poller, which only Close takes out of it:
// internal/poll's setDeadlineImpl fails when the descriptor is closed (incref) or
// in no poller (ErrNoDeadline), and netFD.init puts each socket of package net into
// it before anybody is given the socket.
func boundOpen(operand int, d Dir, time int) Spec {
	return all(bound(operand, d, time), failsClosed(operand))
}

// checks says that the call fails only by the values of these operands.
func checks(operands ...int) Spec { return Spec{Checks: operands} }

// loads says that nothing is taken over when one of these files cannot be read.
func loads(operands ...int) Spec { return Spec{Loads: operands} }

func registers(operands ...int) Spec { return Spec{Registers: operands} }

func nonNil(result int) Spec { return Spec{NonNil: []int{result}} }

func nilOf(operand, result int) Spec {
	return Spec{NilOf: []Wrap{{Operand: operand, Result: result}}}
}

func trueMeansNonNil(operand int) Spec { return Spec{TrueMeansNonNil: &operand} }

func delay() Spec    { return Spec{Delays: true} }
func noReturn() Spec { return Spec{NoReturn: true} }
func exit() Spec     { return Spec{NoReturn: true, Exits: true} }

// all joins what several specs say of one function.
func all(specs ...Spec) Spec {
	var s Spec
	for _, t := range specs {
		s.Acquires = append(s.Acquires, t.Acquires...)
		s.Releases = append(s.Releases, t.Releases...)
		s.Wraps = append(s.Wraps, t.Wraps...)
		s.Takes = append(s.Takes, t.Takes...)
		s.Peer = append(s.Peer, t.Peer...)
		s.Deadline = append(s.Deadline, t.Deadline...)
		s.NonNil = append(s.NonNil, t.NonNil...)
		s.NilOf = append(s.NilOf, t.NilOf...)
		s.Registers = append(s.Registers, t.Registers...)
		s.FailsClosed = append(s.FailsClosed, t.FailsClosed...)
		s.Checks = append(s.Checks, t.Checks...)
		s.Loads = append(s.Loads, t.Loads...)
		s.Sure = s.Sure || t.Sure
		s.Accept = or(s.Accept, t.Accept)
		s.Serves = or(s.Serves, t.Serves)
		s.Incoming = or(s.Incoming, t.Incoming)
		s.Backlog = or(s.Backlog, t.Backlog)
		s.TrueMeansNonNil = or(s.TrueMeansNonNil, t.TrueMeansNonNil)
		s.Runs = or(s.Runs, t.Runs)
		s.Spawns = or(s.Spawns, t.Spawns)
		s.Dup = s.Dup || t.Dup
		s.Shared = s.Shared || t.Shared
		s.Delays = s.Delays || t.Delays
		s.NoReturn = s.NoReturn || t.NoReturn
		s.Exits = s.Exits || t.Exits
	}
	return s
}

func or[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}
