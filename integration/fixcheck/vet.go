package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A finding is one report with its fixes.
type finding struct {
	Check   string `json:"-"`
	Posn    string `json:"posn"`
	Message string `json:"message"`
	Fixes   []fix  `json:"suggested_fixes"`

	file      string
	line, col int
}

type fix struct {
	Message string `json:"message"`
	Edits   []edit `json:"edits"`
}

// An edit replaces the bytes from Start up to End of a file.
type edit struct {
	Filename   string `json:"filename"`
	Start, End int
	New        string `json:"new"`
}

// vet returns the findings and the files that do not compile.
func vet(ctx context.Context, tool string, t target, overlay string) ([]finding, map[string]bool, error) {
	args := []string{"vet", "-vettool=" + tool, "-json"}
	if overlay != "" {
		args = append(args, "-overlay="+overlay)
	}
	args = append(append(args, t.Flags...), t.Patterns...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = t.Dir
	cmd.Env = append(append(os.Environ(), "GOWORK=off"), t.Env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	broken := brokenFiles(stderr.String(), t.Dir)
	if err != nil && len(broken) == 0 {
		return nil, nil, errors.New(firstLine(stderr.String(), err))
	}
	// The go command has written the findings now to the one, now to the other.
	found, err := parse(stdout.String()+"\n"+stderr.String(), t.Dir)
	return found, broken, err
}

func firstLine(text string, err error) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "go: downloading") {
			return line
		}
	}
	return err.Error()
}

// brokenFiles finds compile errors: file:line:col: text, or vet: file:... .
func brokenFiles(stderr, dir string) map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(stderr) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "vet: ")
		file, rest, ok := strings.Cut(line, ".go:")
		if !ok || rest == "" || rest[0] < '0' || rest[0] > '9' || strings.ContainsAny(file, `"{`) {
			continue
		}
		if !filepath.IsAbs(file) {
			file = filepath.Join(dir, file)
		}
		out[file+".go"] = true
	}
	return out
}

// parse reads the stream of {package: {check: [finding, ...]}} objects among the
// lines of the output. A package and its test variant repeat each other.
func parse(output, dir string) ([]finding, error) {
	dec := json.NewDecoder(strings.NewReader(objects(output)))
	var all []finding
	for {
		var unit map[string]map[string]json.RawMessage
		if err := dec.Decode(&unit); err == io.EOF {
			break
		} else if err != nil {
			return nil, fmt.Errorf("vet's JSON: %w", err)
		}
		for _, byCheck := range unit {
			for check, value := range byCheck {
				var found []finding
				if json.Unmarshal(value, &found) != nil {
					continue // the check failed on the package
				}
				for _, f := range found {
					f.Check = check
					f.place(dir)
					all = append(all, f)
				}
			}
		}
	}
	order := func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line), cmp.Compare(a.col, b.col),
			cmp.Compare(a.Check, b.Check), cmp.Compare(a.Message, b.Message), cmp.Compare(len(b.Fixes), len(a.Fixes)))
	}
	slices.SortFunc(all, order)
	return slices.CompactFunc(all, func(a, b finding) bool {
		return a.Posn == b.Posn && a.Check == b.Check && a.Message == b.Message
	}), nil
}

// objects keeps the lines of indented JSON objects.
func objects(output string) string {
	var kept strings.Builder
	inside := false
	for line := range strings.Lines(output) {
		switch trimmed := strings.TrimRight(line, "\r\n"); {
		case trimmed == "{":
			inside = true
		case !inside && strings.HasPrefix(trimmed, "{") && strings.HasSuffix(trimmed, "}"):
			kept.WriteString(line)
		case trimmed == "}":
			kept.WriteString(line)
			inside = false
			continue
		}
		if inside {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// place takes file:line:col apart.
func (f *finding) place(dir string) {
	parts := strings.Split(f.Posn, ":")
	if len(parts) < 3 {
		return
	}
	n := len(parts)
	f.line, _ = strconv.Atoi(parts[n-2])
	f.col, _ = strconv.Atoi(parts[n-1])
	f.file = strings.Join(parts[:n-2], ":")
	if !filepath.IsAbs(f.file) {
		f.file = filepath.Join(dir, f.file)
	}
}
