package irx

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Relevant reports whether a connection can appear in the package: it is not
// part of the standard library, which the model states, and it declares or
// imports something that can be closed. Only relevant packages are ever built.
func (p *Package) Relevant() bool {
	if p.settings.std || !standardPass(p.Pass) {
		return mentionsClosable(p.Pass.Pkg) && !p.onlyTests()
	}
	return false
}

// InStandard reports whether the package is part of the standard library, whose
// functions the model states.
func (p *Package) InStandard() bool { return !p.settings.std && standardPass(p.Pass) }

// ChecksErrors reports whether an exported function of the package takes an error
// and returns nothing: whatever the package is about, it may end the process for its
// callers ("func Must(err error)").
func (p *Package) ChecksErrors() bool {
	if !p.settings.std && standardPass(p.Pass) || p.onlyTests() {
		return false
	}
	scope := p.Pass.Pkg.Scope()
	for _, name := range scope.Names() {
		fn, ok := scope.Lookup(name).(*types.Func)
		if !ok || !fn.Exported() || fn.Signature().Results().Len() > 0 {
			continue
		}
		for v := range fn.Signature().Params().Variables() {
			if IsError(v.Type()) {
				return true
			}
		}
	}
	return false
}

// Waits reports whether the package, which others call, takes time: it names what
// sleeps or makes a timer. Its functions may be the delay of an accept loop.
func (p *Package) Waits() bool {
	if !p.settings.std && standardPass(p.Pass) || p.Pass.Pkg.Name() == "main" || p.onlyTests() {
		return false
	}
	timers := map[types.Object]bool{}
	for _, imp := range p.Pass.Pkg.Imports() {
		for _, name := range timerNames[imp.Path()] {
			timers[imp.Scope().Lookup(name)] = true
		}
	}
	return len(timers) > 0 && p.names(timers)
}

// timerNames are the functions, by package, that sleep or make what is waited for.
var timerNames = map[string][]string{
	"time":    {"Sleep", "After", "NewTimer", "NewTicker", "Tick"},
	"context": {"WithTimeout", "WithTimeoutCause", "WithDeadline", "WithDeadlineCause"},
}

// names reports whether the package uses one of the objects.
func (p *Package) names(timers map[types.Object]bool) bool {
	for _, obj := range p.Pass.TypesInfo.Uses {
		if timers[obj] {
			return true
		}
	}
	return false
}

// standardPass reports whether the package under analysis is in the standard
// library. Drivers differ in what they tell of it: the module, or only the
// place of the files.
func standardPass(pass *analysis.Pass) bool {
	if m := pass.Module; m != nil && m.Path != "" {
		return m.Path == "std" || m.Path == "cmd"
	}
	path := pass.Pkg.Path()
	if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") {
		return false
	}
	if len(pass.Files) == 0 {
		return true
	}
	// Any file tells: the first may be one that cgo made, in a cache.
	return slices.ContainsFunc(pass.Files, func(f *ast.File) bool {
		dir := filepath.Dir(pass.Fset.PositionFor(f.Package, false).Filename)
		return strings.HasSuffix(filepath.ToSlash(dir), "/src/"+path)
	})
}

// Standard reports whether pkg, which the package under analysis can see, is in
// the standard library: its functions have no facts, only the model's rows.
func (p *Package) Standard(pkg *types.Package) bool {
	if pkg == nil || pkg == p.Pass.Pkg {
		return pkg == nil
	}
	first, _, _ := strings.Cut(pkg.Path(), "/")
	if strings.Contains(first, ".") {
		return false
	}
	if m := p.Pass.Module; m != nil && m.Path != "" {
		return pkg.Path() != m.Path && !strings.HasPrefix(pkg.Path(), m.Path+"/")
	}
	own, _, _ := strings.Cut(p.Pass.Pkg.Path(), "/")
	return first != own
}

// mentionsClosable reports whether a type with a Close method can be named or
// reached in the package: the packages it imports can hand it a connection, or
// its own functions take one. Imports that cannot are rare outside of leaf
// packages, so the test is on direct imports and own declarations only.
func mentionsClosable(pkg *types.Package) bool {
	for _, imp := range pkg.Imports() {
		switch imp.Path() {
		case "net", "os", "syscall", "golang.org/x/sys/unix", "io", "net/http", "crypto/tls":
			return true
		}
	}
	if len(pkg.Imports()) > 0 {
		for _, imp := range pkg.Imports() {
			if exportsClosable(imp) {
				return true
			}
		}
	}
	return exportsClosable(pkg)
}

func exportsClosable(pkg *types.Package) bool {
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		if tn, ok := scope.Lookup(name).(*types.TypeName); ok && token.IsExported(name) && Closable(tn.Type()) {
			return true
		}
	}
	return false
}
