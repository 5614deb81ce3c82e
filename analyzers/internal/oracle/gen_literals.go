package oracle

func (g *gen) deferStmt() bool {
	if g.fn.lit && g.one(2) {
		return false
	}
	v, ok := g.pickClosable()
	if !ok {
		return false
	}
	if v.k.isConn() && g.one(4) {
		g.line("defer env.Quiet(%s)", v.name)
		return true
	}
	g.line("defer %s.Close()", v.name)
	return true
}

// inLit writes the body of a function literal.
func (g *gen) inLit(results []kind, body func()) {
	outer := g.fn
	g.fn = function{results: results, lit: true, nest: outer.nest}
	g.scope(body)
	g.fn = outer
}

// deferLit defers a literal that mostly closes something under a condition.
func (g *gen) deferLit() bool {
	v, ok := g.pickClosable()
	if !ok || g.fn.lit {
		return false
	}
	g.line("defer func() {")
	g.inLit(nil, func() {
		cond := g.cond()
		if e, ok := g.pick(func(v variable) bool { return v.k == kErr && len(g.fn.named) == 0 }); ok && g.one(2) {
			cond = e.name + " != nil"
		}
		switch g.src.Intn(4) {
		case 0:
			g.line("%s.Close()", v.name)
		case 1:
			g.stmts(2)
		default:
			g.line("if %s {", cond)
			g.line("\t%s.Close()", v.name)
			g.line("}")
		}
	})
	g.line("}()")
	return true
}

// literal makes a function value.
func (g *gen) literal() bool {
	if g.fn.lit {
		return false
	}
	f := g.add(kFunc, false)
	g.vars = g.vars[:len(g.vars)-1] // not in scope in itself
	g.line("%s := func() error {", f)
	g.inLit([]kind{kErr}, func() {
		if !g.stmts(3) {
			g.ret()
		}
	})
	g.line("}")
	g.vars = append(g.vars, variable{name: f, k: kFunc, block: g.block})
	return true
}

// dialLiteral makes a literal that opens something for its caller.
func (g *gen) dialLiteral() bool {
	if g.fn.lit {
		return false
	}
	f := g.add(kDial, false)
	g.vars = g.vars[:len(g.vars)-1]
	g.line("%s := func() (net.Conn, error) {", f)
	g.inLit([]kind{kConn, kErr}, func() {
		if g.one(2) {
			g.line(`return net.Dial(env.Net(), "a")`)
			return
		}
		if !g.stmts(2) {
			g.ret()
		}
	})
	g.line("}")
	g.vars = append(g.vars, variable{name: f, k: kDial, block: g.block})
	return true
}

// callLiteral calls or defers a function value.
func (g *gen) callLiteral() bool {
	f, ok := g.pickKind(kFunc)
	if !ok {
		return false
	}
	switch g.src.Intn(4) {
	case 0:
		g.line("defer %s()", f.name)
	case 1:
		g.line("%s()", f.name)
	default:
		g.guard("err := " + f.name + "(); err != nil")
	}
	return true
}
