package acceptloop_test

import (
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers/internal/acceptloop"
	"github.com/sockvet/sockvet/analyzers/internal/antest"
)

// describe reports each context as a phrase, so that the test data can say what
// it expects where it stands.
var describe = &analysis.Analyzer{
	Name:       "describe",
	Doc:        "reports accept contexts",
	Requires:   []*analysis.Analyzer{acceptloop.Analyzer},
	ResultType: reflect.TypeFor[*acceptloop.Result](),
	Run: func(pass *analysis.Pass) (any, error) {
		res := pass.ResultOf[acceptloop.Analyzer].(*acceptloop.Result)
		for _, l := range res.Loops {
			pass.Reportf(l.Call.Pos(), "%s", phrase(res, l))
		}
		return res, nil
	},
}

func phrase(res *acceptloop.Result, l *acceptloop.Loop) string {
	words := []string{l.Role.String()}
	if l.Via != nil {
		words = append(words, "via", l.Via.Name())
	}
	if l.Conn == nil {
		words = append(words, "unused")
	}
	text := strings.Join(append(words, handoffs(l)...), " ")
	for _, h := range l.Handoffs {
		if c := res.Consumer(h); c != nil {
			text += ", consumer " + strings.Join(append([]string{c.Fn.Name()}, handoffs(c)...), " ")
		}
	}
	return text
}

func handoffs(l *acceptloop.Loop) []string {
	var words []string
	for _, h := range l.Handoffs {
		word := h.Kind.String()
		if h.Carries {
			word += "+"
		}
		words = append(words, word)
	}
	return words
}

// TestShapes checks every phrase, and what a phrase cannot show: that a context
// holds together.
func TestShapes(t *testing.T) {
	for _, r := range antest.Run(t, describe, "./acceptloop") {
		for _, l := range r.Result.(*acceptloop.Result).Loops {
			checkParts(t, l)
		}
	}
}

func checkParts(t *testing.T, l *acceptloop.Loop) {
	if !l.Contains(l.Call) && l.Role == acceptloop.InLoop {
		t.Errorf("%s: the region of a loop misses its own call", l.Fn)
	}
	if (l.Role == acceptloop.InCallee) != (l.Outer != nil) {
		t.Errorf("%s: role %v, outer call %v", l.Fn, l.Role, l.Outer)
	}
	if l.Role == acceptloop.InLoop && l.Inner == nil {
		t.Errorf("%s: no natural loop", l.Fn)
	}
	if l.Conn != nil && !l.Carries(l.Conn) {
		t.Errorf("%s: the connection does not carry itself", l.Fn)
	}
	for _, h := range l.Handoffs {
		if !l.Contains(h.Instr) {
			t.Errorf("%s: handoff outside of the region", l.Fn)
		}
	}
}
