// Package irx is the IR side of sockvet: the SSA form of a package built only
// when somebody asks, its functions in bottom-up order, what a call can reach,
// which types are resources, and how values are named in a report.
package irx

import (
	"go/ast"
	"go/types"
	"reflect"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// Package is a package under analysis whose SSA form is built on demand.
//
// buildssa is not used: an analyzer that makes facts runs on every dependency
// together with all it requires, so requiring buildssa would build the SSA form
// of the whole dependency closure, the standard library included.
type Package struct {
	Pass *analysis.Pass
	// Model is the model resolved for this package.
	Model *netmodel.Model

	settings settings

	once  sync.Once
	prog  *ssa.Package
	funcs []*ssa.Function
	impls implementations // of interfaces that nobody else can implement

	openImpls implementations // of the other interfaces

	useOnce   sync.Once
	used      *usage
	orderOnce sync.Once
	called    map[*ssa.Function][]*ssa.Function
	bottomUp  [][]*ssa.Function
	declaring sync.Mutex
	pointers  map[*types.Package][]types.Type // see Implementers

	failing  sync.Mutex
	failures []Failure

	passes sync.Map // *analysis.Analyzer to *analysis.Pass; see KeepFacts
}

// Analyzer provides a *Package. It does no work by itself.
var Analyzer = &analysis.Analyzer{
	Name:       "sockvet_irx",
	Doc:        "provides the SSA form of a package on demand (used by the sockvet checks)",
	Run:        run,
	ResultType: reflect.TypeFor[*Package](),
}

func run(pass *analysis.Pass) (any, error) {
	p := &Package{Pass: pass, settings: shared}
	if p.Relevant() || p.ChecksErrors() || p.Waits() {
		model, err := p.resolveModel()
		if err != nil {
			return nil, err
		}
		p.Model = model
	}
	return p, nil
}

// Build builds the SSA form. noReturn tells which imported functions never
// return to their caller, so that the control-flow graph ends there. Only the
// first call's noReturn counts.
func (p *Package) Build(noReturn func(*types.Func) bool) {
	p.once.Do(func() {
		if !p.Confine(p.Pass.Analyzer.Name, nil, func() { p.build(noReturn) }) {
			p.funcs = nil // there is nothing to be looked at
		}
	})
}

// Funcs returns the functions of the package that have a body, each followed
// by its function literals, in source order. Build must have been called.
func (p *Package) Funcs() []*ssa.Function { return p.funcs }

// AllFuncs returns the functions of the package and before them the one that
// initializes its variables, which has no source of its own: who must see all stores
// or calls looks at it, too. Build must have been called.
func (p *Package) AllFuncs() []*ssa.Function {
	if p.prog == nil || p.prog.Func("init") == nil {
		return p.funcs
	}
	return append([]*ssa.Function{p.prog.Func("init")}, p.funcs...)
}

// SSA returns the package's SSA form. Build must have been called.
func (p *Package) SSA() *ssa.Package { return p.prog }

func (p *Package) build(noReturn func(*types.Func) bool) {
	prog := ssa.NewProgram(p.Pass.Fset, ssa.BuilderMode(0))
	prog.SetNoReturn(noReturn)
	for _, imp := range p.Pass.Pkg.Imports() {
		prog.CreatePackage(imp, nil, nil, true)
	}
	files, info := p.sources()
	p.prog = prog.CreatePackage(p.Pass.Pkg, files, info, false)
	p.prog.Build()
	for _, file := range files {
		for _, decl := range file.Decls {
			if decl, ok := decl.(*ast.FuncDecl); ok {
				p.addFunc(prog.FuncValue(p.Pass.TypesInfo.Defs[decl.Name].(*types.Func)))
			}
		}
	}
	if init := p.prog.Func("init"); init != nil {
		for _, anon := range init.AnonFuncs { // literals of package variables
			p.addFunc(anon)
		}
	}
	p.impls, p.openImpls = findImplementations(p.Pass.Pkg)
}

func (p *Package) addFunc(fn *ssa.Function) {
	if fn == nil || len(fn.Blocks) == 0 {
		return
	}
	p.funcs = append(p.funcs, fn)
	for _, anon := range fn.AnonFuncs {
		p.addFunc(anon)
	}
}
