package repair

import (
	"go/ast"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// load makes a pass over one file.
func load(t *testing.T, src string) *analysis.Pass {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "x.go", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Scopes: map[ast.Node]*types.Scope{},
	}
	cfg := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	pkg, err := cfg.Check("example.test/x", fset, []*ast.File{f}, info)
	if err != nil {
		t.Fatal(err)
	}
	return &analysis.Pass{
		Analyzer: &analysis.Analyzer{Name: "test", Doc: "test"},
		Fset:     fset, Files: []*ast.File{f}, Pkg: pkg, TypesInfo: info,
		TypesSizes: types.SizesFor("gc", "amd64"),
		ReadFile:   func(string) ([]byte, error) { return []byte(src), nil },
		ResultOf:   map[*analysis.Analyzer]any{},
		ImportObjectFact: func(types.Object, analysis.Fact) bool {
			return false
		},
	}
}

// apply makes edits and demands that the result be formatted.
func apply(t *testing.T, pass *analysis.Pass, edits ...analysis.TextEdit) string {
	t.Helper()
	byFile, ok := changesOf(pass.Fset, edits)
	if !ok {
		t.Fatal("edits overlap")
	}
	src, err := pass.ReadFile("x.go")
	if err != nil {
		t.Fatal(err)
	}
	out := byFile[pass.Fset.File(pass.Files[0].FileStart)].apply(src)
	formatted, err := format.Source(out)
	if err != nil {
		t.Fatalf("%v in:\n%s", err, out)
	}
	if string(formatted) != string(out) {
		t.Errorf("not formatted:\n%s", out)
	}
	return string(out)
}

// bodyOf returns the body of function f.
func bodyOf(t *testing.T, pass *analysis.Pass) *Body {
	t.Helper()
	file := NewSource(pass).File(pass.Files[0].FileStart)
	for _, d := range pass.Files[0].Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "f" {
			return NewBody(file, fn)
		}
	}
	t.Fatal("no function f")
	return nil
}

func find[T ast.Node](pass *analysis.Pass) (found []T) {
	ast.Inspect(pass.Files[0], func(n ast.Node) bool {
		if x, ok := n.(T); ok {
			found = append(found, x)
		}
		return true
	})
	return found
}

func TestImport(t *testing.T) {
	for _, tt := range []struct{ name, head, path, want string }{
		{"sorted", "import (\n\t\"fmt\"\n\t\"os\"\n)\n", "net", "import (\n\t\"fmt\"\n\t\"net\"\n\t\"os\"\n)\n"},
		{"first", "import (\n\t\"fmt\"\n\t\"os\"\n)\n", "errors", "import (\n\t\"errors\"\n\t\"fmt\"\n\t\"os\"\n)\n"},
		{"last", "import (\n\t\"fmt\" // text\n\t\"os\"\n)\n", "time", "import (\n\t\"fmt\" // text\n\t\"os\"\n\t\"time\"\n)\n"},
		{"single", "import \"fmt\"\nimport \"os\"\n", "time", "import \"fmt\"\nimport \"time\"\nimport \"os\"\n"},
		{"there", "import (\n\tft \"fmt\"\n\t\"os\"\n)\n", "fmt", "import (\n\tft \"fmt\"\n\t\"os\"\n)\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			use := "fmt"
			if strings.Contains(tt.head, "ft \"fmt\"") {
				use = "ft"
			}
			tail := "\nfunc f() { " + use + ".Println(os.Args) }\n"
			pass := load(t, "package x\n\n"+tt.head+tail)
			b := bodyOf(t, pass)
			name, edits, ok := b.Import(tt.path, b.Block.Lbrace+1)
			if !ok || name == "" {
				t.Fatalf("Import gives %q, %v", name, ok)
			}
			if got := apply(t, pass, edits...); got != "package x\n\n"+tt.want+tail {
				t.Errorf("got:\n%s", got)
			}
		})
	}
	pass := load(t, "package x\n\nfunc f(time int) {}\n")
	b := bodyOf(t, pass)
	if _, _, ok := b.Import("time", b.Block.Lbrace+1); ok {
		t.Error("a name that means something else is taken for the package")
	}
}

func TestReturn(t *testing.T) {
	const head = "package x\n\nfunc g() error { return nil }\n\nfunc h() (int, error) { return 0, nil }\n\n"
	always := func(e ast.Expr) bool { _, call := e.(*ast.CallExpr); return call }
	for _, tt := range []struct{ body, want, err string }{
		{
			"func f() error {\n\terr := g()\n\treturn err\n}\n",
			"func f() error {\n\terr := g()\n\tdone()\n\treturn err\n}\n", "err",
		},
		{
			"func f() error {\n\treturn g()\n}\n",
			"func f() error {\n\terr := g()\n\tdone()\n\treturn err\n}\n", "err",
		},
		{
			"func f() (n int, err error) {\n\treturn 1, g()\n}\n",
			"func f() (n int, err error) {\n\terr = g()\n\tdone()\n\treturn 1, err\n}\n", "err",
		},
		{
			"func f() (int, error) {\n\tresult := 1\n\t_ = result\n\treturn h()\n}\n",
			"func f() (int, error) {\n\tresult := 1\n\t_ = result\n\tresult2, err := h()\n\tdone()\n\treturn result2, err\n}\n", "err",
		},
	} {
		pass := load(t, head+tt.body)
		b := bodyOf(t, pass)
		rets := find[*ast.ReturnStmt](pass)
		x, ok := b.Return(rets[len(rets)-1].Pos(), always)
		if !ok || x.Err != tt.err {
			t.Errorf("%s: error %q, %v", tt.body, x.Err, ok)
			continue
		}
		if got := apply(t, pass, x.Edit("done()")); got != head+tt.want {
			t.Errorf("got:\n%s", got)
		}
	}
}

func TestEnds(t *testing.T) {
	const src = `package x

func f(c chan int, ok bool) {
	for range c {
		if ok {
			continue
		}
		select {
		case <-c:
			// a comment
		case c <- 1:
			f(c, ok) // calls
		default:
		}
	}
}
`
	pass := load(t, src)
	b := bodyOf(t, pass)
	_, ends := b.LoopEnds(find[*ast.SelectStmt](pass)[0].Pos() - 20)
	var edits []analysis.TextEdit
	for _, x := range ends {
		if len(x.Inner) == 0 {
			edits = append(edits, x.Edit("done()"))
		}
		for _, inner := range x.Inner {
			edits = append(edits, inner.Edit("done()"))
		}
	}
	got := apply(t, pass, edits...)
	if n := strings.Count(got, "done()"); n != 4 || !strings.Contains(got, "f(c, ok) // calls\n\t\t\tdone()") {
		t.Errorf("%d ends in:\n%s", n, got)
	}
}

func TestWrap(t *testing.T) {
	const src = "package x\n\nfunc f() {\n\t// why\n\tprintln(`a\nb`)\n\n\tif true {\n\t\tprintln()\n\t} // after\n}\n"
	const want = "package x\n\nfunc f() {\n\tgo func() {\n\t\t// why\n\t\tprintln(`a\nb`)\n\n\t\tif true {\n\t\t\tprintln()\n\t\t} // after\n\t}()\n}\n"
	pass := load(t, src)
	b := bodyOf(t, pass)
	edits, ok := b.Wrap(b.Block.List[0].Pos(), b.Block.List[1].End(), nil, []string{"go func() {"}, "}()")
	if got := apply(t, pass, edits...); !ok || got != want {
		t.Errorf("got:\n%s", got)
	}
}

func TestMoved(t *testing.T) {
	cs := changes{{2, 2, "xx"}, {4, 6, "y"}, {8, 9, ""}}
	for at, want := range map[int]int{0: 0, 2: 4, 3: 5, 4: 6, 7: 8, 9: 9} {
		if got := cs.moved(at); got != want {
			t.Errorf("offset %d moves to %d, want %d", at, got, want)
		}
	}
	if got := string(cs.apply([]byte("0123456789"))); got != "01xx23y679" {
		t.Errorf("applied: %s", got)
	}
}

// TestProve has an analyzer that reports calls of bad; a fix must take the call
// away, compile, and not add another.
func TestProve(t *testing.T) {
	const src = "package x\n\nfunc bad() {}\n\nfunc f() {\n\tbad()\n\tbad()\n\tbad()\n\tbad()\n}\n"
	pass := load(t, src)
	pass.Analyzer = &analysis.Analyzer{Name: "test", Doc: "test", Run: reportBad}
	pass.ResultOf[irx.Analyzer] = new(irx.Package)
	var calls []*ast.ExprStmt
	for _, s := range find[*ast.ExprStmt](pass) {
		calls = append(calls, s)
	}
	var all []Candidate
	for i, text := range []string{"println()", "undefined()", "println(); bad()", "println(1)"} {
		fix := &analysis.SuggestedFix{TextEdits: []analysis.TextEdit{{Pos: calls[i].Pos(), End: calls[i].End(), NewText: []byte(text)}}}
		all = append(all, Candidate{Pos: calls[i].Pos(), Fix: fix})
	}
	Prove(pass, all, nil)
	var kept []int
	for i, c := range all {
		if c.Fix != nil {
			kept = append(kept, i)
		}
	}
	if !slices.Equal(kept, []int{0, 3}) {
		t.Errorf("kept the fixes %v, want 0 and 3", kept)
	}
	all[0].Fix = &analysis.SuggestedFix{}
	pass.ResultOf[trialMark] = true
	if Prove(pass, all[:1], nil); all[0].Fix != nil {
		t.Error("a fix is offered in a trial")
	}
}

func reportBad(pass *analysis.Pass) (any, error) {
	for id, obj := range pass.TypesInfo.Uses {
		if obj.Name() == "bad" {
			pass.Report(analysis.Diagnostic{Pos: id.Pos(), Category: "test", Message: "bad"})
		}
	}
	return nil, nil
}

// TestStandIns compiles a change that imports what the package did not.
func TestStandIns(t *testing.T) {
	pass := load(t, "package x\n\nimport \"net\"\n\nfunc f(c net.Conn) {\n}\n")
	b := bodyOf(t, pass)
	var edits []analysis.TextEdit
	for _, p := range []string{"errors", "time"} {
		_, more, ok := b.Import(p, b.Block.Lbrace+1)
		if !ok {
			t.Fatal(p)
		}
		edits = append(edits, more...)
	}
	good := b.AtEnd(b.Block, "if err := c.SetDeadline(time.Now().Add(10 * time.Second)); !errors.Is(err, net.ErrClosed) {", "\ttime.Sleep(time.Millisecond)", "}")
	if _, err := Try(pass, new(irx.Package), append(slices.Clone(edits), good), ""); err != nil {
		t.Error(err)
	}
	bad := b.AtEnd(b.Block, "c.SetDeadline(time.Second)", "_ = errors.Is")
	if _, err := Try(pass, new(irx.Package), append(slices.Clone(edits), bad), ""); err == nil {
		t.Error("a duration is taken for a time")
	}
}
