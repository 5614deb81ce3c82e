package finding

import (
	"math/rand"
	"slices"
	"testing"
)

func at(file string, line, col int, check, msg, pkg string) Finding {
	return Finding{
		Span:    Span{File: file, Start: Pos{line, col}},
		Check:   check,
		Message: msg,
		Package: pkg,
	}
}

func TestMergeOrder(t *testing.T) {
	want := []Finding{
		at("a.go", 2, 9, "y", "m", "p"),
		at("a.go", 10, 1, "x", "m", "p"),
		at("a.go", 10, 2, "x", "m", "p"),
		at("a.go", 10, 2, "y", "l", "p"),
		at("a.go", 10, 2, "y", "m", "p"),
		at("b.go", 1, 1, "x", "m", "p"),
	}
	rnd := rand.New(rand.NewSource(1))
	for range 20 {
		got := slices.Clone(want)
		// A test variant of the package reports everything a second time.
		for _, f := range want {
			f.Package = "p [p.test]"
			got = append(got, f)
		}
		rnd.Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
		got = Merge(got)
		if len(got) != len(want) {
			t.Fatalf("got %d findings, want %d", len(got), len(want))
		}
		for i := range want {
			if got[i].Compare(want[i]) != 0 {
				t.Fatalf("finding %d: got %+v, want %+v", i, got[i], want[i])
			}
		}
	}
}

func TestInTest(t *testing.T) {
	for file, want := range map[string]bool{
		"/m/a_test.go":      true,
		"/m/a.go":           false,
		"/m/x_test.go/a.go": false,
	} {
		if got := (Finding{Span: Span{File: file}}).InTest(); got != want {
			t.Errorf("InTest(%q) = %v, want %v", file, got, want)
		}
	}
}
