package connclose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers/internal/own"
)

// fix makes the edits, or returns nil when some end cannot be mended.
func (p *plan) fix() *analysis.SuggestedFix {
	if p.atOnce != nil {
		if v, _, ok := p.atOnce.choose(); ok {
			return p.wrap("close "+v.name+" when the function returns", v, []analysis.TextEdit{p.atOnce.end.Edit("defer " + v.close)})
		}
	}
	m := p.mend()
	if m == nil {
		return nil
	}
	edits := m.edits
	if len(edits) == 0 {
		p.suspect.why = "open at none of the ends:"
		for _, s := range slices.Concat(p.stops, p.before) {
			p.suspect.why += s.describe()
		}
		return nil
	}
	where := "before the return that leaks it"
	if len(edits) > 1+len(m.declared) {
		where = "at each end that leaks it"
	} else if p.suspect.leaks[0].Kind == own.AtLoop {
		where = "before the next iteration"
	}
	return p.wrap("close "+m.used.name+" "+where, m.used, edits)
}

// mend closes at the ends, or, where that is not possible, where the last
// variable that leads to the resource is lost.
func (p *plan) mend() *mending {
	m := new(mending)
	var odd *stop
	for _, s := range p.stops {
		if odd == nil && !m.add(s) {
			odd = s
		}
	}
	if odd == nil {
		return m
	}
	m = new(mending)
	for _, s := range slices.Concat(p.stops, p.before) {
		if s.must && (!s.maybeOpen() || s.hands(func(q *probe) own.Seen { return q.plain })) {
			continue // nothing leads to it here, or only where it is returned
		}
		if !m.add(s) || !p.lost {
			p.suspect.why = fmt.Sprintf("not the same on all paths at line %d:%s", p.pass.Fset.Position(odd.end.Pos).Line, odd.describe())
			if err := cmp.Or(p.failed, p.mender.failed); err != nil {
				p.suspect.why = "no answer: " + err.Error()
			}
			return nil
		}
	}
	return m
}

// mending is what is to be done at the ends of one plan.
type mending struct {
	edits    []analysis.TextEdit
	declared []string
	used     variable
}

// add mends one end, or the branches that lead to it; it fails when the
// resource may be left open.
func (m *mending) add(s *stop) bool {
	if v, stmts, ok := s.choose(); ok {
		if v.saved != nil {
			m.declare(v.saved)
		}
		m.edits = append(m.edits, s.end.Edit(stmts...))
		m.used = v
		return true
	}
	if !s.must && !s.maybeOpen() {
		return true
	}
	if s.hands(func(q *probe) own.Seen { return q.plain }) {
		return false // so are the branches before it
	}
	before := len(m.edits)
	for _, inner := range s.inner {
		if !m.add(inner) {
			return false
		}
	}
	return len(m.edits) > before
}

func (m *mending) declare(s *saved) {
	if !slices.Contains(m.declared, s.decl) {
		m.declared = append(m.declared, s.decl)
		m.edits = append(m.edits, s.edit(s.decl))
	}
}

func (p *plan) wrap(message string, v variable, edits []analysis.TextEdit) *analysis.SuggestedFix {
	return &analysis.SuggestedFix{Message: message, TextEdits: append(edits, v.imports...)}
}

// choose picks the variable to close, and the statements that do it.
func (s *stop) choose() (variable, []string, bool) {
	always, onErr := !s.needed && !s.hands(func(q *probe) own.Seen { return q.plain }), !s.hands(func(q *probe) own.Seen { return q.onErr })
	for i, q := range s.probes {
		v := s.vars[i]
		switch {
		case q.foreign || v.close == "":
		case s.lent && s.must && q.plain == own.SeenKept && always:
			return v, []string{v.close}, true
		case s.overwrites && q.plain == own.SeenHeld:
			return v, []string{v.close}, true
		case q.plain == own.SeenOpen && !(s.unsure && v.nilable) && always:
			return v, []string{v.close}, true
		case q.onErr == own.SeenOpen && q.plain&own.SeenOther == 0 && !s.unsure && onErr:
			return v, strings.Split("if "+s.end.Err+" != nil {\n\t"+v.close+"\n}", "\n"), true
		case q.plain&^own.SeenNil == own.SeenOpen && v.nilable && always:
			return v, strings.Split("if "+v.name+" != nil {\n\t"+v.close+"\n}", "\n"), true
		}
	}
	return variable{}, nil, false
}

// hands reports whether the resource may be returned here.
func (s *stop) hands(seen func(*probe) own.Seen) bool {
	return s.end.Opaque || slices.ContainsFunc(s.results, func(q *probe) bool { return seen(q)&own.SeenOpen != 0 })
}

func (s *stop) describe() string {
	text := ""
	for _, q := range s.probes {
		text += fmt.Sprintf(" %s %#x", q.name, q.plain)
		if q.foreign {
			text += " foreign"
		}
	}
	return text
}

// leave marks a place where the variables go out of scope. Behind the branches
// before it they are still in the copy's use.
func (s *stop) leave() {
	for _, q := range s.probes {
		q.leaving = true
	}
}

func (s *suspect) lent() bool {
	return slices.ContainsFunc(s.leaks, func(l own.Leak) bool { return l.Lent != nil })
}

func (s *suspect) none(why string) *plan {
	s.why = why
	return nil
}

func (s *stop) maybeOpen() bool {
	return slices.ContainsFunc(s.probes, func(q *probe) bool { return q.plain&own.SeenOpen != 0 })
}
