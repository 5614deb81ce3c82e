package handshakedeadline

import (
	_ "embed"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/acceptloop"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/peerio"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
	"github.com/sockvet/sockvet/analyzers/internal/report"
)

//go:embed doc.go
var doc string

// Analyzer reports exchanges with accepted connections that nothing bounds.
var Analyzer = newAnalyzer()

// checker holds the settings.
type checker struct{ tests bool }

func newAnalyzer() *analysis.Analyzer {
	c := new(checker)
	a := &analysis.Analyzer{
		Name:     "handshakedeadline",
		Doc:      report.Doc(doc),
		URL:      report.URL("handshakedeadline"),
		Run:      report.Guard(c.run),
		Requires: []*analysis.Analyzer{irx.Analyzer, acceptloop.Analyzer, peerio.Analyzer},
	}
	irx.AddFlags(&a.Flags)
	report.AddFlags(&a.Flags)
	irx.AddTests(&a.Flags, &c.tests)
	return a
}

func (c *checker) run(pass *analysis.Pass) (any, error) {
	accepts := pass.ResultOf[acceptloop.Analyzer].(*acceptloop.Result)
	if len(accepts.Loops) == 0 {
		return nil, nil
	}
	s := &search{accepts: accepts, peers: pass.ResultOf[peerio.Analyzer].(*peerio.Result), seen: map[token.Pos]bool{}}
	pkg := pass.ResultOf[irx.Analyzer].(*irx.Package)
	for _, l := range accepts.Loops {
		file := pass.Fset.PositionFor(l.Call.Pos(), false).Filename
		if c.tests || !strings.HasSuffix(file, "_test.go") {
			pkg.Confine(pass.Analyzer.Name, l.Fn, func() { s.loop(l) })
		}
	}
	r := report.New(pass, c.tests)
	syntax := irx.NewSyntax(pass.Files)
	fix := &fixer{pass: pass, src: repair.NewSource(pass), syntax: syntax}
	for i := range s.found {
		pkg.Confine(pass.Analyzer.Name, s.found[i].loop.Fn, func() {
			f := s.found[i].finding(syntax)
			f.Fix = fix.fix(&s.found[i])
			r.Add(f)
		})
	}
	r.Flush()
	return nil, nil
}

// open is an exchange that nothing bounds.
type open struct {
	loop *acceptloop.Loop
	wait peerio.Wait
	// sent is where the connection went through a channel; nil if it did not.
	sent ssa.Instruction
}

// search collects the open exchanges of one package: of each goroutine that a
// connection gets the first, since one deadline bounds all that follow, and each
// call once.
type search struct {
	accepts *acceptloop.Result
	peers   *peerio.Result
	seen    map[token.Pos]bool
	found   []open
}

// loop follows the connections of one accept context.
func (s *search) loop(l *acceptloop.Loop) {
	if l.Conn == nil || l.Session || s.limits(l) {
		return
	}
	s.sites(open{loop: l}, s.peers.SitesOf(l.Fn, l.Conn))
	for _, h := range l.Handoffs {
		for _, v := range s.accepts.Receivers(h) {
			s.sites(open{loop: l, sent: h.Instr}, s.peers.SitesOf(v.Parent(), v))
		}
	}
}

// limits reports whether the listener of a context gives its connections a deadline:
// it is seen where it is made, and its type does.
func (s *search) limits(l *acceptloop.Loop) bool {
	from, _ := s.accepts.Opened(l, nil)
	return slices.ContainsFunc(from, func(v ssa.Value) bool { return s.peers.Limits(v.Type()) })
}

// sites notes the first open exchange of each goroutine; o says where its
// connection comes from.
func (s *search) sites(o open, sites []peerio.Site) {
	done := map[ssa.Instruction]bool{}
	for _, site := range sites {
		var goroutine ssa.Instruction // nil is the one that has the connection
		if site.Wait.Async {
			goroutine = site.Instr
		}
		if o.wait = site.Wait; isOpen(site.Wait) && isExchange(o.loop, site) && !done[goroutine] && !s.neverWaits(o.loop, site) {
			done[goroutine] = true
			s.note(o)
		}
	}
}

// neverWaits reports whether a site is for a type that no connection of the context
// has: a TLS handshake, if it is TLS, and the listener is plain.
func (s *search) neverWaits(l *acceptloop.Loop, site peerio.Site) bool {
	return site.Wait.Other && s.accepts.Plain(l)
}

// isExchange reports whether a site is an exchange of the context: by its own
// standards, or because it is in the way of an Accept method.
func isExchange(l *acceptloop.Loop, site peerio.Site) bool {
	return site.Wait.Exchange || l.Role == acceptloop.InMethod && !site.Wait.Async && l.Contains(site.Instr)
}

// isOpen reports whether a wait is known to have no bound.
func isOpen(w peerio.Wait) bool {
	return w.Bound.Open() && w.Bound.Ctx == 0 && !w.Guess
}

func (s *search) note(o open) {
	if !s.seen[o.wait.At] {
		s.seen[o.wait.At] = true
		s.found = append(s.found, o)
	}
}
