package cli

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/atomicfile"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/checks"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/settings"
)

// toolFlags are the flags for the vet tool, and a replacer that turns what the
// tool says about their values back into what the user wrote.
//
// The go command keys its cache with these flags: the same settings have to
// give the same flags in the same order. Which checks are reported is not
// among them, as all results come from one analysis; only fixing has to be
// told.
func (a *app) toolFlags(o options) ([]string, *strings.Replacer, error) {
	var flags []settings.Flag
	for _, k := range a.catalog {
		for name, value := range map[string]string{
			"tests":             boolText(o.tests),
			checks.NetModelFlag: o.netmodel,
			"debug":             boolText(o.debug),
			"suppressed":        boolText(o.unused),
		} {
			if value != "" && k.Flag(name) != nil {
				flags = append(flags, settings.Flag{Check: k.Name, Name: name, Value: value})
			}
		}
	}
	sortFlags(flags)
	flags = append(flags, o.flags...) // later ones win

	out := append([]string{}, o.toggles...)
	if o.fix || o.diff {
		out = append(out, a.enabling(o)...)
	}
	var back []string
	for _, f := range flags {
		if f.Name == checks.NetModelFlag && f.Value != "" {
			file := o.absolute(f.Value)
			copied, err := snapshot(file)
			if err != nil {
				return nil, nil, err
			}
			back = append(back, copied, file)
			f.Value = copied
		}
		out = append(out, f.String())
	}
	return out, strings.NewReplacer(back...), nil
}

// boolText is "" for false, which is every flag's default.
func boolText(b bool) string {
	if b {
		return strconv.FormatBool(b)
	}
	return ""
}

// enabling are the tool's flags for the checks that are on, none when all are.
func (a *app) enabling(o options) []string {
	if a.all(o) {
		return nil
	}
	var on []string
	for _, name := range a.catalog.Names() {
		if o.checks[name] {
			on = append(on, "-"+name)
		}
	}
	return on
}

// snapshot copies a file to a place named by its content. The go command's
// cache knows flags but not the files that they name, so a changed file under
// the same name would give the results of the old one.
func snapshot(file string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		var pathErr *fs.PathError
		if errors.As(err, &pathErr) {
			err = pathErr.Err
		}
		return "", fmt.Errorf("%s: %w", file, err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	dir := filepath.Join(cache, "sockvet", checks.NetModelFlag)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	name := filepath.Join(dir, fmt.Sprintf("%x%s", sha256.Sum256(data), filepath.Ext(file)))
	if _, err := os.Stat(name); err == nil {
		return name, nil
	}
	return name, atomicfile.Write(name, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}
