package govet

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/vetjson"
)

// Problem is something that kept packages from being analysed.
type Problem struct {
	Package string // import path, "" when unknown
	File    string // as the go command printed it
	Pos     finding.Pos
	Message string
	More    int    // further errors of the same package
	Detail  string // the stack of a crash
	Warning bool   // nothing was left out
	Skipped bool   // only the consequence of a problem with an import
}

// unwritten is what the go command says of a file that it could not change.
const unwritten = "applying fix: "

// Unwritten reports whether a fix could not be written to its file.
func (p Problem) Unwritten() bool { return strings.HasPrefix(p.Message, unwritten) }

// String is one line.
func (p Problem) String() string {
	var b strings.Builder
	if p.File != "" {
		fmt.Fprintf(&b, "%s:", p.File)
		for _, n := range []int{p.Pos.Line, p.Pos.Col} {
			if n > 0 {
				fmt.Fprintf(&b, "%d:", n)
			}
		}
		b.WriteByte(' ')
	}
	b.WriteString(p.Message)
	switch {
	case p.More == 1:
		b.WriteString(" (and 1 more error)")
	case p.More > 1:
		fmt.Fprintf(&b, " (and %d more errors)", p.More)
	}
	if p.Package != "" && p.File == "" {
		fmt.Fprintf(&b, " [%s]", p.Package)
	}
	return b.String()
}

// inTest reports whether the problem is one of test files alone.
func (p Problem) inTest() bool {
	return strings.HasSuffix(p.File, "_test.go") || strings.Contains(p.Message, "not allowed in test")
}

// stderrParser turns what the go command prints into problems.
//
// Blocks start with "# package" lines (repeated as "# [package]" by vet) and
// have no end mark. Continuation lines are indented. A crash of the tool is a
// "panic:" line, then everything to the next block.
type stderrParser struct {
	toolFailed *regexp.Regexp
	pkg        string
	crash      bool
	problems   []Problem
}

var (
	posLine     = regexp.MustCompile(`^(\S.*?):(\d+)(?::(\d+))?: (.+)$`)
	packageLine = regexp.MustCompile(`^package (\S+)$`)
	crashLine   = regexp.MustCompile(`^(?:panic: |fatal error: |runtime: |SIG[A-Z]+: )`)
	// noise is what the go command prints that is no problem, or that only
	// repeats that there was one.
	noise = regexp.MustCompile(`^(?:go: (?:downloading|finding|extracting|found|added) .*|(?:go: )?no packages to (?:vet|fix)|exit status \d+|(?:.*: )?too many errors)$`)
	// prefixes name the program that speaks, which is of no use to the reader.
	prefixes = regexp.MustCompile(`^(?:go vet|go|vet|sockvet(?:\.exe)?): `)
)

func parseStderr(text, tool string) []Problem {
	p := stderrParser{
		toolFailed: regexp.MustCompile(`^(\S+)(?: \[\S+\])?: ` + regexp.QuoteMeta(tool) + `: `),
	}
	for line := range strings.Lines(text) {
		p.line(strings.TrimRight(line, "\r\n"))
	}
	return p.problems
}

func (p *stderrParser) line(line string) {
	switch {
	case strings.HasPrefix(line, "# "):
		p.header(line[2:])
	case p.toolFailed.MatchString(line):
		p.crash = false
		p.skipped(p.toolFailed.FindStringSubmatch(line)[1])
	case p.crash:
		p.problems[len(p.problems)-1].Detail += line + "\n"
	case crashLine.MatchString(line):
		p.crash = true
		p.add(Problem{Message: "sockvet crashed: " + line, Detail: line + "\n"})
	case strings.TrimSpace(line) == "" || noise.MatchString(line):
	case line[0] == ' ' || line[0] == '\t':
		p.continuation(strings.TrimSpace(line))
	default:
		p.message(line)
	}
}

func (p *stderrParser) header(name string) {
	p.crash = false
	if !strings.HasPrefix(name, "[") {
		p.pkg = vetjson.PackagePath(name)
	}
}

func (p *stderrParser) add(pr Problem) {
	if pr.Package == "" {
		pr.Package = p.pkg
	}
	p.problems = append(p.problems, pr)
}

// skipped notes a package whose dependency has no facts because the tool
// failed there.
func (p *stderrParser) skipped(pkg string) {
	p.problems = append(p.problems, skippedProblems([]string{pkg})...)
}

func (p *stderrParser) continuation(text string) {
	if len(p.problems) == 0 {
		return
	}
	last := &p.problems[len(p.problems)-1]
	switch {
	case strings.HasSuffix(last.Message, ":"), strings.HasPrefix(text, "imports "):
		last.Message += " " + text
	}
}

func (p *stderrParser) message(line string) {
	line = prefixes.ReplaceAllString(line, "")
	if n := len(p.problems); n > 0 && strings.HasSuffix(p.problems[n-1].Message, "go.mod:") {
		// "errors parsing go.mod:" puts its cause on the next line, not indented.
		p.problems[n-1].Message += " " + line
		return
	}
	if strings.HasPrefix(line, unwritten) {
		p.pkg = "" // it comes when all packages are done
	}
	pr := Problem{Message: line}
	if m := posLine.FindStringSubmatch(line); m != nil {
		pr.File, pr.Message = m[1], m[4]
		pr.Pos.Line, _ = strconv.Atoi(m[2])
		pr.Pos.Col, _ = strconv.Atoi(m[3])
	} else if m := packageLine.FindStringSubmatch(line); m != nil {
		pr.Package = m[1]
	}
	if rest, ok := strings.CutPrefix(line, "warning: "); ok {
		pr.Message, pr.Warning = rest, true
	}
	pr.Skipped = strings.Contains(line, "no package vetx file for ") || strings.Contains(line, "missing facts for ")
	p.add(pr)
}

// mergeProblems sorts, drops repetitions, keeps one problem a package and file
// set, and puts all packages that were only skipped into one.
func mergeProblems(problems []Problem) []Problem {
	slices.SortStableFunc(problems, compareProblems)
	var out []Problem
	var skipped []string
	seen := make(map[Problem]bool)
	for _, p := range problems {
		key := Problem{Package: p.Package, File: p.File, Pos: p.Pos, Message: p.Message}
		switch n := len(out); {
		case seen[key]:
		case p.Skipped:
			skipped = append(skipped, p.Package)
		case n > 0 && p.Package != "" && out[n-1].Package == p.Package && p.Detail == "" && out[n-1].Detail == "":
			out[n-1].More++
		default:
			out = append(out, p)
		}
		seen[key] = true
	}
	return append(out, summarize(skipped)...)
}

func compareProblems(p, q Problem) int {
	return cmp.Or(
		strings.Compare(p.Package, q.Package),
		strings.Compare(p.File, q.File),
		p.Pos.Compare(q.Pos),
		strings.Compare(p.Message, q.Message),
	)
}

func skippedProblems(pkgs []string) []Problem {
	var out []Problem
	for _, p := range pkgs {
		out = append(out, Problem{Package: p, Message: "not analysed", Skipped: true})
	}
	return out
}

// summarize puts all packages that were left out because of another one into
// one line.
func summarize(skipped []string) []Problem {
	slices.Sort(skipped)
	skipped = slices.Compact(skipped)
	const shown = 3
	switch n := len(skipped); {
	case n == 0:
		return nil
	case n == 1:
		return []Problem{{Package: skipped[0], Message: "not analysed: it imports a package that could not be", Skipped: true}}
	default:
		names := strings.Join(skipped[:min(n, shown)], ", ")
		if n > shown {
			names += fmt.Sprintf(" and %d more", n-shown)
		}
		return []Problem{{
			Message: fmt.Sprintf("%d packages not analysed: they import one that could not be: %s", n, names),
			Skipped: true,
		}}
	}
}
