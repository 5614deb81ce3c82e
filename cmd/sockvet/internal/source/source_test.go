package source

import (
	"errors"
	"testing"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
)

const text = "package p\n\nfunc (c *T[K]) F(\n) {\n\tx := \"é𝄞\"; y()\n}\r\n\nfunc G() {}\nvar V = func() {}"

func file() *File { return newFile("/m/p.go", text) }

func TestLines(t *testing.T) {
	f := file()
	if got := f.Len(); got != 9 {
		t.Errorf("Len = %d, want 9", got)
	}
	for n, want := range map[int]string{1: "package p", 2: "", 6: "}", 9: "var V = func() {}"} {
		if got, ok := f.Line(n); !ok || got != want {
			t.Errorf("Line(%d) = %q, %v, want %q", n, got, ok, want)
		}
	}
	for _, n := range []int{-1, 0, 10} {
		if got, ok := f.Line(n); ok {
			t.Errorf("Line(%d) = %q, want none", n, got)
		}
	}
	if got := newFile("x", "a\nb\n").Len(); got != 2 {
		t.Errorf("a text that ends in a newline: Len = %d, want 2", got)
	}
}

func TestPosOf(t *testing.T) {
	f := newFile("x", "ab\ncd\n")
	for offset, want := range map[int]finding.Pos{
		0: {Line: 1, Col: 1}, 2: {Line: 1, Col: 3}, 3: {Line: 2, Col: 1}, 6: {Line: 3, Col: 1},
	} {
		if got, ok := f.PosOf(offset); !ok || got != want {
			t.Errorf("PosOf(%d) = %v, %v, want %v", offset, got, ok, want)
		}
	}
	if _, ok := f.PosOf(7); ok {
		t.Error("PosOf past the end succeeded")
	}
}

func TestUTF16Col(t *testing.T) {
	// Line 5: tab, x := "é𝄞"; é is 2 bytes and 1 unit, 𝄞 is 4 bytes and 2 units.
	if got := file().UTF16Col(finding.Pos{Line: 5, Col: 16}); got != 13 {
		t.Errorf("UTF16Col = %d, want 13", got)
	}
}

func TestFuncAt(t *testing.T) {
	f := file()
	for line, want := range map[int]string{2: "", 3: "(*T[K]).F", 5: "(*T[K]).F", 6: "(*T[K]).F", 7: "", 8: "G", 9: ""} {
		if got := f.FuncAt(line); got != want {
			t.Errorf("FuncAt(%d) = %q, want %q", line, got, want)
		}
	}
	if first, last, ok := f.FuncLines(4); !ok || first != 3 || last != 6 {
		t.Errorf("FuncLines(4) = %d, %d, %v, want 3, 6", first, last, ok)
	}
	if got := newFile("x.y", "%token A\n").FuncAt(1); got != "" {
		t.Errorf("FuncAt in a file that is not Go = %q", got)
	}
}

func TestClamp(t *testing.T) {
	span := func(l1, c1, l2, c2 int) finding.Span {
		return finding.Span{Start: finding.Pos{Line: l1, Col: c1}, End: finding.Pos{Line: l2, Col: c2}}
	}
	f := newFile("x", "\tab\ncd\n")
	for _, tt := range []struct{ in, want finding.Span }{
		{span(1, 2, 1, 4), span(1, 2, 1, 4)},
		{span(1, 1, 1, 1), span(1, 2, 1, 4)}, // column lost in export data
		{span(1, 0, 1, 0), span(1, 2, 1, 4)}, // line only
		{span(2, 1, 2, 1), span(2, 1, 2, 3)},
		{span(2, 1, 2, 2), span(2, 1, 2, 2)},
		{span(1, 3, 1, 99), span(1, 3, 1, 4)}, // the line has become shorter
		{span(1, 99, 1, 99), span(1, 4, 1, 4)},
		{span(1, 2, 9, 9), span(1, 2, 1, 4)}, // the end has gone
		{span(1, 2, 2, 9), span(1, 2, 2, 3)},
	} {
		if got, ok := f.Clamp(tt.in); !ok || got != tt.want {
			t.Errorf("Clamp(%v) = %v, %v, want %v", tt.in, got, ok, tt.want)
		}
	}
	if _, ok := f.Clamp(span(3, 1, 3, 1)); ok {
		t.Error("Clamp accepted a line that does not exist")
	}
}

// TestExtent: a place without an end stands for what begins there.
func TestExtent(t *testing.T) {
	f := newFile("/m/p.go", "package p\n\nfunc F(a int) error {\n\tif g(a) != nil {\n\t\treturn h(func() {\n\t\t})\n\t}\n\treturn nil\n}\n")
	for start, end := range map[finding.Pos]int{
		{Line: 3, Col: 8}:  9,  // a
		{Line: 4, Col: 2}:  2,  // if: not simple
		{Line: 4, Col: 5}:  16, // g(a) != nil
		{Line: 4, Col: 7}:  8,  // a
		{Line: 5, Col: 3}:  20, // return ..., to the end of the line
		{Line: 8, Col: 2}:  12, // return nil
		{Line: 9, Col: 99}: 2,  // outside
	} {
		got, ok := f.Clamp(finding.Span{Start: start, End: start})
		if !ok || got.End != (finding.Pos{Line: start.Line, Col: end}) {
			t.Errorf("Clamp(%v) ends at %v, want column %d", start, got.End, end)
		}
	}
}

func TestCache(t *testing.T) {
	reads := 0
	c := NewCache(func(path string) ([]byte, error) {
		reads++
		if path == "/gone" {
			return nil, errors.New("gone")
		}
		return []byte("a\n"), nil
	})
	for range 2 {
		if f := c.Get("/gone"); f != nil {
			t.Error("an unreadable file is not nil")
		}
		if l, ok := c.Get("/x").Line(1); !ok || l != "a" {
			t.Errorf("Line(1) = %q, %v", l, ok)
		}
	}
	if reads != 2 {
		t.Errorf("%d reads, want one for each file", reads)
	}
	if _, ok := c.Get("/gone").Line(1); ok {
		t.Error("a line of an unreadable file")
	}
}

func TestClasses(t *testing.T) {
	f := newFile("/m/p.go", "var x = \"s\" + 'c' // why\nreturn 1.5 /* a\nb */ `r\naw`\n\x00 $ \"open\n")
	letters := map[Class]byte{Plain: '.', Keyword: 'k', Literal: 's', Number: 'n', Comment: 'c'}
	for n, want := range []string{
		"kkk.....sss...sss.cccccc",
		"kkkkkk.nnn.cccc",
		"cccc.ss",
		"sss",
		"....sssss",
	} {
		var got []byte
		for _, c := range f.Classes(n + 1) {
			got = append(got, letters[c])
		}
		if string(got) != want {
			t.Errorf("line %d: %s, want %s", n+1, got, want)
		}
	}
	if f.Classes(9) != nil {
		t.Error("classes of a line that does not exist")
	}
}

func TestRewritten(t *testing.T) {
	for text, want := range map[string]bool{
		"package p\n\nimport \"fmt\"\n":             false,
		"package p\n\nimport \"C\"\n":               true,
		"package p\n//line x.y:1\nfunc F() {}\n":    true,
		"package p\nfunc /*line x.y:1:1*/ F() {}\n": true,
		"%token A\n": true,
		"package p\n\nfunc F() { // line of code\n}\n": false,
	} {
		if got := newFile("/m/p.go", text).Rewritten(); got != want {
			t.Errorf("Rewritten of %q = %v, want %v", text, got, want)
		}
	}
	var gone *File
	if !gone.Rewritten() {
		t.Error("a file that cannot be read is taken as it was")
	}
}
