package goplsbuild

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Source returns the root of the module that this program was built from: a
// checkout, or the module cache after "go install".
func Source() (string, error) {
	_, file, _, ok := runtime.Caller(0)
	if ok && filepath.IsAbs(file) {
		// Here is cmd/sockvet/internal/goplsbuild/source.go.
		if root, err := Root(filepath.Join(filepath.Dir(file), "..", "..", "..", "..")); err == nil {
			return root, nil
		}
	}
	return "", errors.New("the source that sockvet was built from is not there any more; -source DIR names a checkout of it")
}

// Root checks that dir is the root of sockvet's module.
func Root(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil || !strings.HasPrefix(string(text), "module github.com/sockvet/sockvet\n") {
		return "", errors.New(dir + " is not a checkout of github.com/sockvet/sockvet")
	}
	return filepath.Clean(dir), nil
}
