package irx

import (
	"flag"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// sources returns the files to analyze and what is known of them, without what a
// table is set to.
func (p *Package) sources() ([]*ast.File, *types.Info) {
	info := *p.Pass.TypesInfo
	info.InitOrder = nil
	for _, init := range p.Pass.TypesInfo.InitOrder {
		if !p.leftOut(init.Rhs.Pos()) && !p.isTable(init) {
			info.InitOrder = append(info.InitOrder, init)
		}
	}
	return p.files(), &info
}

// files returns the files to analyze. Test files are left out unless a check reports
// in them: nothing else depends on them, and they are often more than half of a
// package.
func (p *Package) files() (files []*ast.File) {
	for _, f := range p.Pass.Files {
		if !p.leftOut(f.Package) {
			files = append(files, f)
		}
	}
	return files
}

func (p *Package) leftOut(pos token.Pos) bool {
	return !p.settings.tests && strings.HasSuffix(p.Pass.Fset.File(pos).Name(), "_test.go")
}

// onlyTests reports whether nothing of the package is analyzed.
func (p *Package) onlyTests() bool { return len(p.files()) == 0 }

// AddTests adds the flag that makes one check report in test files to its flags.
func AddTests(fs *flag.FlagSet, tests *bool) {
	fs.Var(testsFlag{tests}, "tests", "report in _test.go files too")
}

// testsFlag sets a check's own setting, and has test files analyzed.
type testsFlag struct{ own *bool }

func (f testsFlag) String() string {
	return strconv.FormatBool(f.own != nil && *f.own)
}

func (f testsFlag) IsBoolFlag() bool { return true }

func (f testsFlag) Get() any { return f.own != nil && *f.own }

func (f testsFlag) Set(s string) error {
	on, err := strconv.ParseBool(s)
	if err != nil {
		return err
	}
	*f.own = on
	shared.tests = shared.tests || on
	return nil
}
