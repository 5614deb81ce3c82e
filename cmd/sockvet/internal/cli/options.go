package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/checks"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/settings"
)

// options is what the flags and the settings file say.
type options struct {
	dir      string // absolute
	patterns []string

	tests      bool
	tags       string
	buildFlags []string // passed to the go command as they are

	checks        map[string]bool
	netmodel      string
	baseline      string
	writeBaseline bool
	flags         []settings.Flag // of the settings file, then of the command line
	toggles       []string        // -CHECK and -CHECK=false, passed to the tool as they are

	json, sarif bool
	codequality bool
	html        string
	output      string
	color       string
	fix, diff   bool
	debug       bool
	unused      bool // report comments that silence nothing
}

// parseOptions returns flag.ErrHelp when help was asked for.
func (a *app) parseOptions() (options, error) {
	var o options
	var config, spec string
	fs := flag.NewFlagSet("sockvet", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	fs.StringVar(&o.dir, "C", "", "")
	fs.StringVar(&config, "config", "", "")
	fs.StringVar(&spec, "checks", "", "")
	fs.BoolVar(&o.tests, "tests", false, "")
	fs.StringVar(&o.tags, "tags", "", "")
	fs.StringVar(&o.netmodel, checks.NetModelFlag, "", "")
	fs.StringVar(&o.baseline, "baseline", "", "")
	fs.BoolVar(&o.writeBaseline, "write-baseline", false, "")
	fs.BoolVar(&o.json, "json", false, "")
	fs.BoolVar(&o.sarif, "sarif", false, "")
	fs.BoolVar(&o.codequality, "codequality", false, "")
	fs.StringVar(&o.html, "html", "", "")
	fs.StringVar(&o.output, "o", "", "")
	fs.StringVar(&o.color, "color", "auto", "")
	fs.BoolVar(&o.fix, "fix", false, "")
	fs.BoolVar(&o.diff, "diff", false, "")
	fs.BoolVar(&o.debug, "debug", false, "")
	fs.BoolVar(&o.unused, "unused-suppressions", false, "")
	for _, name := range []string{"mod", "modfile", "p"} {
		fs.Func(name, "", func(v string) error {
			o.buildFlags = append(o.buildFlags, "-"+name+"="+v)
			return nil
		})
	}
	var flags []settings.Flag
	a.checkFlags(fs, &flags, &o.toggles)

	var err error
	if o.patterns, err = parseInterleaved(fs, a.Args); err != nil {
		return o, clearer(err)
	}
	set := make(map[string]bool)
	fs.Visit(func(f *flag.Flag) { set[f.Name] = true })

	if o.dir, err = a.workDir(o.dir); err != nil {
		return o, err
	}
	if err := a.applySettings(&o, config, set, &spec); err != nil {
		return o, err
	}
	o.flags = append(o.flags, flags...)
	for _, path := range []*string{&o.netmodel, &o.baseline, &o.html, &o.output} {
		*path = o.absolute(*path)
	}
	if o.checks, err = a.catalog.Select(splitList(spec)); err != nil {
		return o, err
	}
	return o, o.validate(set)
}

// checkFlags defines, for each check, the flags that the tool has for it.
func (a *app) checkFlags(fs *flag.FlagSet, flags *[]settings.Flag, toggles *[]string) {
	for _, k := range a.catalog {
		fs.BoolFunc(k.Name, "", func(v string) error {
			*toggles = append(*toggles, "-"+k.Name+"="+v)
			return nil
		})
		for _, f := range k.Flags {
			set := func(v string) error {
				*flags = append(*flags, settings.Flag{Check: k.Name, Name: f.Name, Value: v})
				return checks.Validate(f, v)
			}
			if checks.IsBool(f) {
				fs.BoolFunc(k.Name+"."+f.Name, "", set)
			} else {
				fs.Func(k.Name+"."+f.Name, "", set)
			}
		}
	}
}

// parseInterleaved parses flags before, between and after the packages.
func parseInterleaved(fs *flag.FlagSet, args []string) (patterns []string, err error) {
	for len(args) > 0 {
		if err := fs.Parse(args); err != nil {
			return nil, err
		}
		rest := fs.Args()
		if n := len(args) - len(rest); n > 0 && args[n-1] == "--" || len(rest) == 0 {
			return append(patterns, rest...), nil
		}
		patterns, args = append(patterns, rest[0]), rest[1:]
	}
	return patterns, nil
}

// clearer puts the flag package's words for a user's mistakes into ours.
func clearer(err error) error {
	if name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: "); ok {
		return fmt.Errorf("unknown flag %s; see sockvet help", name)
	}
	return err
}

func splitList(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

func (a *app) workDir(dir string) (string, error) {
	if dir == "" {
		return a.Dir, nil
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(a.Dir, dir)
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", fmt.Errorf("-C: %s is not a directory", dir)
	}
	return dir, nil
}

// applySettings fills in from the settings file what the command line left
// open.
func (a *app) applySettings(o *options, config string, set map[string]bool, spec *string) error {
	file := o.absolute(config)
	if file == "" {
		file = settings.Find(o.dir)
	}
	if file == "" {
		return nil
	}
	s, err := settings.Load(file, a.catalog)
	if err != nil {
		return err
	}
	if !set["checks"] {
		*spec = strings.Join(s.Checks, ",")
	}
	if !set["tests"] {
		o.tests = s.Tests
	}
	for name, v := range map[string]struct {
		option *string
		value  string
	}{
		"tags":              {&o.tags, s.Tags},
		"baseline":          {&o.baseline, s.Baseline},
		checks.NetModelFlag: {&o.netmodel, s.NetModel},
	} {
		if !set[name] {
			*v.option = v.value
		}
	}
	o.flags = s.Flags
	return nil
}

// absolute resolves a path of the command line.
func (o *options) absolute(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(o.dir, path)
}

func (o *options) validate(set map[string]bool) error {
	switch {
	case len(o.patterns) == 0:
		return errors.New("no packages given; sockvet ./... analyses all below this directory")
	case o.json && o.sarif, (o.json || o.sarif) && o.codequality:
		return errors.New("-json, -sarif and -codequality cannot be used together")
	case o.diff && (o.json || o.sarif || o.codequality || o.html != "" || o.writeBaseline):
		return errors.New("-diff prints a patch and cannot be used with -json, -sarif, -codequality, -html or -write-baseline")
	case o.writeBaseline && o.baseline == "":
		return errors.New("-write-baseline needs -baseline FILE")
	case !slices.Contains([]string{"auto", "always", "never"}, o.color):
		return fmt.Errorf("-color is auto, always or never, not %q", o.color)
	case set["checks"] && len(o.toggles) > 0:
		return fmt.Errorf("%s and -checks cannot be used together", o.toggles[0])
	case o.unused && len(o.toggles) > 0:
		return fmt.Errorf("%s and -unused-suppressions cannot be used together; use -checks", o.toggles[0])
	}
	// Said now, not after a long run.
	for _, file := range []string{o.output, o.html, o.baseline} {
		if file == "" {
			continue
		}
		if info, err := os.Stat(filepath.Dir(file)); err != nil || !info.IsDir() {
			return fmt.Errorf("%s: no such directory", filepath.Dir(file))
		}
	}
	return nil
}
