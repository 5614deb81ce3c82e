package oracle

import (
	"fmt"
	"strings"
)

// writer writes a kind of statement. It tells whether the statement applies,
// and whether nothing after it is reached.
type writer func(*gen) (ok, ends bool)

// weighted says how often a kind of statement is tried.
type weighted struct {
	weight int
	write  writer
}

// writers are the kinds of statements. It is a function because the writers
// call each other by it.
func writers() []weighted {
	return []weighted{
		{16, plain((*gen).acquire)},
		{12, plain((*gen).step)},
		{10, plain((*gen).ifStmt)},
		{7, plain((*gen).closeStmt)},
		{6, plain((*gen).deferStmt)},
		{5, plain((*gen).deferLit)},
		{4, plain((*gen).literal)},
		{3, plain((*gen).callLiteral)},
		{2, plain((*gen).dialLiteral)},
		{4, plain((*gen).loop)},
		{7, plain((*gen).assign)},
		{5, plain((*gen).wrap)},
		{3, plain((*gen).goStmt)},
		{3, plain((*gen).selectStmt)},
		{3, plain((*gen).assertion)},
		{4, plain((*gen).collect)},
		{3, plain((*gen).switchStmt)},
		{2, plain((*gen).keep)},
		{10, plain((*gen).callHelper)},
		{2, plain((*gen).declareVar)},
		{3, plain((*gen).deferWith)},
		{3, plain((*gen).passLiteral)},
		{3, plain((*gen).closer)},
		{2, plain((*gen).pairUp)},
		{2, plain((*gen).typeSwitch)},
		{2, plain((*gen).mapUp)},
		{2, plain((*gen).closeMany)},
		{3, plain((*gen).ifAcquire)},
		{2, plain((*gen).joinErrors)},
		{3, (*gen).leave},
	}
}

func plain(f func(*gen) bool) writer {
	return func(g *gen) (ok, ends bool) { return f(g), false }
}

// stmts writes up to n statements; ends says that nothing after them is reached.
func (g *gen) stmts(n int) (ends bool) {
	ws := writers()
	total := 0
	for _, w := range ws {
		total += w.weight
	}
	for range n {
		if g.budget <= 0 {
			return false
		}
		for range 6 { // tries
			x := g.src.Intn(total)
			i := 0
			for ; x >= ws[i].weight; i++ {
				x -= ws[i].weight
			}
			if ok, ends := ws[i].write(g); ends {
				return true
			} else if ok {
				g.budget--
				break
			}
		}
	}
	return false
}

// opener is a call that opens something, and the kinds of its results.
func (g *gen) opener() (call string, kinds []kind) {
	if h, call, ok := g.pickHelper(func(h helper) bool { return len(h.results) > 0 && h.results[0].closable() }); ok && g.one(2) {
		kinds := append([]kind{}, h.results...)
		if h.lib && !g.lib && kinds[0] == kBox {
			kinds[0] = kLibBox
		}
		return call, kinds
	}
	if f, ok := g.pickKind(kDial); ok && !g.fn.lit && g.one(2) {
		return f.name + "()", []kind{kConn, kErr}
	}
	if l, ok := g.pickKind(kListener); ok && g.one(2) {
		return l.name + ".Accept()", []kind{kConn, kErr}
	}
	switch g.src.Intn(8) {
	case 0:
		return `net.Listen("tcp", "a")`, []kind{kListener, kErr}
	case 1:
		return `net.DialTCP("tcp", nil, nil)`, []kind{kTCP, kErr}
	case 2, 3:
		return `net.Dial(env.Net(), "a")`, []kind{kConn, kErr}
	}
	return `net.Dial("tcp", "a")`, []kind{kConn, kErr}
}

func (g *gen) acquire() bool {
	call, kinds := g.opener()
	if old, ok := g.pickKind(kinds[0]); ok && !old.anyNet && g.one(5) && len(kinds) > 1 {
		if d, ok := g.pickKind(kinds[1]); ok {
			g.line("%s, %s = %s", old.name, d.name, call)
			g.check(d.name, d.k)
			return true
		}
	}
	v := g.add(kinds[0], true)
	g.vars[len(g.vars)-1].anyNet = strings.Contains(call, "env.Net")
	if len(kinds) == 1 {
		g.line("%s := %s", v, call)
		if g.one(2) {
			g.guard(v + " == nil")
		}
		return true
	}
	d := g.tell(kinds[1])
	g.line("%s, %s := %s", v, d, call)
	if g.one(12) {
		g.nested(d+okWord(kinds[1]), 3)
		return true
	}
	g.check(d, kinds[1])
	return true
}

// tell is the variable that an acquisition tells its success by: one of the
// same block, declared again by :=, or a new one.
func (g *gen) tell(k kind) string {
	if v, ok := g.pick(func(v variable) bool { return v.k == k && v.block == g.block }); ok && g.one(2) {
		return v.name
	}
	return g.add(k, false)
}

func okWord(k kind) string {
	if k == kErr {
		return " == nil"
	}
	return ""
}

// check tests the outcome of a call, mostly.
func (g *gen) check(d string, k kind) {
	if g.one(10) {
		return
	}
	cond := d + " != nil"
	if k == kBool {
		cond = "!" + d
	}
	g.guard(cond)
}

// guard leaves the function, or the iteration, if cond.
func (g *gen) guard(cond string) {
	g.line("if %s {", cond)
	g.scope(func() {
		if g.one(6) && g.stmts(1) {
			return
		}
		g.leave()
	})
	g.line("}")
}

// leave ends the function or the iteration.
func (g *gen) leave() (ok, ends bool) {
	if g.fn.nest == 0 {
		return false, false
	}
	if g.fn.loops > 0 && !g.one(3) {
		g.closeSome()
		jump := []string{"continue", "break"}[g.src.Intn(2)]
		if n := len(g.fn.labels); n > 0 && g.one(2) {
			jump += " " + g.fn.labels[g.src.Intn(n)]
		}
		g.line("%s", jump)
		return true, true
	}
	if g.one(20) {
		g.line(`log.Fatal("end")`)
		return true, false
	}
	g.ret()
	return true, true
}

// closeSome closes what may be open, as careful as the program is.
func (g *gen) closeSome() {
	for _, v := range g.vars {
		if v.owned && v.k.closable() && g.src.Intn(4) < g.care && g.block != 0 {
			g.line("%s.Close()", v.name)
		}
	}
}

// ret writes a return.
func (g *gen) ret() {
	results := g.fn.results
	if len(results) == 0 {
		g.closeSome()
		g.line("return")
		return
	}
	if _, call, ok := g.pickHelper(func(h helper) bool {
		return equalKinds(h.results, results) && !(h.lib && !g.lib && h.results[0] == kBox)
	}); ok && g.one(4) {
		g.line("return %s", call)
		return
	}
	if len(results) == 1 && results[0] == kErr && g.one(6) {
		if v, ok := g.pickConn(); ok {
			g.line("return %s", g.trial(v))
			return
		}
	}
	vals, given := g.returned(results)
	for _, v := range g.vars {
		if v.owned && v.k.closable() && v.name != given && g.src.Intn(4) < g.care {
			g.line("%s.Close()", v.name)
		}
	}
	if len(g.fn.named) > 0 && g.one(2) {
		g.line("return")
		return
	}
	g.line("return %s", strings.Join(vals, ", "))
}

func equalKinds(a, b []kind) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// returned chooses the values of a return. given is the variable that leaves.
func (g *gen) returned(results []kind) (vals []string, given string) {
	success := g.one(2)
	for i, k := range results {
		switch {
		case k == kErr:
			vals = append(vals, g.errorValue(success && i > 0 || i == 0 && g.one(2)))
		case k == kBool:
			vals = append(vals, fmt.Sprint(success))
		case success != g.one(10):
			given = g.resource(k)
			vals = append(vals, given)
			given = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(given, "&box{conn: "), "&Box{conn: "), "}")
		default:
			vals = append(vals, "nil")
		}
	}
	return vals, given
}

func (g *gen) errorValue(ok bool) string {
	if ok {
		return "nil"
	}
	if v, found := g.pickKind(kErr); found && !g.one(3) {
		return v.name
	}
	return `errors.New("failed")`
}

// resource is an expression of a closable kind.
func (g *gen) resource(k kind) string {
	if v, ok := g.pick(func(v variable) bool { return v.k == k || k == kConn && v.k.isConn() }); ok {
		return v.name
	}
	if k == kBox {
		if v, ok := g.pickConn(); ok {
			return "&" + strings.TrimPrefix(kBox.typeName(g.lib), "*") + "{conn: " + v.name + "}"
		}
	}
	return "nil"
}

// trial is a call that uses a connection and may fail.
func (g *gen) trial(v variable) string {
	switch g.src.Intn(4) {
	case 0:
		return v.name + ".SetDeadline(time.Time{})"
	case 1:
		if v.k == kTLS {
			return v.name + ".Handshake()"
		}
	}
	return "env.Use(" + v.name + ")"
}

// step does something that may fail.
func (g *gen) step() bool {
	call := "env.Try()"
	if b, ok := g.pickKind(kBox); ok && g.one(4) {
		call = b.name + ".ping()"
		if g.lib {
			call = b.name + ".Ping()"
		}
	} else if v, ok := g.pickConn(); ok && !g.one(4) {
		call = g.trial(v)
	}
	switch g.src.Intn(6) {
	case 0, 1:
		g.guard("err := " + call + "; err != nil")
	case 2:
		if v, ok := g.pickConn(); ok {
			g.guard("!env.Look(" + v.name + ")")
			return true
		}
		g.guard("!env.Ask()")
	case 3:
		if d, ok := g.pickKind(kErr); ok {
			g.line("%s = %s", d.name, call)
			g.check(d.name, kErr)
			return true
		}
		return false
	case 4:
		g.line("%s", call)
	default:
		d := g.add(kErr, false)
		g.line("%s := %s", d, call)
		g.check(d, kErr)
	}
	return true
}

// cond is a condition.
func (g *gen) cond() string {
	if v, ok := g.pick(func(v variable) bool { return v.k == kErr }); ok && g.one(3) {
		return v.name + []string{" != nil", " == nil"}[g.src.Intn(2)]
	}
	if v, ok := g.pickKind(kErr); ok && g.one(8) {
		return "errors.Is(" + v.name + ", io.EOF)"
	}
	if v, ok := g.pickKind(kBool); ok && !g.one(3) {
		return []string{"", "!"}[g.src.Intn(2)] + v.name
	}
	if v, ok := g.pick(func(v variable) bool { return v.k == kConn || v.k == kBox }); ok && g.one(5) {
		return v.name + []string{" != nil", " == nil"}[g.src.Intn(2)]
	}
	if g.fn.nest < 2 && g.one(8) {
		return g.cond() + []string{" && ", " || "}[g.src.Intn(2)] + g.cond()
	}
	return "env.Ask()"
}

func (g *gen) ifStmt() bool {
	if g.fn.nest >= 3 {
		return false
	}
	g.nested(g.cond(), 2)
	return true
}

func (g *gen) nested(cond string, n int) {
	g.line("if %s {", cond)
	g.scope(func() {
		g.line("env.Num()") // a test that decides nothing is no test in SSA form
		g.stmts(1 + g.src.Intn(n))
	})
	if g.one(3) {
		g.line("} else {")
		g.scope(func() { g.stmts(1 + g.src.Intn(n)) })
	}
	g.line("}")
}
