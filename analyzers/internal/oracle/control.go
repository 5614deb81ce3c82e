package oracle

import (
	"go/ast"
	"go/token"
)

func (f *frame) ifStmt(e *env, s *ast.IfStmt) flow {
	if s.Init != nil {
		f.stmt(e, s.Init, "")
	}
	if len(s.Body.List) == 0 && s.Else == nil { // it decides nothing
		f.idle++
		f.eval(e, s.Cond)
		f.idle--
		return onward
	}
	if f.eval(e, s.Cond).(bool) {
		return f.block(e.inner(), s.Body.List)
	}
	if s.Else != nil {
		return f.stmt(e, s.Else, "")
	}
	return onward
}

// after tells what a loop or switch does with the flow of its body.
func after(fl flow, label string) (out flow, leave bool) {
	mine := fl.label == "" || fl.label == label
	switch {
	case fl.kind == token.BREAK && mine:
		return onward, true
	case fl.kind == token.CONTINUE && mine, fl == onward:
		return onward, false
	}
	return fl, true
}

func (f *frame) forStmt(e *env, s *ast.ForStmt, label string) flow {
	if s.Init != nil {
		f.stmt(e, s.Init, "")
	}
	f.loops++
	defer func() { f.loops-- }()
	for trip := 0; ; trip++ {
		if s.Cond != nil && !f.eval(e, s.Cond).(bool) {
			if trip == 0 {
				f.skips(e, s.Body)
			}
			return onward
		}
		if trip >= f.in.trips {
			panic(stop{cut: true})
		}
		if out, leave := after(f.block(e.inner(), s.Body.List), label); leave {
			return out
		}
		if s.Post != nil {
			f.stmt(e, s.Post, "")
		}
		f.wentRound()
	}
}

func (f *frame) rangeStmt(e *env, s *ast.RangeStmt, label string) flow {
	sl, concrete := f.eval(e, s.X).(*slice)
	f.loops++
	defer func() { f.loops-- }()
	for trip := 0; ; trip++ {
		if concrete && (sl == nil || trip >= len(sl.elems)) || !concrete && f.in.choose(2) == 0 {
			if trip == 0 {
				f.skips(e, s.Body)
			}
			return onward
		}
		if trip >= f.in.trips && !concrete {
			panic(stop{cut: true})
		}
		inner := e.inner()
		if id, ok := s.Value.(*ast.Ident); ok && concrete && s.Tok == token.DEFINE && id.Name != "_" {
			inner.set(f.in.prog.Info.Defs[id], &cell{v: sl.elems[trip].v})
		}
		if out, leave := after(f.block(inner.inner(), s.Body.List), label); leave {
			return out
		}
		f.wentRound()
	}
}

func (f *frame) switchStmt(e *env, s *ast.SwitchStmt, label string) flow {
	if s.Init != nil {
		f.stmt(e, s.Init, "")
	}
	var tag value = true
	if s.Tag != nil {
		tag = f.eval(e, s.Tag)
	}
	var chosen, other *ast.CaseClause
	for _, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		if c.List == nil {
			other = c
		}
		for _, x := range c.List {
			if chosen == nil && f.in.equal(tag, f.eval(e, x)) {
				chosen = c
			}
		}
	}
	if chosen == nil {
		chosen = other
	}
	if chosen == nil {
		return onward
	}
	return leaveSwitch(f.block(e.inner(), chosen.Body), label)
}

func leaveSwitch(fl flow, label string) flow {
	if fl.kind == token.BREAK && (fl.label == "" || fl.label == label) {
		return onward
	}
	return fl
}

func (f *frame) typeSwitch(e *env, s *ast.TypeSwitchStmt, label string) flow {
	var x ast.Expr
	switch a := s.Assign.(type) {
	case *ast.AssignStmt:
		x = a.Rhs[0].(*ast.TypeAssertExpr).X
	case *ast.ExprStmt:
		x = a.X.(*ast.TypeAssertExpr).X
	}
	v := f.eval(e, x)
	var chosen, other *ast.CaseClause
	for _, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		if c.List == nil {
			other = c
		} else if chosen == nil && f.in.hasOneOf(v, c.List) {
			chosen = c
		}
	}
	if chosen == nil {
		chosen = other
	}
	if chosen == nil {
		return onward
	}
	inner := e.inner()
	if o := f.in.prog.Info.Implicits[chosen]; o != nil {
		inner.set(o, &cell{v: v})
	}
	return leaveSwitch(f.block(inner, chosen.Body), label)
}

// selectStmt takes any arm.
func (f *frame) selectStmt(e *env, s *ast.SelectStmt, label string) flow {
	c := s.Body.List[f.in.choose(len(s.Body.List))].(*ast.CommClause)
	inner := e.inner()
	if c.Comm != nil {
		f.stmt(inner, c.Comm, "")
	}
	return leaveSwitch(f.block(inner, c.Body), label)
}
