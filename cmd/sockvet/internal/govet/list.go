package govet

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/vetjson"
)

// startRoots asks the go command which packages the patterns match. The
// function it returns waits for the answer.
func (c Config) startRoots(ctx context.Context, patterns []string) func() (roots, error) {
	cmd := c.command(ctx, slices.Concat(
		[]string{"list", "-e", "-find", "-f={{.ImportPath}} {{with .Module}}{{.Main}}{{end}}"}, c.BuildFlags, []string{"--"}, patterns))
	var out []byte
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		out, err = cmd.Output()
	}()
	return func() (roots, error) {
		<-done
		if err != nil {
			return roots{}, fmt.Errorf("go list: %w", err)
		}
		return readRoots(string(out)), nil
	}
}

// roots are the packages that patterns match.
type roots struct {
	paths   map[string]bool
	foreign bool // one is of a module that is not a main one, or of none
}

func readRoots(listed string) roots {
	r := roots{paths: make(map[string]bool)}
	for line := range strings.Lines(listed) {
		path, isMain, _ := strings.Cut(strings.TrimSpace(line), " ")
		r.paths[path] = true
		r.foreign = r.foreign || isMain != "true"
	}
	return r
}

// Files lists the Go files of the packages that the patterns match, the test
// files only when they are asked for.
func (c Config) Files(ctx context.Context, patterns []string, tests bool) ([]string, error) {
	cmd := c.command(ctx, slices.Concat(
		[]string{"list", "-e", "-find", "-json=Dir,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles"}, c.BuildFlags, []string{"--"}, patterns))
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var files []string
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			GoFiles, CgoFiles, TestGoFiles, XTestGoFiles []string
			Dir                                          string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return files, nil
		} else if err != nil {
			return nil, fmt.Errorf("unexpected output of go list: %w", err)
		}
		names := slices.Concat(p.GoFiles, p.CgoFiles)
		if tests {
			names = slices.Concat(names, p.TestGoFiles, p.XTestGoFiles)
		}
		for _, name := range names {
			files = append(files, filepath.Join(p.Dir, name))
		}
	}
}

// rootsKey identifies, for the go command's cache, which packages are subjects
// and which are dependencies.
func (c Config) rootsKey(patterns []string) string {
	sum := sha256.Sum256([]byte(strings.Join(append([]string{c.Dir}, patterns...), "\x00")))
	return hex.EncodeToString(sum[:8])
}

// listedPackage is the part of "go list -json" that matters here.
type listedPackage struct {
	ImportPath                string
	Dir                       string
	ForTest                   string
	Deps                      []string
	TestGoFiles, XTestGoFiles []string
	Error                     *struct{}
	DepsErrors                []struct{}
}

// listing is what the patterns match.
type listing struct {
	roots    []listedPackage            // sorted as the go command does
	variants map[string][]listedPackage // test variants by the path of their root
}

// list asks the go command. It runs only after a failure.
func (c Config) list(ctx context.Context, patterns []string) (*listing, error) {
	cmd := c.command(ctx, slices.Concat(
		[]string{"list", "-e", "-test", "-json=ImportPath,Dir,ForTest,Deps,TestGoFiles,XTestGoFiles,Error,DepsErrors"},
		c.BuildFlags, []string{"--"}, patterns))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, stderr.String())
	}
	return decodeList(bytes.NewReader(out))
}

func decodeList(r io.Reader) (*listing, error) {
	l := &listing{variants: make(map[string][]listedPackage)}
	dec := json.NewDecoder(r)
	for {
		var p listedPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return l, nil
		} else if err != nil {
			return nil, fmt.Errorf("unexpected output of go list: %w", err)
		}
		switch {
		case p.ForTest != "":
			l.variants[p.ForTest] = append(l.variants[p.ForTest], p)
		case !strings.HasSuffix(p.ImportPath, ".test"):
			l.roots = append(l.roots, p)
		}
	}
}

// loadable returns the packages that the go command can load.
func (l *listing) loadable() []string {
	var paths []string
	for _, p := range l.roots {
		if p.Error == nil && len(p.DepsErrors) == 0 && p.Dir != "" {
			paths = append(paths, p.ImportPath)
		}
	}
	return paths
}

// diagnosis says what the problems of an attempt mean for the packages.
type diagnosis struct {
	// rescue are the packages that were not analysed though they could be
	// without their tests: something is wrong in a test file, or in a package
	// that only the tests import.
	rescue []listedPackage
	// skipped are the packages that have no problem themselves.
	skipped []string
}

func (l *listing) diagnose(problems []Problem, dir string) diagnosis {
	c := findCauses(problems, dir, l.isRoot)
	var d diagnosis
	for _, p := range l.roots {
		switch {
		case p.Error != nil || c.broken[p.ImportPath] || c.dirs[p.Dir]:
		case len(p.DepsErrors) > 0 || dependsOn(p, c.broken):
			d.skipped = append(d.skipped, p.ImportPath)
		case c.tests[p.ImportPath] || c.inTests(p) || l.variantBroken(p, c.broken):
			d.rescue = append(d.rescue, p)
		}
	}
	return d
}

// variantBroken reports whether p was left out because of what its tests
// import. The external test is a unit of its own: that its imports do not
// compile does not matter, but that they cannot be loaded does.
func (l *listing) variantBroken(p listedPackage, broken map[string]bool) bool {
	for _, v := range l.variants[p.ImportPath] {
		if v.Error != nil || len(v.DepsErrors) > 0 {
			return true
		}
		if vetjson.PackagePath(v.ImportPath) == p.ImportPath && dependsOn(v, broken) {
			return true
		}
	}
	return false
}

func (l *listing) isRoot(path string) bool {
	return slices.ContainsFunc(l.roots, func(p listedPackage) bool { return p.ImportPath == path })
}

// causes tells packages that fail by themselves from those of which only the
// tests do.
type causes struct {
	broken map[string]bool // import paths
	dirs   map[string]bool // directories of files with errors
	tests  map[string]bool // import paths, and names of test files with errors
}

func findCauses(problems []Problem, dir string, isRoot func(string) bool) causes {
	c := causes{make(map[string]bool), make(map[string]bool), make(map[string]bool)}
	for _, p := range problems {
		// An external test that does not compile keeps nothing else from being
		// analysed. (One that cannot be loaded does, and has no package here.)
		external := strings.HasSuffix(p.Package, "_test") && !isRoot(p.Package)
		switch file := absolute(p.File, dir); {
		case p.Warning || p.Skipped || external:
		case p.inTest():
			c.tests[p.Package] = true
			c.tests[file] = true
		default:
			c.broken[p.Package] = true
			if p.File != "" {
				c.dirs[filepath.Dir(file)] = true
			}
		}
	}
	delete(c.broken, "")
	return c
}

// inTests reports whether a test file of the package has an error.
func (c causes) inTests(p listedPackage) bool {
	return slices.ContainsFunc(slices.Concat(p.TestGoFiles, p.XTestGoFiles), func(name string) bool {
		return c.tests[filepath.Join(p.Dir, name)]
	})
}

// absolute undoes that the go command prints paths relative to its directory.
func absolute(file, dir string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(dir, file)
}

// dependsOn reports whether p is in the set or imports, however deep, one that
// is.
func dependsOn(p listedPackage, set map[string]bool) bool {
	if set[vetjson.PackagePath(p.ImportPath)] {
		return true
	}
	for _, d := range p.Deps {
		if set[vetjson.PackagePath(d)] {
			return true
		}
	}
	return false
}

func importPaths(pkgs []listedPackage) []string {
	var paths []string
	for _, p := range pkgs {
		paths = append(paths, p.ImportPath)
	}
	return paths
}

// writeOverlay writes an overlay for the go command in which the packages have
// no test files, and returns its name.
func writeOverlay(pkgs []listedPackage) (name string, err error) {
	replace := make(map[string]string)
	for _, p := range pkgs {
		for _, file := range slices.Concat(p.TestGoFiles, p.XTestGoFiles) {
			replace[filepath.Join(p.Dir, file)] = ""
		}
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp("", "sockvet-overlay-*.json")
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	return f.Name(), errors.Join(err, f.Close())
}
