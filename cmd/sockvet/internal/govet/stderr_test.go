package govet

import (
	"slices"
	"strings"
	"testing"
)

// TestProblems gives what the go command was seen to print, and the lines that
// a user gets.
func TestProblems(t *testing.T) {
	for _, tt := range []struct {
		name, stderr string
		want         []string
	}{
		{
			"type errors",
			"# m/bad\n# [m/bad]\nvet: bad/a.go:2:12: undefined: x\n" +
				"# m/bad [m/bad.test]\nbad/a.go:2:12: undefined: x\nbad/a.go:3:12: undefined: y\nbad/a.go:4: too many errors\n",
			[]string{"bad/a.go:2:12: undefined: x (and 1 more error)"},
		},
		{
			"continuation lines",
			"# m/bad\nbad/a.go:2:12: not enough arguments in call to f\n\thave (int)\n\twant (int, int)\n",
			[]string{"bad/a.go:2:12: not enough arguments in call to f"},
		},
		{
			"missing module",
			"missing/a.go:2:8: no required module provides package example.com/x; to add it:\n\tgo get example.com/x\n",
			[]string{"missing/a.go:2:8: no required module provides package example.com/x; to add it: go get example.com/x"},
		},
		{
			"import cycle",
			"package m/a\n\timports m/b from a.go\n\timports m/a from b.go: import cycle not allowed\n",
			[]string{"package m/a imports m/b from a.go imports m/a from b.go: import cycle not allowed [m/a]"},
		},
		{
			"go.mod",
			"go: errors parsing go.mod:\ngo.mod:3: unknown directive: frob\n",
			[]string{"errors parsing go.mod: go.mod:3: unknown directive: frob"},
		},
		{
			"patterns",
			"go: downloading example.com/y v1.0.0\ngo: warning: \"./e/...\" matched no packages\nno packages to vet\nstat /m/nothere: directory not found\n",
			[]string{`"./e/..." matched no packages`, "stat /m/nothere: directory not found"},
		},
		{
			"crash",
			"# m/boom\npanic: boom\n\ngoroutine 6 [running]:\nmain.f()\n\t/x/main.go:6 +0x235\nm/a: /bin/sockvet: exit status 1\n" +
				"# m/b\n# [m/b]\nsockvet: b/b.go:2:8: could not import m/boom (no package vetx file for \"m/boom\")\n" +
				"m/c: /bin/sockvet: exit status 1\nm/d: /bin/sockvet: exit status 1\n",
			[]string{
				"sockvet crashed: panic: boom [m/boom]",
				"4 packages not analysed: they import one that could not be: m/a, m/b, m/c and 1 more",
			},
		},
		{
			"a position without a column, and a Windows path",
			"# m\n" + `C:\m\a.go:7: syntax error` + "\n",
			[]string{`C:\m\a.go:7: syntax error`},
		},
		{
			"unknown text is kept",
			"# m/cgo\ngcc: fatal: no\nld: cannot find -lx\n",
			[]string{"gcc: fatal: no (and 1 more error) [m/cgo]"},
		},
		{"nothing", "\n", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, p := range mergeProblems(parseStderr(tt.stderr, "/bin/sockvet")) {
				got = append(got, p.String())
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(tt.want, "\n  "))
			}
		})
	}
}

func TestCrashKeepsStack(t *testing.T) {
	ps := parseStderr("# m\npanic: boom\n\ngoroutine 6 [running]:\nmain.f()\n# n\nn/a.go:1:1: bad\n", "/t")
	if len(ps) != 2 || !strings.Contains(ps[0].Detail, "main.f()") || strings.Contains(ps[0].Detail, "bad") {
		t.Errorf("problems %+v", ps)
	}
}

func TestWarningsAreKnown(t *testing.T) {
	ps := parseStderr("go: warning: \"./e/...\" matched no packages\n", "/t")
	if len(ps) != 1 || !ps[0].Warning {
		t.Errorf("problems %+v", ps)
	}
}

// TestUnwritten: a fix that could not be written is told apart, and no matter
// of the package before.
func TestUnwritten(t *testing.T) {
	ps := mergeProblems(parseStderr("# m\nm/a.go:1:1: bad\napplying fix: open /m/b.go: permission denied\n", "/t"))
	if len(ps) != 2 || !ps[0].Unwritten() || ps[1].Unwritten() || ps[0].String() != "applying fix: open /m/b.go: permission denied" {
		t.Errorf("problems %+v", ps)
	}
}
