package goplsbuild

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// downloaded is a module in the module cache.
type downloaded struct{ Version, Dir, GoMod, Error string }

// download gets the source of gopls.
func (c Config) download(ctx context.Context, dir string) (downloaded, error) {
	var m downloaded
	out, err := c.run(ctx, dir, "mod", "download", "-json", module+"@"+c.Version)
	// What went wrong with the module is in the output.
	if json.Unmarshal(out, &m) == nil && m.Error != "" {
		first, _, _ := strings.Cut(m.Error, "\n")
		return m, fmt.Errorf("getting gopls: %s", first)
	}
	if err == nil && m.Dir == "" {
		err = errors.New("the go command does not say where it is")
	}
	if err != nil {
		return m, fmt.Errorf("getting gopls: %w", err)
	}
	return m, nil
}

// modFile is the part of a go.mod that matters here.
type modFile struct {
	Go      string
	Require []struct{ Path, Version string }
}

func (c Config) readMod(ctx context.Context, dir, file string) (modFile, error) {
	var m modFile
	out, err := c.run(ctx, dir, "mod", "edit", "-json", file)
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(out, &m)
}

func (m modFile) version(path string) string {
	for _, r := range m.Require {
		if r.Path == path {
			return r.Version
		}
	}
	return ""
}

// goMod is the go.mod of the program.
func (c Config) goMod(ctx context.Context, dir string, gopls downloaded) ([]byte, error) {
	theirs, err := c.readMod(ctx, dir, gopls.GoMod)
	if err != nil {
		return nil, err
	}
	ours, err := c.readMod(ctx, dir, filepath.Join(c.Source, "go.mod"))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "module %s/sockvet\n\ngo %s\n\n", module, newer(theirs.Go, ours.Go))
	fmt.Fprintf(&b, "require (\n\t%s %s\n\tgithub.com/sockvet/sockvet v0.0.0\n)\n\n", module, gopls.Version)
	fmt.Fprintf(&b, "replace github.com/sockvet/sockvet => %q\n", c.Source)
	for _, path := range pinned {
		v := theirs.version(path)
		if v == "" {
			return nil, errors.New(module + " " + gopls.Version + " does not require " + path)
		}
		fmt.Fprintf(&b, "replace %s => %s %s\n", path, path, v)
	}
	return b.Bytes(), nil
}

// newer is the greater of two Go versions, 1.26.0 and 1.27.
func newer(a, b string) string {
	if slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), compareNumbers) < 0 {
		return b
	}
	return a
}

func compareNumbers(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
