package summary_test

import (
	"bytes"
	"encoding/gob"
	"go/types"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"

	"github.com/sockvet/sockvet/analyzers/internal/antest"
	"github.com/sockvet/sockvet/analyzers/internal/summary"
)

// facts returns the facts of the functions of one package, by name.
func facts(t *testing.T, g *checker.Graph, path string) map[string]*summary.Fact {
	t.Helper()
	out := map[string]*summary.Fact{}
	for act := range g.All() {
		if act.Analyzer != summary.Analyzer || act.Package.PkgPath != path {
			continue
		}
		for _, of := range act.AllObjectFacts() {
			if fn, ok := of.Object.(*types.Func); ok && fn.Pkg().Path() == path {
				out[fn.Name()] = of.Fact.(*summary.Fact)
			}
		}
	}
	if len(out) == 0 {
		t.Fatalf("no facts for %s", path)
	}
	return out
}

// TestFacts looks at what callers in other packages are told.
func TestFacts(t *testing.T) {
	const path = "sockvet.test/connclose/crosspkg/peer"
	got := facts(t, antest.Analyze(t, summary.Analyzer, "./connclose/crosspkg"), path)
	for name, want := range wantFacts {
		f := got[name]
		if want == "" && f != nil {
			t.Errorf("%s: fact %q, want none", name, f)
		}
		if want != "" && (f == nil || f.String() != want) {
			t.Errorf("%s: fact %v, want %q", name, f, want)
		}
	}
	testCodec(t, got)
}

// testCodec demands that facts survive gob, that equal facts have equal bytes,
// and that they stay small: they are read for every dependency of every package.
func testCodec(t *testing.T, facts map[string]*summary.Fact) {
	const budget = 200 // bytes per fact, on average, the type's description left out
	total := 0
	for name, f := range facts {
		first := encode(t, f)
		for range 10 {
			if !bytes.Equal(first, encode(t, f)) {
				t.Errorf("%s: the same fact has different bytes", name)
			}
		}
		back := new(summary.Fact)
		if err := gob.NewDecoder(bytes.NewReader(first)).Decode(back); err != nil {
			t.Fatal(err)
		}
		if back.String() != f.String() {
			t.Errorf("%s: %q became %q", name, f, back)
		}
		total += len(first) - len(encode(t, new(summary.Fact)))
	}
	if total > budget*len(facts) {
		t.Errorf("%d facts take %d bytes, more than %d each", len(facts), total, budget)
	}
}

func encode(t *testing.T, f analysis.Fact) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var wantFacts = map[string]string{
	"Dial":       "owns result 0; nil beside an error 1",
	"Listen":     "owns result 0",
	"Greet":      "owns result 0 even on failure",
	"Hello":      "", // borrows: the default
	"Echo":       "",
	"Quiet":      "0 closed",
	"CloseAll":   "0[] closed",
	"Serve":      "0 closed",
	"ServeAll":   "0 never, on failure closed",
	"Loop":       "0 never, on failure borrowed; fails",
	"Keep":       "0 kept",
	"KeepIfRoom": "0 kept, on failure borrowed",
	"Start":      "0 kept by a goroutine",
	"NewSession": "0 returned, on failure closed in 0.0; nil beside an error 1",
	"NewLink":    "0 returned, on failure borrowed in 0.0; nil beside an error 1",
	"Secure":     "0 returned in 0; foreign 1",
	"Close":      "0 closed; 0.0 closed",
	"Shutdown":   "0.0 closed",
	"Fatal":      "exits",
}
