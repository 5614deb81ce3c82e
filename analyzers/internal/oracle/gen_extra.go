package oracle

import "strings"

// deferWith defers a literal that is given what it closes as an argument.
func (g *gen) deferWith() bool {
	c, ok := g.pickConn()
	if !ok || g.fn.lit {
		return false
	}
	g.line("defer func(x net.Conn) {")
	g.inLit(nil, func() {
		if g.one(2) {
			g.line("x.Close()")
			return
		}
		g.line("if %s {", g.cond())
		g.line("\tx.Close()")
		g.line("}")
	})
	g.line("}(%s)", c.name)
	return true
}

// passLiteral gives a function that it calls a literal.
func (g *gen) passLiteral() bool {
	if g.fn.lit || g.lib {
		return false
	}
	head := []string{"do", "do", "try"}[g.src.Intn(3)] + "(func() error {"
	e, ok := g.pickKind(kErr)
	if ok {
		head = e.name + " = " + head
	}
	g.line("%s", head)
	g.inLit([]kind{kErr}, func() {
		if !g.stmts(2) {
			g.ret()
		}
	})
	g.line("})")
	if ok {
		g.check(e.name, kErr)
	}
	return true
}

// closer makes another name of something that can be closed.
func (g *gen) closer() bool {
	v, ok := g.pickClosable()
	if !ok {
		return false
	}
	switch g.src.Intn(3) {
	case 0:
		f := g.add(kFunc, false)
		g.line("%s := %s.Close", f, v.name)
	case 1:
		f := g.add(kFunc, false)
		g.line("%s := func() error {", f)
		g.line("\treturn %s.Close()", v.name)
		g.line("}")
	default:
		c := g.add(kCloser, false)
		g.line("var %s io.Closer = %s", c, v.name)
	}
	return true
}

func (g *gen) pairUp() bool {
	a, ok := g.pickConn()
	b, _ := g.pickConn()
	if !ok || g.lib {
		return false
	}
	p := g.add(kPair, false)
	if a.name == b.name {
		g.line("%s := &pair{a: %s}", p, a.name)
		return true
	}
	g.line("%s := &pair{%s, %s}", p, a.name, b.name)
	return true
}

func (g *gen) typeSwitch() bool {
	c, ok := g.pick(func(v variable) bool { return v.k == kConn && v.anyNet })
	if !ok || g.fn.nest >= 2 {
		return false
	}
	g.fresh++
	x := kTCP.prefix() + strings.Repeat("x", g.fresh%3+1)
	g.line("switch %s := %s.(type) {", x, c.name)
	g.line("case *net.TCPConn:")
	g.scope(func() {
		g.line("%s.SetNoDelay(true)", x)
		g.vars = append(g.vars, variable{name: x, k: kTCP, block: g.block})
		g.stmts(2)
	})
	g.line("default:")
	g.scope(func() {
		g.line("_ = %s", x)
		g.stmts(2)
	})
	g.line("}")
	return true
}

// mapUp puts a connection into a map, or closes all that are in one.
func (g *gen) mapUp() bool {
	m, ok := g.pickKind(kMap)
	if !ok {
		g.line("%s := map[string]net.Conn{}", g.add(kMap, false))
		return true
	}
	if c, ok := g.pickConn(); ok && !g.one(3) {
		g.line("%s[env.Net()] = %s", m.name, c.name)
		return true
	}
	g.line("for _, x := range %s {", m.name)
	g.line("\tx.Close()")
	g.line("}")
	return true
}

func (g *gen) closeMany() bool {
	a, ok := g.pickConn()
	if !ok || g.lib {
		return false
	}
	b, _ := g.pickConn()
	switch cs, found := g.pickKind(kConns); {
	case found && g.one(2):
		g.line("closeAll(%s...)", cs.name)
	case g.one(2):
		g.line("shut(%s)", a.name)
	default:
		g.line("closeAll(%s, %s)", a.name, b.name)
	}
	return true
}

// ifAcquire keeps what is acquired to the branches of an if.
func (g *gen) ifAcquire() bool {
	if g.fn.nest >= 2 {
		return false
	}
	call, kinds := g.opener()
	if len(kinds) < 2 {
		return false
	}
	vars := len(g.vars)
	v, d := g.add(kinds[0], true), g.add(kinds[1], false)
	cond := d + " != nil"
	if kinds[1] == kBool {
		cond = "!" + d
	}
	g.line("if %s, %s := %s; %s {", v, d, call, cond)
	g.scope(func() { g.stmts(1) })
	g.line("} else {")
	g.scope(func() { g.stmts(3) })
	g.line("}")
	g.vars = g.vars[:vars]
	return true
}

func (g *gen) joinErrors() bool {
	e, ok := g.pickKind(kErr)
	v, found := g.pickClosable()
	if !ok || !found {
		return false
	}
	g.line("%s = errors.Join(%s, %s.Close())", e.name, e.name, v.name)
	return true
}

// closeStmt closes something.
func (g *gen) closeStmt() bool {
	v, ok := g.pickClosable()
	if !ok {
		return false
	}
	switch g.src.Intn(5) {
	case 0:
		if v.k.isConn() {
			g.line("env.Quiet(%s)", v.name)
			return true
		}
	case 1:
		if e, ok := g.pickKind(kErr); ok {
			g.line("%s = %s.Close()", e.name, v.name)
			return true
		}
	case 2:
		if v.k == kBox {
			g.line("%s.conn.Close()", v.name)
			return true
		}
	}
	g.line("%s.Close()", v.name)
	return true
}
