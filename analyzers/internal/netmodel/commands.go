package netmodel

import (
	"go/types"
	"slices"
)

// commandFields are the fields of a command line's types that hold what a command
// does: the library calls it once, from main, and nothing but main's end follows.
// Hooks that run before the command are not among them.
var commandFields = map[string]map[string][]string{
	"github.com/spf13/cobra":           {"Command": {"Run", "RunE", "PostRun", "PostRunE", "PersistentPostRun", "PersistentPostRunE"}},
	"github.com/coder/serpent":         {"Command": {"Handler"}},
	"github.com/codegangsta/cli":       {"Command": {"Action", "After"}, "App": {"Action", "After"}},
	"github.com/jawher/mow.cli":        {"Cmd": {"Action", "After"}},
	"github.com/urfave/cli":            {"Command": {"Action", "After"}, "App": {"Action", "After"}},
	"gopkg.in/urfave/cli.v1":           {"Command": {"Action", "After"}, "App": {"Action", "After"}},
	"gopkg.in/urfave/cli.v2":           {"Command": {"Action", "After"}, "App": {"Action", "After"}},
	"github.com/peterbourgon/ff":       {"Command": {"Exec"}},
	"github.com/peterbourgon/ff/ffcli": {"Command": {"Exec"}},
}

// hookFields are those that hold what runs before a command: when it fails, the
// command does not run.
var hookFields = map[string]map[string][]string{
	"github.com/spf13/cobra": {"Command": {"PreRunE", "PersistentPreRunE", "Args"}},
	"github.com/urfave/cli":  {"Command": {"Before"}, "App": {"Before"}},
}

// IsCommand reports whether a function in that field of a named type is a command
// of a command line, whatever the major version of its library.
func IsCommand(t *types.Named, field string) bool { return isIn(commandFields, t, field) }

// IsHook reports whether a function in that field runs before a command, which does
// not run when it fails.
func IsHook(t *types.Named, field string) bool { return isIn(hookFields, t, field) }

func isIn(fields map[string]map[string][]string, t *types.Named, field string) bool {
	if t == nil || t.Obj().Pkg() == nil {
		return false
	}
	return slices.Contains(fields[anyMajor(t.Obj().Pkg().Path())][t.Obj().Name()], field)
}

// actions are the methods that are given what a command does.
var actions = map[string][]string{
	"github.com/alecthomas/kingpin":  {"Action"},
	"gopkg.in/alecthomas/kingpin.v2": {"Action"},
}

// TakesCommand reports whether f is a method that is given what a command does.
func TakesCommand(f *types.Func) bool {
	return f != nil && f.Pkg() != nil && f.Signature().Recv() != nil && slices.Contains(actions[anyMajor(f.Pkg().Path())], f.Name())
}

// IsCommandMethod reports whether a method is what a library calls when its receiver
// is a command, by its name, its signature and the other methods, or by the keys of
// tags of the fields of the receiver and of those that hold one: kong and go-flags find
// their commands by these.
func IsCommandMethod(f *types.Func, tagged func(keys ...string) bool) bool {
	sig := f.Signature()
	if sig.Recv() == nil || sig.Results().Len() != 1 {
		return false
	}
	result, takesArgs := sig.Results().At(0).Type(), sig.Params().Len() == 1 && sig.Params().At(0).Type().String() == "[]string"
	switch f.Name() {
	case "Execute":
		if named, ok := types.Unalias(result).(*types.Named); ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "github.com/google/subcommands" {
			return true
		}
		return takesArgs && isError(result) && (tagged("command", "long", "short", "positional-args") || imports(f.Pkg(), "github.com/jessevdk/go-flags"))
	case "Run":
		if takesArgs && types.Identical(result, types.Typ[types.Int]) { // mitchellh/cli
			return hasMethod(sig.Recv().Type(), "Help") && hasMethod(sig.Recv().Type(), "Synopsis")
		}
		return isError(result) && tagged("cmd", "arg", "help", "kong")
	}
	return false
}

func imports(pkg *types.Package, path string) bool {
	return slices.ContainsFunc(pkg.Imports(), func(p *types.Package) bool { return p.Path() == path })
}

func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

func hasMethod(t types.Type, name string) bool {
	found, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	_, ok := found.(*types.Func)
	return ok
}

// parsers are the functions that read the command line of the process: whoever calls
// one, and gives back no more than how it went, does what main does.
var parsers = map[string][]string{
	"flag":                           {"Parse"},
	"github.com/spf13/pflag":         {"Parse"},
	"github.com/alecthomas/kingpin":  {"Parse"},
	"github.com/alecthomas/kong":     {"Parse"},
	"github.com/jessevdk/go-flags":   {"Parse"},
	"gopkg.in/alecthomas/kingpin.v2": {"Parse"},
}

// ParsesCommandLine reports whether f is a function that reads the command line of
// the process.
func ParsesCommandLine(f *types.Func) bool {
	return f != nil && f.Pkg() != nil && f.Signature().Recv() == nil && slices.Contains(parsers[anyMajor(f.Pkg().Path())], f.Name())
}

// Group is a set of functions that run side by side.
type Group struct {
	// Wait is the method that waits for them: it returns soon after one of them has
	// failed, with its error, when the others are told to stop.
	Wait string
	// Stops says that they always are; otherwise the group has to be made with a
	// context.
	Stops bool
}

// groups are the methods that start a function in a group.
var groups = map[string]map[string]Group{
	"golang.org/x/sync/errgroup": {"Go": {Wait: "Wait"}, "TryGo": {Wait: "Wait"}},
	"github.com/oklog/run":       {"Add": {Wait: "Run", Stops: true}},
}

// GroupOf returns the group that the method f starts a function in, if it does.
func GroupOf(f *types.Func) (g Group, ok bool) {
	if f == nil || f.Pkg() == nil || f.Signature().Recv() == nil {
		return Group{}, false
	}
	g, ok = groups[anyMajor(f.Pkg().Path())][f.Name()]
	return g, ok
}
