package acceptblock

import (
	_ "embed"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/connclose"
	"github.com/sockvet/sockvet/analyzers/handshakedeadline"
	"github.com/sockvet/sockvet/analyzers/internal/acceptloop"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/peerio"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
	"github.com/sockvet/sockvet/analyzers/internal/report"
	"github.com/sockvet/sockvet/analyzers/internal/summary"
)

//go:embed doc.go
var doc string

// Analyzer reports what waits for a client on the goroutine that accepts.
var Analyzer = newAnalyzer()

// checker holds the settings.
type checker struct {
	sequential bool
	tests      bool
}

func newAnalyzer() *analysis.Analyzer {
	c := new(checker)
	a := &analysis.Analyzer{
		Name:     "acceptblock",
		Doc:      report.Doc(doc),
		URL:      report.URL("acceptblock"),
		Run:      report.Guard(c.run),
		Requires: []*analysis.Analyzer{irx.Analyzer, acceptloop.Analyzer, peerio.Analyzer, summary.Analyzer},
	}
	irx.AddFlags(&a.Flags)
	report.AddFlags(&a.Flags)
	a.Flags.BoolVar(&c.sequential, "report-sequential", false, "report loops too that serve one connection at a time by design")
	irx.AddTests(&a.Flags, &c.tests)
	return a
}

func (c *checker) run(pass *analysis.Pass) (any, error) {
	accepts := pass.ResultOf[acceptloop.Analyzer].(*acceptloop.Result)
	if len(accepts.Loops) == 0 {
		return nil, nil
	}
	s := &search{checker: c, accepts: accepts, peers: pass.ResultOf[peerio.Analyzer].(*peerio.Result)}
	r := report.New(pass, c.tests)
	r.Also(connclose.Analyzer, handshakedeadline.Analyzer)
	src := repair.NewSource(pass)
	syntax := irx.NewSyntax(pass.Files)
	pkg := pass.ResultOf[irx.Analyzer].(*irx.Package)
	for _, l := range accepts.Loops {
		pkg.Confine(pass.Analyzer.Name, l.Fn, func() {
			if w := s.worst(l); w != nil {
				f := w.finding(l, syntax)
				f.Fix = s.fix(pass, src, l, w)
				r.Add(f)
			}
		})
	}
	r.Flush()
	return nil, nil
}

// search looks for waits in the accept contexts of one package.
type search struct {
	*checker
	accepts *acceptloop.Result
	peers   *peerio.Result
}

// waiting is one wait on the goroutine that accepts, or on the only one that
// receives from it.
type waiting struct {
	site peerio.Site
	// consumer is the function that receives the connections; nil when the
	// accept loop itself waits.
	consumer *ssa.Function
	via      acceptloop.Handoff
}

// worst returns the wait to report: one without a deadline rather than one with,
// a known one rather than a guess, and the first of those.
func (s *search) worst(l *acceptloop.Loop) *waiting {
	if l.Conn == nil || l.Session {
		return nil
	}
	var worst *waiting
	note := func(w waiting) {
		if worst == nil || severity(w.site.Wait) > severity(worst.site.Wait) {
			worst = &w
		}
	}
	for _, site := range s.waits(l) {
		note(waiting{site: site})
	}
	for _, h := range l.Handoffs {
		c := s.accepts.Consumer(h)
		if c == nil || !h.Carries {
			continue
		}
		for _, site := range s.waits(c) {
			note(waiting{site: site, consumer: c.Fn, via: h})
		}
	}
	return worst
}

func severity(w peerio.Wait) int {
	n := 0
	if !w.Guess {
		n += 2
	}
	if w.Bound.Kind != peerio.Bounded {
		n++
	}
	return n
}

// waits returns the sites of a context that hold up the next accept.
func (s *search) waits(l *acceptloop.Loop) []peerio.Site {
	var out []peerio.Site
	for _, site := range s.peers.SitesOf(l.Fn, l.Conn) {
		switch {
		case site.Wait.Async, !l.Contains(site.Instr):
		case site.Wait.Other && s.accepts.Plain(l): // no connection has that type
		case site.Wait.Guess && l.Role != acceptloop.InMethod:
		case l.Role == acceptloop.InMethod, s.sequential, s.handsOver(l, site, 0):
			out = append(out, site)
		}
	}
	return out
}
