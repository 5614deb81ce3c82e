package oracle

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"regexp"
	"runtime"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/connclose"
	"github.com/sockvet/sockvet/analyzers/internal/summary"
)

// The packages of a program. Their paths have a dot, so that nobody takes them
// for the standard library.
const (
	envPath  = "oracle.test/env"
	libPath  = "oracle.test/lib"
	mainPath = "oracle.test/prog"
)

// envSource is what programs may ask of the world. The interpreter knows the
// functions by name and takes each answer both ways; the bodies are there so
// that the engine has something to summarize.
const envSource = `package env

import (
	"net"
	"os"
)

var kept = map[net.Conn]bool{}

func Ask() bool               { _, ok := os.LookupEnv("ASK"); return ok }
func Num() int                { return os.Getpid() }
func Net() string             { return os.Getenv("NET") }
func Try() error              { _, err := os.Stat("try"); return err }
func Use(c net.Conn) error    { _, err := c.Write([]byte("use")); return err }
func Look(c net.Conn) bool    { return c.LocalAddr() != nil && Ask() }
func Quiet(c net.Conn)        { c.Close() }
func Keep(c net.Conn)         { kept[c] = true }
func Items() []string         { return os.Args }
func Done() chan struct{}     { return make(chan struct{}) }
func Queue() chan net.Conn    { return make(chan net.Conn) }
`

const imports = `
import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"time"
	"oracle.test/env"%s
)

var (
	_ = tls.Client
	_ = errors.New
	_ = fmt.Errorf
	_ io.Closer
	_ = log.Fatal
	_ net.Conn
	_ time.Time
	_ = env.Ask
)
`

// boxes are the wrappers that programs use.
const boxes = `
type box struct{ conn net.Conn }

func (b *box) Close() error { return b.conn.Close() }
func (b *box) ping() error  { _, err := b.conn.Write(nil); return err }

type wrapped struct{ net.Conn }

type server struct{ conn net.Conn }

func newBox(c net.Conn) *box { return &box{conn: c} }

type pair struct{ a, b net.Conn }

func (p *pair) Close() error {
	err := p.a.Close()
	if e := p.b.Close(); err == nil {
		err = e
	}
	return err
}

func do(f func() error) error { return f() }

func try(f func() error) error {
	if env.Ask() {
		return f()
	}
	return nil
}

func closeAll(cs ...net.Conn) {
	for _, c := range cs {
		c.Close()
	}
}

func shut[T io.Closer](x T) { x.Close() }
`

const libBoxes = `
type Box struct{ conn net.Conn }

func (b *Box) Close() error { return b.conn.Close() }
func (b *Box) Ping() error  { _, err := b.conn.Write(nil); return err }

func NewBox(c net.Conn) *Box { return &Box{conn: c} }
`

// Program is one generated program: declarations of the package under analysis
// and of a library that it imports.
type Program struct{ Main, Lib string }

// Loaded are programs that were type-checked together.
type Loaded struct {
	Fset  *token.FileSet
	Info  *types.Info         // of all packages
	Pkgs  []*packages.Package // main first
	Files []*ast.File         // main, lib
	decls map[*types.Func]*ast.FuncDecl
	names map[*types.Func]string
	lits  map[*ast.FuncLit][]*types.Var
	// goEnds are the go statements whose goroutine closes something in some run,
	// or hands it over.
	goEnds map[token.Pos]bool
	// mixed are the literals that return what is not their own in some run.
	mixed map[*ast.FuncLit]bool
	// Unused are the variables that the compiler would refuse.
	Unused []token.Pos
}

// std holds the standard packages that programs import, from export data.
var std = sync.OnceValues(func() (map[string]*types.Package, error) {
	cfg := &packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps}
	pkgs, err := packages.Load(cfg, "crypto/tls", "errors", "fmt", "io", "log", "net", "os", "time")
	if err != nil {
		return nil, err
	}
	found := map[string]*types.Package{}
	packages.Visit(pkgs, nil, func(p *packages.Package) { found[p.PkgPath] = p.Types })
	return found, nil
})

type importer map[string]*types.Package

func (m importer) Import(path string) (*types.Package, error) {
	if p := m[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("no package %s", path)
}

// loader type-checks the packages of some programs.
type loader struct {
	out  *Loaded
	imp  importer
	hard []error
}

// Load type-checks programs. Variables that are never used are allowed.
func Load(progs ...Program) (*Loaded, error) {
	base, err := std()
	if err != nil {
		return nil, err
	}
	l := &loader{imp: importer{}, out: &Loaded{
		Fset:   token.NewFileSet(),
		Info:   newInfo(),
		decls:  map[*types.Func]*ast.FuncDecl{},
		names:  map[*types.Func]string{},
		lits:   map[*ast.FuncLit][]*types.Var{},
		goEnds: map[token.Pos]bool{},
		mixed:  map[*ast.FuncLit]bool{},
	}}
	for path, p := range base {
		l.imp[path] = p
	}
	mainText := "package prog\n" + fmt.Sprintf(imports, "\n\t\"oracle.test/lib\"") + "\nvar _ lib.Box\n" + boxes
	libText := "package lib\n" + fmt.Sprintf(imports, "") + libBoxes
	for _, p := range progs {
		mainText += p.Main
		libText += p.Lib
	}
	mainText += values(mainText)
	env := l.check(envPath, "env.go", envSource)
	lib := l.check(libPath, "lib.go", libText, env)
	prog := l.check(mainPath, "main.go", mainText, env, lib)
	if len(l.hard) > 0 {
		return nil, errors.Join(l.hard...)
	}
	l.out.Pkgs = []*packages.Package{prog, lib}
	l.out.Files = []*ast.File{prog.Syntax[0], lib.Syntax[0]}
	l.out.collect()
	return l.out, nil
}

// funcs finds the names of functions.
var funcs = regexp.MustCompile(`(?m)^func (\w+)\(`)

// values makes all functions of a program values: anybody may call them, with any
// arguments.
func values(text string) string {
	var names []string
	for _, m := range funcs.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return "\nvar Values = []any{" + strings.Join(names, ", ") + "}\n"
}

func newInfo() *types.Info {
	return &types.Info{
		Types:        map[ast.Expr]types.TypeAndValue{},
		Instances:    map[*ast.Ident]types.Instance{},
		Defs:         map[*ast.Ident]types.Object{},
		Uses:         map[*ast.Ident]types.Object{},
		Implicits:    map[ast.Node]types.Object{},
		Selections:   map[*ast.SelectorExpr]*types.Selection{},
		Scopes:       map[ast.Node]*types.Scope{},
		FileVersions: map[*ast.File]string{},
	}
}

func (l *loader) check(path, name, text string, deps ...*packages.Package) *packages.Package {
	file, err := parser.ParseFile(l.out.Fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		l.hard = append(l.hard, err)
		return &packages.Package{PkgPath: path, Syntax: []*ast.File{{}}}
	}
	sizes := types.SizesFor("gc", runtime.GOARCH)
	conf := types.Config{Importer: l.imp, Sizes: sizes, Error: l.note}
	info := newInfo()
	pkg, _ := conf.Check(path, l.out.Fset, []*ast.File{file}, info) // errors are noted
	l.imp[path] = pkg
	l.merge(info)
	p := &packages.Package{
		ID: path, Name: pkg.Name(), PkgPath: path, Types: pkg, Fset: l.out.Fset, Syntax: []*ast.File{file},
		TypesInfo: info, TypesSizes: sizes, Imports: map[string]*packages.Package{},
	}
	for _, d := range deps {
		p.Imports[d.PkgPath] = d
	}
	return p
}

// merge lets the interpreter see all packages at once.
func (l *loader) merge(info *types.Info) {
	maps.Copy(l.out.Info.Types, info.Types)
	maps.Copy(l.out.Info.Defs, info.Defs)
	maps.Copy(l.out.Info.Uses, info.Uses)
	maps.Copy(l.out.Info.Implicits, info.Implicits)
	maps.Copy(l.out.Info.Selections, info.Selections)
}

func (l *loader) note(err error) {
	var e types.Error
	if errors.As(err, &e) && e.Soft {
		l.out.Unused = append(l.out.Unused, e.Pos)
		return
	}
	l.hard = append(l.hard, err)
}

func (l *Loaded) collect() {
	for _, f := range l.Files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				l.decls[l.Info.Defs[d.Name].(*types.Func)] = d
			}
		}
	}
}

// Place is a line of a program.
type Place struct {
	File string
	Line int
}

func (p Place) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

func (l *Loaded) place(pos token.Pos) Place {
	p := l.Fset.Position(pos)
	return Place{p.Filename, p.Line}
}

// Reports are what connclose says: where resources leak, by the place where
// they are acquired or given.
type Reports struct {
	Leaks map[Place]map[Place]bool
	// Messages are the diagnostics in words, by the same places.
	Messages map[Place]string
	// Undecided are the lines of functions that passed a bound of the engine.
	Undecided map[Place]bool
}

// Analyze runs connclose on the programs.
func (l *Loaded) Analyze() (*Reports, error) {
	graph, err := checker.Analyze([]*analysis.Analyzer{connclose.Analyzer, summary.Analyzer}, l.Pkgs, nil)
	if err != nil {
		return nil, err
	}
	r := &Reports{Leaks: map[Place]map[Place]bool{}, Messages: map[Place]string{}, Undecided: map[Place]bool{}}
	for _, act := range graph.Roots {
		if act.Err != nil {
			return nil, act.Err
		}
		switch act.Analyzer {
		case connclose.Analyzer:
			for _, d := range act.Diagnostics {
				r.add(l, d)
			}
		case summary.Analyzer:
			if err := r.noteUndecided(l, act.Result.(*summary.Result)); err != nil {
				return nil, err
			}
		}
	}
	return r, nil
}

func (r *Reports) noteUndecided(l *Loaded, res *summary.Result) error {
	if res.Engine == nil {
		return nil
	}
	if failed := res.Pkg.Failures(); len(failed) > 0 {
		return fmt.Errorf("the engine panicked: %s", failed[0])
	}
	for _, fn := range res.Funcs() {
		for _, o := range res.Engine.Outcomes(fn) {
			if o.Undecided {
				r.Undecided[l.place(root(fn).Pos())] = true
			}
		}
	}
	return nil
}

// root is the declared function that a literal belongs to.
func root(fn *ssa.Function) *ssa.Function {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	return fn
}

func (r *Reports) add(l *Loaded, d analysis.Diagnostic) {
	ends := map[Place]bool{}
	acquired := []Place{l.place(d.Pos)}
	for _, step := range d.Related { // a deferred Close that never runs is no path
		switch step.Message {
		case "returns without closing it", "acquires again without closing it", "overwrites it":
			ends[l.place(step.Pos)] = true
		case "or acquired here":
			acquired = append(acquired, l.place(step.Pos))
		}
	}
	for _, at := range acquired {
		if r.Leaks[at] == nil {
			r.Leaks[at] = map[Place]bool{}
		}
		for end := range ends {
			if end == acquired[0] {
				end = at // the end of a round is that of all that is acquired in it
			}
			r.Leaks[at][end] = true
		}
		r.Messages[at] += d.Message + "\n"
	}
}
