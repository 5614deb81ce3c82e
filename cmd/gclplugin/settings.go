package gclplugin

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers"
)

// Settings that are more than a flag of their name.
const (
	relatedSetting  = "related"
	netmodelSetting = "netmodel"
)

// internalFlags are flags of the checks that are no settings of the linter.
// golangci-lint honours //nolint itself, and warns of one that hides nothing.
var internalFlags = map[string]string{"debug": "", "std": "", "suppressed": "", "nolint": "false"}

// settings is what the configuration file says of one check.
type settings struct {
	related bool
	flags   map[string]string
	rows    []byte // JSON; nil if there are none
}

// decode reads the settings strictly: what is misspelt or of a wrong type is an
// error.
func decode(a *analysis.Analyzer, conf any) (settings, error) {
	s := settings{flags: map[string]string{}}
	text, err := json.Marshal(conf)
	if err != nil {
		return s, fmt.Errorf("settings: %w", err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return s, fmt.Errorf("settings: want names and values, not %s", text)
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if err := s.set(a, name, fields[name]); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s *settings) set(a *analysis.Analyzer, name string, value json.RawMessage) error {
	_, internal := internalFlags[name]
	f := a.Flags.Lookup(name)
	switch {
	case name == relatedSetting:
		if json.Unmarshal(value, &s.related) != nil {
			return fmt.Errorf("setting %s: %s is not true or false", name, value)
		}
		return nil
	case f == nil || internal:
		return fmt.Errorf("unknown setting %q; there are %s", name, strings.Join(names(a), ", "))
	case name == netmodelSetting:
		s.rows = value
		return wantRows(value)
	}
	text, err := flagText(f, value)
	if err != nil {
		return fmt.Errorf("setting %s: %w", name, err)
	}
	s.flags[name] = text
	return nil
}

// names lists the settings of a check.
func names(a *analysis.Analyzer) []string {
	out := []string{relatedSetting}
	a.Flags.VisitAll(func(f *flag.Flag) {
		if _, internal := internalFlags[f.Name]; !internal {
			out = append(out, f.Name)
		}
	})
	slices.Sort(out)
	return out
}

// wantRows: a file would not do, as the cache of golangci-lint knows the
// configuration but not the files that it names.
func wantRows(value json.RawMessage) error {
	var rows []json.RawMessage
	if json.Unmarshal(value, &rows) != nil {
		return fmt.Errorf("setting %s: want a list of rows, not %s: golangci-lint's cache does not notice changes of other files", netmodelSetting, value)
	}
	return nil
}

// flagText turns a value of the configuration into that of the flag.
func flagText(f *flag.Flag, value json.RawMessage) (string, error) {
	text := string(value)
	if quoted, err := strconv.Unquote(text); err == nil {
		text = quoted
	}
	getter, ok := f.Value.(flag.Getter)
	if !ok {
		return text, nil
	}
	switch getter.Get().(type) {
	case bool:
		if _, err := strconv.ParseBool(text); err != nil {
			return "", fmt.Errorf("%s is not true or false", value)
		}
	case int, int64:
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return "", fmt.Errorf("%s is not a whole number", value)
		}
	}
	return text, nil
}

// apply sets the flags of the check, those that are not given to their default.
func (s settings) apply(a *analysis.Analyzer) error {
	var errs []error
	a.Flags.VisitAll(func(f *flag.Flag) {
		if f.Name == netmodelSetting {
			return // one for all checks, see applyRows
		}
		value := f.DefValue
		if v := internalFlags[f.Name]; v != "" {
			value = v
		}
		if v, ok := s.flags[f.Name]; ok {
			value = v
		}
		if err := a.Flags.Set(f.Name, value); err != nil {
			errs = append(errs, fmt.Errorf("setting %s: %w", f.Name, err))
		}
	})
	return errors.Join(append(errs, s.applyRows(a))...)
}

// applyRows gives the rows to the analysis, which all checks share. So it is
// enough that one check has them, and two must not disagree.
func (s settings) applyRows(a *analysis.Analyzer) error {
	if s.rows == nil {
		return nil
	}
	file, err := store(s.rows)
	if err != nil {
		return fmt.Errorf("setting %s: %w", netmodelSetting, err)
	}
	if err := analyzers.CheckModel(file); err != nil {
		return fmt.Errorf("setting %s: %w", netmodelSetting, err)
	}
	if old := a.Flags.Lookup(netmodelSetting).Value.String(); old != "" && old != file {
		return fmt.Errorf("setting %s: another check has other rows, and all checks share them", netmodelSetting)
	}
	return a.Flags.Set(netmodelSetting, file)
}

// store writes the rows into a file that is named by their content.
func store(rows []byte) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	dir := filepath.Join(cache, "sockvet", netmodelSetting)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	name := filepath.Join(dir, fmt.Sprintf("%x.json", sha256.Sum256(rows)))
	if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, rows) {
		return name, nil
	}
	// Another process may be at it: no reader ever sees half a file.
	tmp, err := os.CreateTemp(dir, "rows-*")
	if err != nil {
		return "", err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(rows)
	if err := errors.Join(err, tmp.Close()); err != nil {
		return "", err
	}
	return name, os.Rename(tmp.Name(), name)
}
