package netmodel

// op names an operand or result where a row needs "none" to differ from 0.
func op(i int) *int { return &i }

func acquires(result int, k Kind) []Acquire { return []Acquire{{result, k}} }

func wraps(operand, result int) []Wrap { return []Wrap{{Operand: operand, Result: result}} }

func takes(operand int, when When) []Take { return []Take{{operand, when}} }

func peer(operand int, io IO) []Peer { return []Peer{{Operand: operand, IO: io, Context: -1}} }

// std are the rows of the standard library. Facts are never relied on for it:
// some drivers do not analyze it.
var std = []Row{
	{"net.Dial", Spec{Acquires: acquires(0, Conn)}},
	{"net.Listen", Spec{Acquires: acquires(0, Listener)}},
	{"(net.Listener).Accept", Spec{Acquires: acquires(0, Conn), Accept: &Accept{0, 0}}},
	{"(net.Conn).Close", Spec{Releases: []int{0}}},
	{"crypto/tls.Server", Spec{Wraps: wraps(0, 0)}},
	{"(*crypto/tls.Conn).Handshake", Spec{Peer: peer(0, Handshake)}},
	{"errors.New", Spec{NonNil: []int{0}}},
}
