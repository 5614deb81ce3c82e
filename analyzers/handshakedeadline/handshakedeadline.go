package handshakedeadline

import (
	_ "embed"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/acceptloop"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/peerio"
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
		Run:      c.run,
		Requires: []*analysis.Analyzer{acceptloop.Analyzer, peerio.Analyzer},
	}
	irx.AddFlags(&a.Flags)
	a.Flags.BoolVar(&c.tests, "tests", false, "report in _test.go files too")
	return a
}

func (c *checker) run(pass *analysis.Pass) (any, error) {
	accepts := pass.ResultOf[acceptloop.Analyzer].(*acceptloop.Result)
	if len(accepts.Loops) == 0 {
		return nil, nil
	}
	s := &search{accepts: accepts, peers: pass.ResultOf[peerio.Analyzer].(*peerio.Result), seen: map[token.Pos]bool{}}
	for _, l := range accepts.Loops {
		s.loop(l)
	}
	r := report.New(pass, c.tests)
	syntax := irx.NewSyntax(pass.Files)
	for i := range s.found {
		r.Add(s.found[i].finding(syntax))
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

// search collects the open exchanges of one package, each once.
type search struct {
	accepts *acceptloop.Result
	peers   *peerio.Result
	seen    map[token.Pos]bool
	found   []open
}

// loop follows the connections of one accept context.
func (s *search) loop(l *acceptloop.Loop) {
	if l.Conn == nil {
		return
	}
	for _, site := range s.peers.SitesOf(l.Fn, l.Conn) {
		if isExchange(l, site) {
			s.note(open{loop: l, wait: site.Wait})
		}
	}
	for _, h := range l.Handoffs {
		for _, v := range s.accepts.Receivers(h) {
			for _, site := range s.peers.SitesOf(v.Parent(), v) {
				if site.Wait.Exchange {
					s.note(open{loop: l, wait: site.Wait, sent: h.Instr})
				}
			}
		}
	}
}

// isExchange reports whether a site is an exchange of the context: by its own
// standards, or because it is in the way of an Accept method.
func isExchange(l *acceptloop.Loop, site peerio.Site) bool {
	return site.Wait.Exchange || l.Role == acceptloop.InMethod && !site.Wait.Async && l.Contains(site.Instr)
}

func (s *search) note(o open) {
	if !o.wait.Bound.Open() || o.wait.Bound.Ctx > 0 || o.wait.Guess || s.seen[o.wait.At] {
		return
	}
	s.seen[o.wait.At] = true
	s.found = append(s.found, o)
}
