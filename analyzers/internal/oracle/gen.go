package oracle

import (
	"fmt"
	"math/rand"
	"strings"
)

// Source gives the generator its decisions.
type Source interface {
	// Intn returns a number in [0, n).
	Intn(n int) int
}

// Bytes is a Source that reads a string of bytes, as a fuzzer gives it. After its
// end decisions are random, from the same seed each time: what is always decided
// in the same way comes to no end.
type Bytes struct {
	Data []byte
	rest *rand.Rand
}

// Intn returns a number in [0, n).
func (b *Bytes) Intn(n int) int {
	if len(b.Data) == 0 {
		if b.rest == nil {
			b.rest = rand.New(rand.NewSource(1))
		}
		return b.rest.Intn(n)
	}
	x := int(b.Data[0])
	b.Data = b.Data[1:]
	return x % n
}

// kind is a type that generated variables have.
type kind uint8

const (
	kConn kind = iota
	kTCP
	kTLS
	kListener
	kErr
	kBool
	kBox
	kLibBox
	kWrapped
	kConns
	kFunc   // func() error
	kServer // *server, a parameter
	kPair
	kCloser
	kMap
	kDial // func() (net.Conn, error)
)

// typeName is the kind's type, as written in main or lib.
func (k kind) typeName(lib bool) string {
	if lib && k == kBox {
		return "*Box"
	}
	return [...]string{"net.Conn", "*net.TCPConn", "*tls.Conn", "net.Listener", "error", "bool", "*box", "*lib.Box", "*wrapped", "[]net.Conn", "func() error", "*server", "*pair", "io.Closer", "map[string]net.Conn", "func() (net.Conn, error)"}[k]
}

func (k kind) prefix() string {
	return [...]string{"c", "t", "s", "l", "err", "ok", "b", "lb", "w", "cs", "f", "srv", "p", "cl", "m", "d"}[k]
}

// closable kinds have a Close method.
func (k kind) closable() bool {
	switch k {
	case kConn, kTCP, kTLS, kListener, kBox, kLibBox, kWrapped, kPair, kCloser:
		return true
	}
	return false
}

// isConn kinds can be passed as a net.Conn.
func (k kind) isConn() bool { return k == kConn || k == kTCP || k == kTLS || k == kWrapped }

type variable struct {
	name  string
	k     kind
	block int  // the block that declares it
	owned bool // this function acquired what it holds
	// anyNet says that it is a socket of a network that is not known.
	anyNet bool
}

// signature is the type of a helper.
type signature struct {
	params, results []kind
}

// signatures of helpers. What a caller tells success by comes last.
var signatures = []signature{
	{[]kind{kConn}, []kind{kErr}},
	{[]kind{kConn}, nil},
	{[]kind{kConn}, []kind{kBool}},
	{nil, []kind{kConn, kErr}},
	{[]kind{kConn}, []kind{kConn, kErr}},
	{[]kind{kConn}, []kind{kBox, kErr}},
	{[]kind{kConn}, []kind{kBox}},
	{[]kind{kConn, kErr}, nil},
	{[]kind{kConn, kBool}, []kind{kErr}},
	{nil, []kind{kBox, kErr}},
	{nil, []kind{kConn}},
	{nil, []kind{kConn, kBool}},
	{[]kind{kListener}, []kind{kErr}},
	{[]kind{kConn, kConn}, []kind{kErr}},
}

// tops are the types of the function that a program is about.
var tops = []signature{
	{nil, []kind{kErr}},
	{nil, []kind{kConn, kErr}},
	{[]kind{kBool}, []kind{kErr}},
	{[]kind{kListener}, nil},
	{[]kind{kServer}, []kind{kErr}},
	{nil, []kind{kBox, kErr}},
	{nil, nil},
	{[]kind{kErr, kBool}, []kind{kBool}},
	{nil, []kind{kBox}},
	{[]kind{kConn}, []kind{kConn, kErr}},
}

// helper is a function that can be called.
type helper struct {
	name string
	signature
	lib bool
}

// gen writes one program.
type gen struct {
	src     Source
	id      int
	lib     bool
	out     *strings.Builder
	indent  int
	vars    []variable
	blocks  int // blocks opened so far
	block   int
	fresh   int
	fn      function
	helpers []helper
	care    int // how often a return closes what is open, of 4
	budget  int
}

// function is what the generator knows of the function that it is in.
type function struct {
	results []kind
	named   []string
	loops   int // around the statement
	labels  []string
	lit     bool
	nest    int
}

// Generate writes program number id.
func Generate(src Source, id int) Program {
	g := &gen{src: src, id: id, care: src.Intn(5)}
	var lib, main strings.Builder
	for i := range src.Intn(4) {
		h := helper{signature: signatures[src.Intn(len(signatures))], lib: src.Intn(4) == 0}
		h.name = fmt.Sprintf("p%dh%d", id, i)
		g.out = &main
		if h.lib {
			h.name, g.out = fmt.Sprintf("P%dh%d", id, i), &lib
		}
		g.declare(h)
		g.helpers = append(g.helpers, h)
	}
	g.out = &main
	g.declare(helper{name: fmt.Sprintf("p%d", id), signature: tops[src.Intn(len(tops))]})
	return Program{Main: main.String(), Lib: lib.String()}
}

func (g *gen) one(n int) bool { return g.src.Intn(n) == 0 }

func (g *gen) line(format string, args ...any) {
	g.out.WriteString(strings.Repeat("\t", g.indent))
	fmt.Fprintf(g.out, format, args...)
	g.out.WriteByte('\n')
}

// declare writes a function.
func (g *gen) declare(h helper) {
	g.lib, g.vars, g.fresh, g.block, g.blocks, g.budget = h.lib, nil, 0, 0, 0, 8
	g.fn = function{results: h.results}
	var params []string
	for _, k := range h.params {
		v := g.add(k, false)
		params = append(params, v+" "+k.typeName(h.lib))
	}
	g.line("\nfunc %s(%s)%s {", h.name, strings.Join(params, ", "), g.resultList(h.results))
	g.body(2 + g.src.Intn(5))
	g.line("}")
}

// resultList writes the results, with names in one of three functions.
func (g *gen) resultList(results []kind) string {
	if len(results) == 0 {
		return ""
	}
	named := g.one(3)
	var parts []string
	for _, k := range results {
		if named {
			v := g.add(k, true)
			g.fn.named = append(g.fn.named, v)
			parts = append(parts, v+" "+k.typeName(g.lib))
		} else {
			parts = append(parts, k.typeName(g.lib))
		}
	}
	text := strings.Join(parts, ", ")
	if named || len(results) > 1 {
		text = "(" + text + ")"
	}
	return " " + text
}

// body writes statements and a return.
func (g *gen) body(n int) {
	g.open()
	if !g.stmts(n) && (len(g.fn.results) > 0 || g.one(2)) {
		g.ret()
	}
	g.close()
}

func (g *gen) open() { g.indent++ }

func (g *gen) close() { g.indent-- }

// scope runs f in a block of its own.
func (g *gen) scope(f func()) {
	vars, block := len(g.vars), g.block
	g.blocks++
	g.block = g.blocks
	g.fn.nest++
	g.indent++
	f()
	g.indent--
	g.fn.nest--
	g.block = block
	g.vars = g.vars[:vars]
}

func (g *gen) add(k kind, owned bool) string {
	g.fresh++
	name := fmt.Sprintf("%s%d", k.prefix(), g.fresh)
	g.vars = append(g.vars, variable{name: name, k: k, block: g.block, owned: owned})
	return name
}

// pick chooses a variable of which ok is true; later ones more often.
func (g *gen) pick(ok func(variable) bool) (variable, bool) {
	var found []variable
	for _, v := range g.vars {
		if ok(v) {
			found = append(found, v)
		}
	}
	if len(found) == 0 {
		return variable{}, false
	}
	i := max(g.src.Intn(len(found)), g.src.Intn(len(found)))
	return found[i], true
}

func (g *gen) pickKind(k kind) (variable, bool) {
	return g.pick(func(v variable) bool { return v.k == k })
}

func (g *gen) pickConn() (variable, bool) {
	return g.pick(func(v variable) bool { return v.k.isConn() })
}

func (g *gen) pickClosable() (variable, bool) {
	return g.pick(func(v variable) bool { return v.k.closable() })
}

// call writes a call of a helper.
func (g *gen) call(h helper, args ...string) string {
	name := h.name
	if h.lib && !g.lib {
		name = "lib." + name
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}

// pickHelper chooses a helper whose parameters can be filled.
func (g *gen) pickHelper(ok func(helper) bool) (h helper, call string, found bool) {
	var hs []helper
	for _, h := range g.helpers {
		if (h.lib || !g.lib) && ok(h) && g.fills(h) {
			hs = append(hs, h)
		}
	}
	if len(hs) == 0 {
		return helper{}, "", false
	}
	h = hs[g.src.Intn(len(hs))]
	var args []string
	for _, k := range h.params {
		args = append(args, g.argument(k))
	}
	return h, g.call(h, args...), true
}

func (g *gen) fills(h helper) bool {
	for _, k := range h.params {
		if g.argument(k) == "" {
			return false
		}
	}
	return true
}

// argument is an expression of a kind, or "".
func (g *gen) argument(k kind) string {
	switch k {
	case kConn:
		if v, ok := g.pickConn(); ok {
			return v.name
		}
	case kErr:
		if v, ok := g.pickKind(kErr); ok {
			return v.name
		}
		return "nil"
	case kBool:
		if v, ok := g.pickKind(kBool); ok {
			return v.name
		}
		return []string{"true", "false"}[g.src.Intn(2)]
	default:
		if v, ok := g.pickKind(k); ok {
			return v.name
		}
	}
	return ""
}
