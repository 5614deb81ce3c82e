// Command schemacheck reports whether its standard input is a SARIF 2.1.0 log
// as the official JSON schema demands. It is a module of its own so that the
// schema and its library are no dependency of sockvet. It runs by "go run" in
// its directory.
package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	_ "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif" // holds the schema
	"github.com/xeipuuv/gojsonschema"
)

func main() {
	if err := check(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check() error {
	text, err := schema()
	if err != nil {
		return err
	}
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	result, err := gojsonschema.Validate(gojsonschema.NewStringLoader(text), gojsonschema.NewBytesLoader(input))
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range result.Errors() {
		errs = append(errs, errors.New(e.String()))
	}
	return errors.Join(errs...)
}

// schema reads the schema out of the source of the library that has it. The
// library's own Validate is of no use here: it validates what it would write,
// not what it read.
func schema() (string, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3").Output()
	if err != nil {
		return "", err
	}
	file := filepath.Join(strings.TrimSpace(string(dir)), "pkg", "report", "v210", "sarif", "schema.go")
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		return "", err
	}
	for _, decl := range tree.Decls {
		if text, ok := constant(decl, "schema"); ok {
			return strconv.Unquote(text)
		}
	}
	return "", fmt.Errorf("%s: no constant with the schema", file)
}

func constant(decl ast.Decl, name string) (string, bool) {
	gen, ok := decl.(*ast.GenDecl)
	if !ok {
		return "", false
	}
	for _, spec := range gen.Specs {
		value, ok := spec.(*ast.ValueSpec)
		if !ok || value.Names[0].Name != name {
			continue
		}
		if lit, ok := value.Values[0].(*ast.BasicLit); ok {
			return lit.Value, true
		}
	}
	return "", false
}
