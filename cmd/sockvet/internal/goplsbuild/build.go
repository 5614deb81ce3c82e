// Package goplsbuild builds gopls with the checks of sockvet in it.
//
// Gopls loads no plugins. Its table of analyzers is a variable of an internal
// package, and the rule about internal packages compares import paths: a module
// named golang.org/x/tools/gopls/sockvet may import it. So the program is built
// in such a module, of three files: the main.go of that version of gopls, a file
// that appends the checks to the table, and a go.mod that keeps
// golang.org/x/tools at the version that gopls is written against, since gopls
// uses internal packages of that, too.
package goplsbuild

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"go/format"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"
)

// DefaultVersion of gopls is the one that the tests build.
const DefaultVersion = "v0.23.0"

// module is the one of gopls.
const module = "golang.org/x/tools/gopls"

// pinned modules have to be those of gopls.
var pinned = []string{"golang.org/x/tools", "honnef.co/go/tools"}

// Config says what to build.
type Config struct {
	Go      string // the go command
	Version string // of gopls
	Source  string // the root of sockvet's module, absolute
	Out     string // the program to write, absolute
	Flags   []Flag // settings of the checks, which gopls cannot change
}

// Flag is a flag of a check.
type Flag struct{ Check, Name, Value string }

// Build builds the program. What the go command says about a failure is in the
// error, which then has more than one line.
func (c Config) Build(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "sockvet-gopls-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	gopls, err := c.download(ctx, dir)
	if err != nil {
		return err
	}
	if err := c.write(ctx, dir, gopls); err != nil {
		return err
	}
	_, err = c.run(ctx, dir, "build", "-mod=mod", "-ldflags", "-X main.version="+c.Version+"-sockvet", "-o", c.Out, ".")
	if err != nil {
		return fmt.Errorf("gopls %s with the checks of sockvet does not build: %w", c.Version, err)
	}
	return nil
}

// run runs the go command, without what else the user works on.
func (c Config) run(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, c.Go, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "PWD="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return out, goError(err, stderr.String())
	}
	return out, nil
}

// goError is what the go command said, without the words that it says anyway.
func goError(err error, stderr string) error {
	var lines []string
	for line := range strings.Lines(stderr) {
		if !strings.HasPrefix(line, "go: downloading ") {
			lines = append(lines, strings.TrimRight(line, "\n"))
		}
	}
	if len(lines) == 0 {
		return err
	}
	return errors.New(strings.TrimPrefix(strings.Join(lines, "\n"), "go: "))
}

//go:embed checks.go.tmpl
var checksText string

// write writes the module.
func (c Config) write(ctx context.Context, dir string, gopls downloaded) error {
	text, err := c.goMod(ctx, dir, gopls)
	if err != nil {
		return err
	}
	checks, err := c.checks()
	if err != nil {
		return err
	}
	// The verified sums of gopls are there, the checksum database need not be
	// asked for them.
	sums, err := readAll(filepath.Join(gopls.Dir, "go.sum"), filepath.Join(c.Source, "go.sum"))
	if err != nil {
		return err
	}
	main, err := os.ReadFile(filepath.Join(gopls.Dir, "main.go"))
	if err != nil {
		return err
	}
	for name, text := range map[string][]byte{
		"go.mod": text, "go.sum": sums, "main.go": main, "checks.go": checks,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (c Config) checks() ([]byte, error) {
	var b bytes.Buffer
	if err := template.Must(template.New("").Parse(checksText)).Execute(&b, c); err != nil {
		return nil, err
	}
	return format.Source(b.Bytes())
}

func readAll(files ...string) ([]byte, error) {
	var all bytes.Buffer
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(&all, f)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
	}
	return all.Bytes(), nil
}
