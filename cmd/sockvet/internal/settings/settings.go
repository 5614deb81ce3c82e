// Package settings reads the command's settings file.
//
// The file is JSON, named .sockvet.json, in the root of the module or given by
// -config:
//
//	{
//	  "checks": ["all", "-handshakedeadline"],
//	  "tests": true,
//	  "tags": "integration",
//	  "netmodel": "sockets.json",
//	  "baseline": "sockvet-baseline.json",
//	  "settings": {"listenbacklog": {"min-backlog": 64}}
//	}
//
// Paths are relative to the file. Everything in "settings" becomes a flag of
// the analyzer, -listenbacklog.min-backlog=64; nothing of the file reaches the
// analyzers in another way, so the go command's cache knows all of it.
package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/checks"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/paths"
)

// FileName is what the file is called when it is not given.
const FileName = ".sockvet.json"

// Settings is the content of the file.
type Settings struct {
	Checks   []string
	Tests    bool
	Tags     string
	NetModel string // absolute
	Baseline string // absolute
	Flags    []Flag // sorted
}

// Flag is a flag of an analyzer.
type Flag struct {
	Check, Name, Value string
}

// String is the flag as it is given to the tool.
func (f Flag) String() string { return "-" + f.Check + "." + f.Name + "=" + f.Value }

type document struct {
	Checks   []string                              `json:"checks"`
	Tests    bool                                  `json:"tests"`
	Tags     string                                `json:"tags"`
	NetModel string                                `json:"netmodel"`
	Baseline string                                `json:"baseline"`
	Settings map[string]map[string]json.RawMessage `json:"settings"`
}

// Find returns the settings file for dir, or "". It looks in the root of the
// module and, when that has none, of the workspace.
func Find(dir string) string {
	for _, marker := range []string{"go.mod", "go.work"} {
		root, ok := paths.Above(dir, marker)
		if !ok {
			continue
		}
		file := filepath.Join(root, FileName)
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	return ""
}

// Load reads the file. Errors are one line and begin with the file's name.
func Load(file string, catalog checks.Catalog) (Settings, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		var pathErr *fs.PathError
		if errors.As(err, &pathErr) {
			err = pathErr.Err
		}
		return Settings{}, fmt.Errorf("%s: %w", file, err)
	}
	s, err := parse(data, filepath.Dir(file), catalog)
	if err != nil {
		return Settings{}, fmt.Errorf("%s: %w", file, err)
	}
	return s, nil
}

func parse(data []byte, dir string, catalog checks.Catalog) (Settings, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var doc document
	if err := dec.Decode(&doc); err != nil {
		return Settings{}, describe(err, data)
	}
	if dec.More() {
		return Settings{}, fmt.Errorf("line %d: more than one JSON value", lineOf(data, dec.InputOffset()))
	}
	if _, err := catalog.Select(doc.Checks); err != nil {
		return Settings{}, fmt.Errorf("checks: %w", err)
	}
	s := Settings{
		Checks:   doc.Checks,
		Tests:    doc.Tests,
		Tags:     doc.Tags,
		NetModel: resolve(dir, doc.NetModel),
		Baseline: resolve(dir, doc.Baseline),
	}
	var err error
	s.Flags, err = flags(doc.Settings, dir, catalog)
	return s, err
}

func resolve(dir, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

func flags(doc map[string]map[string]json.RawMessage, dir string, catalog checks.Catalog) ([]Flag, error) {
	var out []Flag
	for _, check := range slices.Sorted(maps.Keys(doc)) {
		k, ok := catalog.Get(check)
		if !ok {
			return nil, fmt.Errorf("settings: unknown check %q; there are %s", check, strings.Join(catalog.Names(), ", "))
		}
		for _, name := range slices.Sorted(maps.Keys(doc[check])) {
			f, err := flagOf(k, name, doc[check][name], dir)
			if err != nil {
				return nil, fmt.Errorf("settings: %s: %w", check, err)
			}
			out = append(out, f)
		}
	}
	return out, nil
}

func flagOf(k checks.Check, name string, raw json.RawMessage, dir string) (Flag, error) {
	def := k.Flag(name)
	if def == nil {
		return Flag{}, fmt.Errorf("unknown setting %q; there are %s", name, strings.Join(k.FlagNames(), ", "))
	}
	value, err := valueOf(raw)
	if err != nil {
		return Flag{}, fmt.Errorf("%s: %w", name, err)
	}
	if err := checks.Validate(def, value); err != nil {
		return Flag{}, fmt.Errorf("%s: %w", name, err)
	}
	if name == checks.NetModelFlag {
		value = resolve(dir, value)
	}
	return Flag{k.Name, name, value}, nil
}

// valueOf turns a string, number, boolean, or a list of those into the text of
// a flag.
func valueOf(raw json.RawMessage) (string, error) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil && list != nil {
		var values []string
		for _, e := range list {
			v, err := valueOf(e)
			if err != nil {
				return "", err
			}
			values = append(values, v)
		}
		return strings.Join(values, ","), nil
	}
	var text string
	if json.Unmarshal(raw, &text) == nil && raw[0] == '"' {
		return text, nil
	}
	switch raw[0] {
	case '{', 'n':
		return "", fmt.Errorf("%s is not a string, number, boolean or list", raw)
	}
	return string(raw), nil
}

// describe adds the line to an error of the decoder.
func describe(err error, data []byte) error {
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d: %w", lineOf(data, syntax.Offset), err)
	case errors.As(err, &typ):
		return fmt.Errorf("line %d: %s must be a %s, not a %s", lineOf(data, typ.Offset), typ.Field, kindName(typ.Type.Kind().String()), typ.Value)
	}
	text := strings.TrimPrefix(err.Error(), "json: ")
	if name, ok := strings.CutPrefix(text, "unknown field "); ok {
		// The decoder does not say where.
		return fmt.Errorf("line %d: unknown setting %s", lineOf(data, int64(bytes.Index(data, []byte(name)))), name)
	}
	return errors.New(text)
}

func kindName(kind string) string {
	switch kind {
	case "slice":
		return "list"
	case "map", "struct":
		return "object"
	case "bool":
		return "boolean"
	}
	return kind
}

func lineOf(data []byte, offset int64) int {
	return bytes.Count(data[:min(offset, int64(len(data)))], []byte("\n")) + 1
}
