package netmodel

import (
	"go/types"
	"slices"
	"strings"
)

// commandFields are the fields of a command line's types that hold what a command
// does: the library calls it once, from main, and nothing but main's end follows.
// Hooks that run before the command are not among them.
var commandFields = map[string]map[string][]string{
	"github.com/spf13/cobra": {"Command": {"Run", "RunE"}},
	"github.com/urfave/cli":  {"Command": {"Action"}, "App": {"Action"}},
}

// IsCommand reports whether a function in that field of a named type is a command
// of a command line, whatever the major version of its library.
func IsCommand(t *types.Named, field string) bool {
	if t == nil || t.Obj().Pkg() == nil {
		return false
	}
	path := t.Obj().Pkg().Path()
	if i := strings.LastIndex(path, "/v"); i > 0 && strings.Trim(path[i+2:], "0123456789") == "" {
		path = path[:i]
	}
	return slices.Contains(commandFields[path][t.Obj().Name()], field)
}
