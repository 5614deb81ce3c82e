package acceptblock

import (
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/acceptloop"
	"github.com/sockvet/sockvet/analyzers/internal/peerio"
)

// -- loops that serve one connection at a time --

// maxDepth bounds how deep into callees a hand-over is looked for.
const maxDepth = 4

// handsOver reports whether somebody else gets the connection after the wait, and
// nobody waits for it here after that: if not, the loop serves one connection at
// a time by design. What unknown code does with it is anybody's guess; a loop
// that shakes hands and then calls it is taken to hand over.
func (s *search) handsOver(l *acceptloop.Loop, site peerio.Site, depth int) bool {
	for _, h := range l.Handoffs {
		sure := h.Kind.Sure() || h.Kind == acceptloop.Unknown && site.Wait.Exchange
		if !sure || !h.Carries || !l.After(site.Instr, h.Instr) || s.waitsAfter(l, h) {
			continue
		}
		if h.Instr != site.Instr || s.handsOverInside(h, depth+1) {
			return true
		}
	}
	if l.Outer == nil {
		return false
	}
	for _, h := range l.Outer.Handoffs {
		if h.Kind.Sure() && h.Carries {
			return true
		}
	}
	return false
}

// waitsAfter reports whether the connection is waited for after it was handed
// over: then the other goroutine only helps.
func (s *search) waitsAfter(l *acceptloop.Loop, h acceptloop.Handoff) bool {
	for _, site := range s.peers.SitesOf(l.Fn, l.Conn) {
		if !site.Wait.Async && site.Instr != h.Instr && l.Contains(site.Instr) && l.After(h.Instr, site.Instr) {
			return true
		}
	}
	return false
}

// handsOverInside reports whether the callee of a hand-over, which waits too,
// does so in this order.
func (s *search) handsOverInside(h acceptloop.Handoff, depth int) bool {
	if h.Kind != acceptloop.Callee {
		return true
	}
	if depth > maxDepth {
		return false
	}
	for _, body := range h.Bodies {
		for _, v := range inputs(body) {
			l := s.accepts.Within(v)
			for _, site := range s.peers.SitesOf(body, v) {
				if !site.Wait.Async && s.handsOver(l, site, depth) {
					return true
				}
			}
		}
	}
	return false
}

func inputs(fn *ssa.Function) []ssa.Value {
	var out []ssa.Value
	for _, p := range fn.Params {
		out = append(out, p)
	}
	for _, v := range fn.FreeVars {
		out = append(out, v)
	}
	return out
}
