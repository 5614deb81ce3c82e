package vettool

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// unit is the part of the go command's description of a compilation unit that
// decides what is reported and at what pace.
type unit struct {
	VetxOnly      bool
	ModulePath    string
	ModuleVersion string
	Dir           string
	GoFiles       []string
}

// adapt returns the name of the description to be used in place of the one
// given, which it changes if the unit is to be reported on, or has test files and
// nobody reads them; and whether only the unit's facts are wanted.
func adapt(name string, args []string, tests bool) (adapted string, onlyFacts bool, err error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return "", false, err
	}
	var u unit
	if err := json.Unmarshal(data, &u); err != nil {
		return "", false, fmt.Errorf("%s: %w", name, err)
	}
	changes := map[string]any{}
	if u.VetxOnly && reportOn(u, args) {
		u.VetxOnly, changes["VetxOnly"] = false, false
	}
	if files := withoutTests(u.GoFiles); !tests && len(files) < len(u.GoFiles) {
		if len(files) == 0 {
			if files, err = placeholder(filepath.Dir(name)); err != nil {
				return "", false, err
			}
		}
		u.GoFiles, changes["GoFiles"] = files, files
	}
	tuneGC(sourceSize(u.Dir, u.GoFiles))
	if len(changes) == 0 {
		return name, u.VetxOnly, nil
	}
	adapted = filepath.Join(filepath.Dir(name), "sockvet.cfg")
	return adapted, u.VetxOnly, rewrite(name, data, adapted, changes)
}

// rewrite writes a description with some of its fields changed. Everything else
// is passed on as it is, whatever the go command's version.
func rewrite(name string, data []byte, adapted string, changes map[string]any) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for field, value := range changes {
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		all[field] = text
	}
	data, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return os.WriteFile(adapted, data, 0o666)
}

// -- test files --
//
// The go command gives a package to its vet tool together with its test files,
// and its external tests as one more package. Of large packages they are more than
// half, and the checks look at none of them unless they are asked to: so they are
// not even read. A fix that is to be written into the files is tried with them.

// readsTests reports whether some check may look at test files: one that is not
// told by a flag whether to, or one that is.
func readsTests(suite []*analysis.Analyzer, args []string) bool {
	return has(args, "fix") || slices.ContainsFunc(suite, func(a *analysis.Analyzer) bool {
		return a.Flags.Lookup(testsFlag) == nil || slices.ContainsFunc(args, func(arg string) bool {
			name, value, given := strings.Cut(strings.TrimLeft(arg, "-"), "=")
			on, err := strconv.ParseBool(value)
			return name == a.Name+"."+testsFlag && (!given || on || err != nil)
		})
	})
}

const testsFlag = "tests"

func withoutTests(files []string) []string {
	return slices.DeleteFunc(slices.Clone(files), func(f string) bool { return strings.HasSuffix(f, "_test.go") })
}

// placeholder makes a file for a package that has nothing but tests: there is no
// package without files.
func placeholder(dir string) ([]string, error) {
	name := filepath.Join(dir, "sockvet_test.go")
	return []string{name}, os.WriteFile(name, []byte("package tests\n"), 0o666)
}

// reportOn decides whether a package that is only a dependency is reported on.
//
// The go command (seen in 1.26) keeps one cache entry for a package whether it
// was the subject or a dependency, and replays it for both. A package first
// seen as a dependency, with "go vet ./cmd", would be silent for ever after,
// also for "go vet ./...". So the result must not depend on the role:
//
//   - The sockvet command asks for reports on everything (DepsFlag) and drops
//     what is not of the packages named.
//   - Under a bare "go vet -vettool", packages of the main module and of the
//     workspace are reported on in either role. The go command then prints
//     findings in a dependency of the same module too, as it does anyway once
//     they are in its cache.
//
// Fixes are applied to subjects only. They are cached apart.
func reportOn(u unit, args []string) bool {
	if has(args, "fix") {
		return false
	}
	return has(args, DepsFlag) || u.ModulePath != "" && u.ModuleVersion == ""
}
