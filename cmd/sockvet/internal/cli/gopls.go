package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/checks"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/goplsbuild"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/paths"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/settings"
)

// goplsHelp is said by "sockvet gopls -h".
const goplsHelp = `usage: sockvet gopls [flags]

Builds a gopls that has the checks of sockvet, for an editor to run instead of
its own. It takes the go command about a minute.

  -o file             the program, default gopls-sockvet in this directory
  -version version    of gopls, default ` + goplsbuild.DefaultVersion + `
  -source dir         a checkout of sockvet, default what this command is built from
  -CHECK.NAME=value   a setting of one check, see "sockvet explain CHECK"; the
                      editor cannot change it
`

// gopls builds gopls with the checks in it.
func (a *app) gopls(ctx context.Context, args []string) int {
	cfg, err := a.goplsConfig(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(a.Stdout, goplsHelp)
		return ExitClean
	}
	if err != nil {
		return a.fail(err)
	}
	fmt.Fprintf(a.Stderr, "sockvet: building gopls %s with the checks of sockvet\n", cfg.Version)
	if err := cfg.Build(ctx); err != nil {
		if ctx.Err() != nil {
			err = errors.New("interrupted")
		}
		return a.fail(err)
	}
	fmt.Fprintf(a.Stderr, "sockvet: wrote %s\n", paths.Short(a.Dir, cfg.Out))
	return ExitClean
}

func (a *app) goplsConfig(args []string) (goplsbuild.Config, error) {
	c := goplsbuild.Config{Go: "go"}
	fs := flag.NewFlagSet("sockvet gopls", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	fs.StringVar(&c.Version, "version", goplsbuild.DefaultVersion, "")
	fs.StringVar(&c.Out, "o", "gopls-sockvet", "")
	fs.StringVar(&c.Source, "source", "", "")
	var flags []settings.Flag
	var toggles []string
	a.checkFlags(fs, &flags, &toggles)
	if err := fs.Parse(args); err != nil {
		return c, clearer(err)
	}
	switch {
	case fs.NArg() > 0:
		return c, fmt.Errorf("gopls takes flags only, not %q", fs.Arg(0))
	case len(toggles) > 0:
		return c, fmt.Errorf("%s: the editor switches checks on and off, see docs/editors.md", toggles[0])
	}
	c.Out = a.absolute(c.Out)
	if err := a.bake(&c, flags); err != nil {
		return c, err
	}
	var err error
	if c.Source == "" {
		c.Source, err = goplsbuild.Source()
	} else {
		c.Source, err = goplsbuild.Root(a.absolute(c.Source))
	}
	return c, err
}

// bake gives the program its settings. Of a file it gets a copy, since gopls'
// cache would not notice a change either.
func (a *app) bake(c *goplsbuild.Config, flags []settings.Flag) error {
	for _, f := range flags {
		if f.Name == checks.NetModelFlag && f.Value != "" {
			copied, err := snapshot(a.absolute(f.Value))
			if err != nil {
				return err
			}
			f.Value = copied
		}
		c.Flags = append(c.Flags, goplsbuild.Flag(f))
	}
	return nil
}

// absolute resolves a path against the working directory.
func (a *app) absolute(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(a.Dir, path)
}
