package growth

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/registry"
)

// -- can what is removed be what was inserted --

// otherKey reports whether every removal is by a key that cannot be the one of
// the insertion.
func (g *grower) otherKey(gr *Growth, o *registry.Op, steady []*registry.Op) bool {
	if o.Key == nil {
		return false
	}
	k := &keys{g: g, memo: make(map[ssa.Value]term)}
	inserted := k.term(o.Key, 0)
	for _, r := range steady {
		if r.Kind != registry.Remove || r.Key == nil {
			return false
		}
		if !k.cleared(r) && !k.reassigned(o, r) && !k.older(o, r) && !differ(inserted, k.term(r.Key, 0)) {
			return false
		}
	}
	gr.Tier = OtherKey
	return true
}

// keys writes keys as terms, so that two of them can be compared.
type keys struct {
	g    *grower
	memo map[ssa.Value]term
}

// term is a key as a list of parts: texts and printed values, one after the
// other; a key that is no text is one part. A part is a constant, "#...", an
// expression over the connection, "RemoteAddr(conn)", a value of which only the
// identity is known, "!...", or "?".
type term []string

const unknownPart = "?"

var unknownTerm = term{unknownPart}

func (t term) String() string { return strings.Join(t, "+") }

// comparable reports whether equal texts mean equal keys and different ones
// different keys.
func (t term) comparable() bool { return !strings.ContainsAny(t.String(), "?!") }

// sentPart is a text that the client chooses.
const sentPart = "!sent"

// sent reports whether the whole key is what the client chooses, address whether
// it is made of its address.
func (t term) sent() bool { return len(t) == 1 && t[0] == sentPart }

func (t term) address() bool {
	return t.comparable() && (strings.Contains(t.String(), "RemoteAddr(") || strings.Contains(t.String(), "LocalAddr("))
}

// differ reports whether two keys cannot be equal: they are known and not the
// same, or one has all that the other has and some constant text besides.
func differ(a, b term) bool {
	a, b = a.merged(), b.merged()
	if a.comparable() && b.comparable() {
		return a.String() != b.String()
	}
	if a.sent() && b.address() || a.address() && b.sent() {
		return true
	}
	return exceeds(a, b) || exceeds(b, a)
}

// merged joins constants that stand side by side.
func (t term) merged() term {
	var out term
	for _, part := range t {
		if n := len(out); n > 0 && strings.HasPrefix(part, "#") && strings.HasPrefix(out[n-1], "#") {
			out[n-1] += part[1:]
		} else {
			out = append(out, part)
		}
	}
	return out
}

// exceeds reports whether a is b with more around it, text among it.
func exceeds(a, b term) bool {
	if slices.Contains(b, unknownPart) {
		return false
	}
	text, i := false, 0
	for _, part := range a {
		if i < len(b) && part == b[i] {
			i++
		} else if strings.HasPrefix(part, "#") {
			text = true
		}
	}
	return i == len(b) && text
}

// maxTerm bounds the depth of a term.
const maxTerm = 12

// term writes a value as a term, each value once; one that leads to itself is
// not known.
func (k *keys) term(v ssa.Value, depth int) term {
	if v == nil || depth > maxTerm {
		return unknownTerm
	}
	if t, ok := k.memo[v]; ok {
		return t
	}
	k.memo[v] = unknownTerm
	t := k.write(v, depth)
	k.memo[v] = t
	return t
}

func (k *keys) write(v ssa.Value, depth int) term {
	next := func(w ssa.Value) term { return k.term(w, depth+1) }
	switch v := v.(type) {
	case *ssa.Const:
		return constTerm(v)
	case *ssa.MakeInterface:
		return tagged(next(v.X), v.X.Type())
	case *ssa.ChangeInterface:
		return next(v.X)
	case *ssa.ChangeType:
		return next(v.X)
	case *ssa.Call:
		return k.call(v, depth)
	case *ssa.BinOp:
		if v.Op == token.ADD && isString(v.Type()) {
			return slices.Concat(next(v.X), next(v.Y))
		}
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok && calls(call, "net.SplitHostPort") {
			return term{fmt.Sprintf("part%d(%s)", v.Index, next(call.Call.Args[0]))}
		}
		if call, ok := v.Tuple.(*ssa.Call); ok && v.Index == 0 && k.g.reads(call) {
			return term{sentPart}
		}
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return k.loaded(v, depth)
		}
	}
	if k.g.isConn(v) {
		return term{"conn"}
	}
	if p, ok := v.(*ssa.Parameter); ok {
		return k.param(p, depth)
	}
	return unknownTerm
}

func constTerm(c *ssa.Const) term {
	switch {
	case c.Value == nil:
		return term{"#nil"}
	case c.Value.Kind() != constant.String:
		return term{"#" + c.Value.ExactString()}
	case constant.StringVal(c.Value) == "":
		return nil
	}
	return term{"#" + constant.StringVal(c.Value)}
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// tagged: in a map of interfaces a string never equals an address.
func tagged(t term, of types.Type) term {
	if isString(of) {
		return term{"text(" + t.String() + ")"}
	}
	return t
}

func calls(call *ssa.Call, name string) bool {
	fn := irx.CalleeOf(call.Common()).Func
	return fn != nil && fn.FullName() == name
}

func (k *keys) call(call *ssa.Call, depth int) term {
	ops := irx.Operands(call.Common())
	c := irx.CalleeOf(call.Common())
	if c.Func == nil || len(ops) == 0 {
		return unknownTerm
	}
	switch c.Func.FullName() {
	case "fmt.Sprint":
		return k.printed("", irx.Variadic(ops[0]), depth)
	case "fmt.Sprintf":
		return k.sprintf(ops, depth)
	case "net.JoinHostPort":
		return slices.Concat(k.term(ops[0], depth+1), term{"#:"}, k.term(ops[1], depth+1))
	}
	if trims(c.Func) {
		if t := k.term(ops[0], depth+1); t.sent() {
			return t
		}
	}
	if k.g.reads(call) {
		return term{sentPart}
	}
	if len(ops) != 1 {
		return unknownTerm
	}
	of := k.term(ops[0], depth+1)
	switch c.Func.Name() {
	case "RemoteAddr", "LocalAddr":
		return term{c.Func.Name() + "(" + of.String() + ")"}
	case "String":
		return of
	}
	if c.Body != nil {
		if got := onlyResult(c.Body); got != nil {
			return k.term(got, depth+1)
		}
		return unknownTerm
	}
	if slices.Contains(of, unknownPart) {
		return unknownTerm
	}
	return term{"!" + c.Func.Name() + "(" + of.String() + ")"} // the same for the same
}

func (k *keys) sprintf(ops []ssa.Value, depth int) term {
	format, ok := ops[0].(*ssa.Const)
	if !ok || len(ops) != 2 || format.Value == nil {
		return unknownTerm
	}
	return k.printed(constant.StringVal(format.Value), irx.Variadic(ops[1]), depth)
}

// printed writes what a format prints; without one the values stand side by
// side.
func (k *keys) printed(format string, values []ssa.Value, depth int) term {
	var out term
	for i, v := range values {
		text, rest := "", ""
		if format != "" {
			at := strings.IndexByte(format, '%')
			if at < 0 || at+1 == len(format) || !strings.ContainsRune("svdxq", rune(format[at+1])) {
				return unknownTerm
			}
			text, rest = format[:at], format[at+2:]
		} else if i > 0 && len(values) > 1 {
			return unknownTerm // Sprint puts spaces in some places
		}
		if text != "" {
			out = append(out, "#"+text)
		}
		out = append(out, k.unboxed(v, depth+1)...)
		format = rest
	}
	if strings.ContainsRune(format, '%') {
		return unknownTerm
	}
	if format != "" {
		out = append(out, "#"+format)
	}
	return out
}

// unboxed is the term of a value that is printed, not compared.
func (k *keys) unboxed(v ssa.Value, depth int) term {
	if m, ok := v.(*ssa.MakeInterface); ok {
		v = m.X
	}
	return k.term(v, depth)
}

// onlyResult is the value that a function with one return of one result gives.
func onlyResult(fn *ssa.Function) ssa.Value {
	var got ssa.Value
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			if got != nil || len(ret.Results) != 1 {
				return nil
			}
			got = ret.Results[0]
		}
	}
	return got
}

// loaded is the term of a variable or field that is only ever given one.
func (k *keys) loaded(load *ssa.UnOp, depth int) term {
	switch addr := load.X.(type) {
	case *ssa.FieldAddr:
		f := field(addr.X.Type(), addr.Field)
		if f == nil {
			return unknownTerm
		}
		if t := k.same(k.g.fills[f.Origin()], depth); !slices.Contains(t, unknownPart) {
			return t
		}
	case *ssa.Alloc:
		if v := k.g.stored(addr); v != nil {
			return k.term(v, depth+1)
		}
	case *ssa.FreeVar:
		if cell := k.g.captured(addr); cell != nil {
			if v := k.g.stored(cell); v != nil {
				return k.term(v, depth+1)
			}
		}
	}
	if k.g.isConn(load) {
		return term{"conn"}
	}
	return unknownTerm
}

// same is the term of all the values, if they have one.
func (k *keys) same(values []ssa.Value, depth int) term {
	out := unknownTerm
	for i, v := range values {
		t := k.term(v, depth+1)
		if i > 0 && !slices.Equal(t, out) {
			return unknownTerm
		}
		out = t
	}
	return out
}

// param is the term of every caller's argument; a parameter that nobody in the
// package passes is known by itself.
func (k *keys) param(p *ssa.Parameter, depth int) term {
	i := slices.Index(p.Parent().Params, p)
	var args []ssa.Value
	for _, call := range k.g.callers(p.Parent()) {
		if ops := irx.Operands(call.Common()); i < len(ops) {
			args = append(args, ops[i])
		}
	}
	if len(args) == 0 {
		return term{fmt.Sprintf("!%s.%s", p.Parent().Name(), p.Name())}
	}
	return k.same(args, depth)
}
