package repair

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// Candidate is a finding and the fix that somebody has in mind for it.
type Candidate struct {
	Pos token.Pos
	// Fix is nil when the finding has none.
	Fix *analysis.SuggestedFix
}

// maxTrials bounds the work for one package; what is left unproved then is not
// offered.
const maxTrials = 16

// Prove drops the fixes that are not right: after each of those that are left,
// and after all of them, the package compiles, the analyzer of the pass reports
// the finding no more, and neither that one nor those in also report anything
// that they did not report before. sound, if any, is asked about the changed
// package, too, and gives the findings whose fixes are to blame.
func Prove(pass *analysis.Pass, all []Candidate, sound func(*Trial) []token.Pos, also ...*analysis.Analyzer) {
	var wanted []int
	for i, c := range all {
		if c.Fix != nil {
			wanted = append(wanted, i)
		}
	}
	p := &prover{pass: pass, all: all, sound: sound, also: also, trials: maxTrials}
	p.pkg, _ = pass.ResultOf[irx.Analyzer].(*irx.Package)
	keep := map[int]bool{}
	if len(wanted) > 0 && p.pkg != nil && !IsTrial(pass) {
		for _, i := range p.proved(wanted) {
			keep[i] = true
		}
	}
	for i := range all {
		if !keep[i] {
			all[i].Fix = nil
		}
	}
}

type prover struct {
	pass   *analysis.Pass
	pkg    *irx.Package
	all    []Candidate
	sound  func(*Trial) []token.Pos
	also   []*analysis.Analyzer
	trials int
	// others are the places that also report on as the package is; nil when
	// they have not been asked yet.
	others map[*analysis.Analyzer][]token.Pos
}

// proved returns the candidates of a set that are right together. Those that
// are to blame for what is wrong with the others are left out; when several are,
// each is tried again. When nobody can be blamed, the set is halved.
func (p *prover) proved(set []int) []int {
	var again []int
	for len(set) > 0 && p.trials > 0 {
		ok, blamed := p.try(set)
		if ok {
			return p.added(set, again)
		}
		if len(blamed) == 0 || len(blamed) == len(set) {
			return p.added(p.halved(set), again)
		}
		set = slices.DeleteFunc(slices.Clone(set), func(i int) bool { return slices.Contains(blamed, i) })
		if len(blamed) > 1 {
			again = append(again, blamed...)
		}
	}
	return p.added(nil, again)
}

// added returns the set with those that are right together with it.
func (p *prover) added(set, more []int) []int {
	for _, i := range more {
		if p.trials == 0 {
			break
		}
		with := append(slices.Clone(set), i)
		if ok, _ := p.try(with); ok {
			set = with
		}
	}
	return set
}

func (p *prover) halved(set []int) []int {
	if len(set) == 1 {
		return nil
	}
	half := len(set) / 2
	left, right := p.proved(set[:half]), p.proved(set[half:])
	if len(left) == 0 || len(right) == 0 {
		return append(left, right...)
	}
	if p.trials == 0 {
		return left
	}
	both := append(append([]int{}, left...), right...)
	if ok, _ := p.try(both); ok {
		return both
	}
	return left
}

// try reports whether a set of fixes does what it should, and, when it does not,
// which of them are to blame, if that can be told.
func (p *prover) try(set []int) (ok bool, blamed []int) {
	p.trials--
	var edits []analysis.TextEdit
	gone := map[int]bool{}
	for _, i := range set {
		edits = append(edits, p.all[i].Fix.TextEdits...)
		gone[i] = true
	}
	t, err := Try(p.pass, p.pkg, edits, "")
	if err != nil {
		return false, nil
	}
	_, found, err := t.Run(p.pass.Analyzer)
	if err != nil {
		return false, nil
	}
	allowed := map[place]bool{}
	for i, c := range p.all {
		if !gone[i] {
			allowed[t.oldPlace(c.Pos)] = true
		}
	}
	// Other categories are notes: what is suppressed, what is undecided.
	found = slices.DeleteFunc(found, func(d analysis.Diagnostic) bool {
		return d.Category != p.pass.Analyzer.Name || allowed[t.newPlace(d.Pos)]
	})
	if len(found) > 0 {
		return false, p.blame(t, set, found)
	}
	if !p.nothingElse(t) {
		return false, nil
	}
	if p.sound == nil {
		return true, nil
	}
	wrong := p.sound(t)
	for _, i := range set {
		if slices.Contains(wrong, p.all[i].Pos) {
			blamed = append(blamed, i)
		}
	}
	return len(wrong) == 0, blamed
}

// blame returns the fixes that change a function in which something is found.
func (p *prover) blame(t *Trial, set []int, found []analysis.Diagnostic) (blamed []int) {
	for _, i := range set {
		own := t.oldPlace(p.all[i].Pos)
		if slices.ContainsFunc(found, func(d analysis.Diagnostic) bool {
			return t.newPlace(d.Pos) == own || t.sameFunc(p.all[i].Fix, d.Pos)
		}) {
			blamed = append(blamed, i)
		}
	}
	return blamed
}

// nothingElse reports whether the other checks find nothing new. What they find
// in the package as it is, is asked only when they find something at all.
func (p *prover) nothingElse(t *Trial) bool {
	for _, a := range p.also {
		_, found, err := t.Run(a)
		if err != nil {
			return false
		}
		found = slices.DeleteFunc(found, func(d analysis.Diagnostic) bool { return d.Category != a.Name })
		if len(found) == 0 {
			continue
		}
		if p.others == nil && !p.askOthers() {
			return false
		}
		known := map[place]bool{}
		for _, pos := range p.others[a] {
			known[t.oldPlace(pos)] = true
		}
		if slices.ContainsFunc(found, func(d analysis.Diagnostic) bool { return !known[t.newPlace(d.Pos)] }) {
			return false
		}
	}
	return true
}

// askOthers runs the other checks on the package as it is.
func (p *prover) askOthers() bool {
	same, err := Try(p.pass, p.pkg, nil, "")
	if err != nil {
		return false
	}
	p.others = map[*analysis.Analyzer][]token.Pos{}
	for _, a := range p.also {
		_, found, err := same.Run(a)
		if err != nil {
			return false
		}
		for _, d := range found {
			p.others[a] = append(p.others[a], same.posBefore(d.Pos))
		}
	}
	return true
}
