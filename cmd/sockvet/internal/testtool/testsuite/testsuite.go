// Package testsuite is a pair of tiny checks that use everything a real one
// may: flags, facts, related places, fixes. The tests of the command run on it,
// so that what they expect does not change with the real checks.
package testsuite

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"
)

// New returns a new suite; nothing is shared between two.
func New() []*analysis.Analyzer {
	return []*analysis.Analyzer{newPrinter(), newNaming()}
}

// loud marks functions that call println, directly or through others.
type loud struct{ Depth int }

func (*loud) AFact() {}

func (l *loud) String() string { return fmt.Sprintf("loud(%d)", l.Depth) }

const printerDoc = `report calls that end in println

The printer check reports each call of println, and each call of a function
that prints.

# Bad

	func f() { println("x") }

# Good

	func f(w io.Writer) { fmt.Fprintln(w, "x") }
`

type printer struct {
	tests    bool
	netmodel string
	debug    bool
	depth    int

	suppressed bool
}

func newPrinter() *analysis.Analyzer {
	p := &printer{}
	a := &analysis.Analyzer{
		Name:      "printer",
		Doc:       printerDoc,
		URL:       "https://example.com/checks/printer.md",
		Requires:  []*analysis.Analyzer{inspect.Analyzer},
		FactTypes: []analysis.Fact{new(loud)},
		Run:       p.run,
	}
	a.Flags.BoolVar(&p.tests, "tests", false, "report in test files too")
	a.Flags.StringVar(&p.netmodel, "netmodel", "", "file with a name to report in addition to println")
	a.Flags.BoolVar(&p.debug, "debug", false, "print what was undecided")
	a.Flags.BoolVar(&p.suppressed, "suppressed", false, "report what comments silence")
	a.Flags.IntVar(&p.depth, "depth", 9, "report up to this depth of calls")
	return a
}

func (p *printer) run(pass *analysis.Pass) (any, error) {
	names, err := p.names()
	if err != nil {
		return nil, err
	}
	ins := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	var fn *ast.FuncDecl
	ins.Preorder([]ast.Node{(*ast.FuncDecl)(nil), (*ast.CallExpr)(nil)}, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.FuncDecl:
			fn = n
			if n.Name.Name == "CrashTheTool" {
				panic("told to")
			}
			if n.Name.Name == "FailTheCheck" {
				err = errors.New("told to fail")
			}
		case *ast.CallExpr:
			p.call(pass, fn, n, names)
		}
	})
	return nil, err
}

func (p *printer) names() ([]string, error) {
	names := []string{"println"}
	if p.netmodel == "" {
		return names, nil
	}
	data, err := os.ReadFile(p.netmodel)
	if err != nil {
		return nil, err
	}
	name := strings.TrimSpace(string(data))
	if strings.Contains(name, " ") {
		return nil, fmt.Errorf("%s: not a name: %q", p.netmodel, name)
	}
	return append(names, name), nil
}

func (p *printer) call(pass *analysis.Pass, fn *ast.FuncDecl, call *ast.CallExpr, names []string) {
	id, _ := call.Fun.(*ast.Ident)
	var fact loud
	callee, _ := typeutil.Callee(pass.TypesInfo, call).(*types.Func)
	switch {
	case id != nil && (id.Name == names[0] || id.Name == names[len(names)-1]):
	case callee != nil && pass.ImportObjectFact(callee, &fact):
		fact.Depth++
	default:
		return
	}
	if fn != nil {
		if obj, ok := pass.TypesInfo.Defs[fn.Name].(*types.Func); ok {
			pass.ExportObjectFact(obj, &fact)
		}
	}
	file := pass.Fset.Position(call.Pos()).Filename
	if fact.Depth > p.depth || !p.tests && strings.HasSuffix(file, "_test.go") {
		return
	}
	if c := comment(pass, call); c != nil {
		if p.suppressed {
			pass.Report(analysis.Diagnostic{Pos: call.Pos(), Category: "suppressed", Related: []analysis.RelatedInformation{{Pos: c.Pos()}}})
		}
		return
	}
	pass.Report(p.diagnostic(fn, call, callee, fact))
	if p.debug {
		pass.Report(analysis.Diagnostic{Pos: call.Pos(), Category: "debug", Message: "undecided: 1 of 2"})
	}
}

// comment returns the one on the line of the call that silences it.
func comment(pass *analysis.Pass, call *ast.CallExpr) *ast.Comment {
	line := func(pos token.Pos) token.Position {
		p := pass.Fset.Position(pos)
		return token.Position{Filename: p.Filename, Line: p.Line}
	}
	for _, f := range pass.Files {
		for _, g := range f.Comments {
			if strings.HasPrefix(g.List[0].Text, "//nolint:printer") && line(g.Pos()) == line(call.Pos()) {
				return g.List[0]
			}
		}
	}
	return nil
}

func (p *printer) diagnostic(fn *ast.FuncDecl, call *ast.CallExpr, callee *types.Func, fact loud) analysis.Diagnostic {
	d := analysis.Diagnostic{
		Pos:      call.Pos(),
		End:      call.End(),
		Category: "printer",
		Message:  "call of println",
	}
	if fn != nil {
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: fn.Name.Pos(), End: fn.Name.End(), Message: "in this function"})
	}
	if fact.Depth > 0 {
		d.Message = fmt.Sprintf("call of %s, which prints", callee.Name())
		d.Related = append(d.Related,
			analysis.RelatedInformation{Pos: call.Pos(), End: call.End(), Message: "calls " + callee.Name()},
			analysis.RelatedInformation{Pos: callee.Pos(), End: callee.Pos(), Message: "prints here"})
		return d
	}
	d.SuggestedFixes = []analysis.SuggestedFix{{
		Message:   "drop the arguments",
		TextEdits: []analysis.TextEdit{{Pos: call.Lparen + 1, End: call.Rparen}},
	}}
	if len(call.Args) == 0 {
		d.SuggestedFixes = nil
	}
	return d
}

func newNaming() *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:     "naming",
		Doc:      "report variables named foo\n\nNobody knows what a foo is.",
		URL:      "https://example.com/checks/naming.md",
		Requires: []*analysis.Analyzer{inspect.Analyzer},
		Run:      naming,
	}
}

func naming(pass *analysis.Pass) (any, error) {
	ins := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	ins.Preorder([]ast.Node{(*ast.Ident)(nil)}, func(n ast.Node) {
		id := n.(*ast.Ident)
		if v, ok := pass.TypesInfo.Defs[id].(*types.Var); ok && id.Name == "foo" {
			pass.Reportf(v.Pos(), "variable named foo on line %d", pass.Fset.Position(v.Pos()).Line)
		}
	})
	return nil, nil
}
