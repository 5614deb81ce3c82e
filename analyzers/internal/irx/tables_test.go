package irx

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
)

// TestTables: what sets a large table of constants is not built, anything else is.
func TestTables(t *testing.T) {
	many := func(elt string) string { return strings.Repeat(elt+", ", minTable) }
	src := fmt.Sprintf(`package p
func f() int { return 1 }
var numbers = [...]int{%s}
var pairs = []struct{ a int; b string }{%s}
var byName = map[string]int{%s}
var calls = []int{%s f()}
var funcs = []func() int{%s}
var keys = map[int]int{f(): 1, %s}
var boxed = []any{%s}
var few = []int{1, 2, 3}
var one = 1
`, many("1"), many(`{1, "x"}`), keyed(minTable), many("1"), many("f"), numbered(minTable), many("1"))
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	pkg, err := new(types.Config).Check("p", fset, []*ast.File{file}, info)
	if err != nil {
		t.Fatal(err)
	}
	p := &Package{Pass: &analysis.Pass{Fset: fset, Files: []*ast.File{file}, Pkg: pkg, TypesInfo: info}}
	_, built := p.sources()
	var names []string
	for _, init := range built.InitOrder {
		names = append(names, init.Lhs[0].Name())
	}
	if got := strings.Join(names, " "); got != "calls funcs keys boxed few one" {
		t.Errorf("built: %s", got)
	}
	if len(info.InitOrder) != 9 {
		t.Errorf("the pass's own order has %d variables now", len(info.InitOrder))
	}
}

func keyed(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "\"k%d\": %d, ", i, i)
	}
	return b.String()
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d: 1, ", i)
	}
	return b.String()
}
