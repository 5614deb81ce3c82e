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
	"time"
)

// A diagnostic is one report as vet's -json prints it, its position taken apart.
type diagnostic struct {
	File    string    `json:"file"`
	Line    int       `json:"line"`
	Message string    `json:"message"`
	Related []related `json:"related,omitempty"`
}

type related struct {
	Posn    string `json:"posn"`
	Message string `json:"message"`
}

type rawDiagnostic struct {
	Posn    string    `json:"posn"`
	Message string    `json:"message"`
	Related []related `json:"related"`
}

// vet runs the tool over the package of a place with the row's analyzer alone.
func vet(ctx context.Context, tool string, r row, p place) ([]diagnostic, error) {
	args := slices.Concat([]string{"vet", "-vettool=" + tool, "-json", "-" + r.Analyzer}, r.Flags, []string{p.pattern()})
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = r.Dir
	cmd.Env = append(os.Environ(), r.Env...)
	// Without a delay a grandchild that holds the pipes would keep Wait for ever.
	cmd.WaitDelay = 5 * time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, vetError(ctx, err, stderr.String())
	}
	return parseVet(jsonOf(&stdout, &stderr), r.Analyzer, r.Dir)
}

// jsonOf is the stream that the JSON is on: the go command of Go 1.25 and before,
// which a row can ask for by GOTOOLCHAIN, writes it to its standard error.
func jsonOf(stdout, stderr *bytes.Buffer) io.Reader {
	if stdout.Len() == 0 && bytes.Contains(stderr.Bytes(), []byte("{\n")) {
		return stderr
	}
	return stdout
}

// vetError is the cause that the go command gives: its first line that is none of
// its headers or of what it says while it fetches modules. Of a chain of imports
// ("package a", "imports b", "imports c: why") the last line says why.
func vetError(ctx context.Context, err error, stderr string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	cause := ""
	for line := range strings.Lines(stderr) {
		switch text := strings.TrimSpace(line); {
		case text == "" || strings.HasPrefix(text, "#") || fetching(text):
		case cause == "":
			cause = text
		case strings.HasPrefix(cause, "package ") && strings.HasPrefix(text, "imports "),
			strings.HasPrefix(cause, "imports ") && strings.HasPrefix(text, "imports "):
			cause = text
		}
	}
	if cause == "" {
		return err
	}
	return errors.New(cause)
}

func fetching(line string) bool {
	return slices.ContainsFunc([]string{"downloading", "finding", "found"}, func(verb string) bool {
		return strings.HasPrefix(line, "go: "+verb+" ")
	})
}

// parseVet reads the stream of {package: {analyzer: [diagnostic]}} objects.
// A package and its test variant repeat each other, so equal reports are merged.
func parseVet(output io.Reader, analyzer, dir string) ([]diagnostic, error) {
	data, err := io.ReadAll(output)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(withoutComments(data)))
	var all []diagnostic
	for {
		var unit map[string]map[string]json.RawMessage
		if err := dec.Decode(&unit); err == io.EOF {
			break
		} else if err != nil {
			return nil, fmt.Errorf("vet's JSON: %w", err)
		}
		for _, byAnalyzer := range unit {
			found, err := parseDiagnostics(byAnalyzer[analyzer], dir)
			if err != nil {
				return nil, err
			}
			all = append(all, found...)
		}
	}
	return sortedUnique(all), nil
}

// withoutComments drops the "# package" headers that the go command may put
// between the objects, and what it says while it fetches modules; no line of
// vet's indented JSON starts like these.
func withoutComments(data []byte) []byte {
	var kept bytes.Buffer
	for line := range bytes.Lines(data) {
		if !bytes.HasPrefix(line, []byte("#")) && !fetching(string(line)) {
			kept.Write(line)
		}
	}
	return kept.Bytes()
}

// parseDiagnostics takes one analyzer's value: a list, or {"error": text} when
// the analyzer itself failed.
func parseDiagnostics(value json.RawMessage, dir string) ([]diagnostic, error) {
	if len(value) == 0 {
		return nil, nil
	}
	var failed struct{ Error string }
	if json.Unmarshal(value, &failed) == nil && failed.Error != "" {
		return nil, errors.New(failed.Error)
	}
	var raw []rawDiagnostic
	if err := json.Unmarshal(value, &raw); err != nil {
		return nil, fmt.Errorf("vet's JSON: %w", err)
	}
	found := make([]diagnostic, len(raw))
	for i, d := range raw {
		file, line := splitPosn(d.Posn)
		if !filepath.IsAbs(file) {
			file = filepath.Join(dir, file)
		}
		found[i] = diagnostic{File: file, Line: line, Message: d.Message, Related: d.Related}
	}
	return found, nil
}

// splitPosn takes file:line:col or file:line apart.
func splitPosn(posn string) (file string, line int) {
	parts := strings.Split(posn, ":")
	var numbers []int
	for len(parts) > 1 && len(numbers) < 2 {
		n, err := strconv.Atoi(parts[len(parts)-1])
		if err != nil {
			break
		}
		numbers = append(numbers, n)
		parts = parts[:len(parts)-1]
	}
	if len(numbers) == 0 {
		return posn, 0
	}
	return strings.Join(parts, ":"), numbers[len(numbers)-1]
}

func sortedUnique(all []diagnostic) []diagnostic {
	order := func(a, b diagnostic) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Message, b.Message))
	}
	slices.SortFunc(all, order)
	return slices.CompactFunc(all, func(a, b diagnostic) bool { return order(a, b) == 0 })
}
