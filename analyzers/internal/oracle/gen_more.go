package oracle

import (
	"fmt"
	"slices"
	"strings"
)

func (g *gen) loop() bool {
	if g.fn.nest >= 2 {
		return false
	}
	endless := false
	label := ""
	if g.one(4) {
		g.fresh++
		label = fmt.Sprintf("loop%d", g.fresh)
		g.line("%s:", label)
	}
	switch g.src.Intn(5) {
	case 0:
		g.line("for range env.Items() {")
	case 1:
		g.line("for {")
		endless = true
	case 2:
		g.line("for i := 0; i < env.Num(); i++ {")
	case 3:
		g.line("for i := 0; i < 2; i++ {")
	default:
		g.line("for env.Ask() {")
	}
	g.fn.loops++
	if label != "" {
		g.fn.labels = append(slices.Clip(g.fn.labels), label)
	}
	labels := g.fn.labels
	g.scope(func() {
		if endless {
			g.line("if env.Ask() {")
			g.line("\tbreak")
			g.line("}")
		}
		g.stmts(1 + g.src.Intn(4))
	})
	g.fn.loops--
	if label != "" {
		g.fn.labels = labels[:len(labels)-1]
	}
	g.line("}")
	return true
}

func (g *gen) assign() bool {
	v, ok := g.pick(func(v variable) bool { return v.k == kBool || v.k == kErr || v.k == kConn && !v.anyNet || v.k == kBox })
	if !ok {
		return false
	}
	switch v.k {
	case kBool:
		g.line("%s = %s", v.name, []string{"true", "false", "env.Ask()"}[g.src.Intn(3)])
	case kErr:
		switch g.src.Intn(4) {
		case 0:
			g.line(`%s = fmt.Errorf("more: %%w", %s)`, v.name, v.name)
		case 1:
			g.line("%s = nil", v.name)
		default:
			if w, ok := g.pickKind(kErr); ok && w.name != v.name {
				g.line("%s = %s", v.name, w.name)
				return true
			}
			return false
		}
	case kConn:
		if w, ok := g.pickConn(); ok && w.name != v.name && g.one(2) {
			g.line("%s = %s", v.name, w.name)
			return true
		}
		g.line("%s = nil", v.name)
	case kBox:
		g.line("%s = nil", v.name)
	}
	return true
}

func (g *gen) declareVar() bool {
	k := []kind{kBool, kErr, kConn, kConns, kBool}[g.src.Intn(5)]
	if k == kBool {
		v := g.add(k, false)
		g.line("%s := %s", v, []string{"true", "false", "env.Ask()"}[g.src.Intn(3)])
		return true
	}
	v := g.add(k, k == kConn)
	g.line("var %s %s", v, k.typeName(g.lib))
	return true
}

// wrap puts a connection into something that closes it.
func (g *gen) wrap() bool {
	c, ok := g.pickConn()
	if !ok {
		return false
	}
	switch g.src.Intn(5) {
	case 0:
		if c.k != kTLS {
			v := g.add(kTLS, false)
			g.line("%s := tls.Client(%s, nil)", v, c.name)
			return true
		}
		return false
	case 1:
		if g.lib {
			return false
		}
		v := g.add(kWrapped, false)
		g.line("%s := &wrapped{%s}", v, c.name)
	case 2:
		v := g.add(kBox, false)
		g.line("%s := %s(%s)", v, g.name("newBox", "NewBox"), c.name)
	case 3:
		if g.lib {
			return false
		}
		v := g.add(kLibBox, false)
		g.line("%s := lib.NewBox(%s)", v, c.name)
	default:
		v := g.add(kBox, false)
		g.line("%s := &%s{conn: %s}", v, strings.TrimPrefix(kBox.typeName(g.lib), "*"), c.name)
	}
	return true
}

func (g *gen) name(main, lib string) string {
	if g.lib {
		return lib
	}
	return main
}

// goStmt starts a goroutine on a connection. It assigns no variable of its
// starter, so that it does not matter when it runs.
func (g *gen) goStmt() bool {
	c, ok := g.pickConn()
	if !ok {
		return false
	}
	if _, call, ok := g.pickHelper(func(h helper) bool { return len(h.params) == 1 && h.params[0] == kConn }); ok && g.one(3) {
		g.line("go %s", call)
		return true
	}
	g.line("go func() {")
	g.inLit(nil, func() {
		if g.one(2) {
			g.line("defer %s.Close()", c.name)
		}
		for range g.src.Intn(3) {
			g.line("if env.Use(%s) != nil {", c.name)
			if g.one(3) {
				g.line("\t%s.Close()", c.name)
			}
			g.line("\treturn")
			g.line("}")
		}
		if g.one(2) {
			g.line("%s.Close()", c.name)
		}
	})
	g.line("}()")
	return true
}

func (g *gen) selectStmt() bool {
	if g.fn.nest >= 2 {
		return false
	}
	g.line("select {")
	g.line("case <-env.Done():")
	g.scope(func() { g.stmts(2) })
	if c, ok := g.pickConn(); ok && g.one(2) {
		g.line("case env.Queue() <- %s:", c.name)
		g.scope(func() { g.stmts(1) })
	}
	if g.one(2) {
		g.line("default:")
		g.scope(func() { g.stmts(2) })
	}
	g.line("}")
	return true
}

// assertion asserts the type of a connection of which the network is not known.
func (g *gen) assertion() bool {
	c, ok := g.pick(func(v variable) bool { return v.k == kConn && v.anyNet })
	if !ok {
		return false
	}
	t, d := g.add(kTCP, false), g.add(kBool, false)
	g.line("%s, %s := %s.(*net.TCPConn)", t, d, c.name)
	if g.one(2) {
		g.check(d, kBool)
	}
	return true
}

// collect puts a connection into a slice, or closes all that are in one.
func (g *gen) collect() bool {
	cs, ok := g.pickKind(kConns)
	if !ok {
		g.line("var %s []net.Conn", g.add(kConns, false))
		return true
	}
	if c, ok := g.pickConn(); ok && !g.one(3) {
		g.line("%s = append(%s, %s)", cs.name, cs.name, c.name)
		return true
	}
	g.line("for _, x := range %s {", cs.name)
	g.line("\tx.Close()")
	g.line("}")
	return true
}

func (g *gen) switchStmt() bool {
	if g.fn.nest >= 2 {
		return false
	}
	byNumber := g.one(2)
	if byNumber {
		g.line("switch env.Num() {")
	} else {
		g.line("switch {")
	}
	loops := g.fn.loops
	for i := range 2 {
		if byNumber {
			g.line("case %d:", i+1)
		} else {
			g.line("case %s:", g.cond())
		}
		g.scope(func() { g.stmts(2) })
	}
	if g.one(2) {
		g.line("default:")
		g.scope(func() { g.stmts(2) })
	}
	g.fn.loops = loops
	g.line("}")
	return true
}

// keep hands a connection over.
func (g *gen) keep() bool {
	c, ok := g.pickConn()
	if !ok {
		return false
	}
	if s, ok := g.pickKind(kServer); ok && g.one(2) {
		g.line("%s.conn = %s", s.name, c.name)
		return true
	}
	if g.one(2) {
		g.line("env.Queue() <- %s", c.name)
		return true
	}
	g.line("env.Keep(%s)", c.name)
	return true
}

// callHelper gives something to a helper.
func (g *gen) callHelper() bool {
	h, call, ok := g.pickHelper(func(h helper) bool { return len(h.results) < 2 && (len(h.results) == 0 || !h.results[0].closable()) })
	if !ok {
		return false
	}
	switch {
	case len(h.results) == 0:
		if g.one(5) {
			g.line("defer %s", call)
		} else {
			g.line("%s", call)
		}
	case h.results[0] == kBool:
		g.guard("!" + call)
	case g.one(5):
		g.line("%s", call)
	case g.one(2):
		d := g.add(kErr, false)
		g.line("%s := %s", d, call)
		g.check(d, kErr)
	default:
		g.guard("err := " + call + "; err != nil")
	}
	return true
}
