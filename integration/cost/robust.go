//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// The environment by which [robust] and the vet tool that it puts between the go
// command and sockvet tell each other where things are. It is not part of what
// the go command caches by, and need not be: it changes no result.
const (
	envTool = "SOCKVET_COST_TOOL"
	envLog  = "SOCKVET_COST_LOG"
)

// asTool runs sockvet in the place of this program, when the go command calls it,
// and notes what it took.
func asTool() (status int, ok bool) {
	tool := os.Getenv(envTool)
	if tool == "" {
		return 0, false
	}
	cmd := exec.Command(tool, os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if last := os.Args[len(os.Args)-1]; strings.HasSuffix(last, ".cfg") && cmd.ProcessState != nil {
		if err := note(last, cmd.ProcessState); err != nil {
			fmt.Fprintln(os.Stderr, "cost:", err)
			return 2, true
		}
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return max(exit.ExitCode(), 1), true
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cost:", err)
		return 2, true
	}
	return 0, true
}

// unit is what one package took.
type unit struct {
	Package string
	CPU     time.Duration
	Memory  int64
}

func note(cfg string, p *os.ProcessState) error {
	data, err := os.ReadFile(cfg)
	if err != nil {
		return err
	}
	var c struct{ ImportPath string }
	if err := json.Unmarshal(data, &c); err != nil {
		return err
	}
	var u usage
	u.add(p)
	line, err := json.Marshal(unit{c.ImportPath, u.cpu, u.memory})
	if err != nil {
		return err
	}
	log, err := os.OpenFile(os.Getenv(envLog), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if _, err := log.Write(append(line, '\n')); err != nil {
		log.Close()
		return err
	}
	return log.Close()
}

// tree is one line of the table. What a tree has in common with one before it, a
// dependency of the same version, counts there alone.
type tree struct {
	name                       string
	trees                      int
	packages                   int
	slowest, largest           unit
	holding, undecided, failed int
	crashes                    int // panics that ended the tool
	broken                     int // packages that do not compile
}

func robust(o *options, w io.Writer) error {
	dir, err := os.MkdirTemp("", "cost")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	tool, err := copyOf(o.sockvet, dir)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "| tree | packages | not compiled | functions with an obligation | undecided | panics | slowest package, s of CPU | largest, MB |")
	fmt.Fprintln(w, "| --- | --- | --- | --- | --- | --- | --- | --- |")
	var sum tree
	seen := map[string]bool{}
	for i, at := range o.args {
		tr, said, err := look(at, tool, filepath.Join(dir, fmt.Sprint("log", i)), seen)
		if err == nil && o.findings != "" {
			err = os.WriteFile(filepath.Join(o.findings, filepath.Base(at)+".json"), said, 0o644)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "cost:", at, err)
			continue
		}
		fmt.Fprintln(w, tr)
		sum.merge(tr)
	}
	sum.name = fmt.Sprintf("%d of %d trees", sum.trees, len(o.args))
	_, err = fmt.Fprintln(w, sum)
	return err
}

// look analyzes one tree. It also returns what go vet said.
func look(at, tool, log string, seen map[string]bool) (tree, []byte, error) {
	self, err := os.Executable()
	if err != nil {
		return tree{}, nil, err
	}
	cmd := exec.Command("go", "vet", "-vettool="+self, "-json", "-report-deps")
	for _, check := range []string{"acceptblock", "accepterror", "clientgrowth", "connclose", "handshakedeadline", "listenbacklog"} {
		cmd.Args = append(cmd.Args, "-"+check+".debug")
	}
	cmd.Args = append(cmd.Args, "./...")
	cmd.Dir = at
	cmd.Env = append(os.Environ(), envTool+"="+tool, envLog+"="+log)
	var said, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &complaints
	runErr := cmd.Run()
	var exit *exec.ExitError
	if runErr != nil && (!errors.As(runErr, &exit) || exit.ExitCode() < 0) {
		return tree{}, nil, runErr // did not come to its end
	}
	tr := tree{name: nameOf(at), trees: 1}
	if err := tr.units(log); err != nil {
		return tree{}, nil, errors.Join(runErr, errors.New(firstLine(complaints.String())), err)
	}
	tr.count(at, said.String(), seen)
	tr.complaints(complaints.String())
	return tr, said.Bytes(), nil
}

// nameOf is the name of a tree's directory, and its commit if it has one.
func nameOf(at string) string {
	cmd := exec.Command("git", "rev-parse", "--short=9", "HEAD")
	cmd.Dir = at
	commit, err := cmd.Output()
	if err != nil {
		return filepath.Base(at)
	}
	return filepath.Base(at) + " " + strings.TrimSpace(string(commit))
}

// complaints counts what the go command and the tool say on standard error.
func (tr *tree) complaints(said string) {
	for line := range strings.Lines(said) {
		switch {
		case strings.HasPrefix(line, "# "):
			tr.broken++
		case strings.HasPrefix(line, "panic: "), strings.HasPrefix(line, "fatal error: "):
			tr.crashes++
			fmt.Fprint(os.Stderr, "cost: ", tr.name, ": ", line)
		}
	}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// units reads what the packages took.
func (tr *tree) units(log string) error {
	f, err := os.Open(log)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var u unit
		if err := json.Unmarshal(lines.Bytes(), &u); err != nil {
			return err
		}
		tr.packages++
		if u.CPU > tr.slowest.CPU {
			tr.slowest = u
		}
		if u.Memory > tr.largest.Memory {
			tr.largest = u
		}
	}
	return lines.Err()
}

// failure is how the checks' debug flag tells of a panic that was confined.
var failure = regexp.MustCompile(`^\w+ failed( on .+)?: `)

// figures are what connclose's debug flag says of one package.
type figures struct{ undecided, holding int }

// count adds up the figures in the output of vet, of the packages that were not
// seen before. A package and its test variant both have some, at the same
// position: those of the larger count. What is undecided goes to standard error.
func (tr *tree) count(dir, said string, seen map[string]bool) {
	at := map[string]figures{}
	names := map[string]string{}
	posn := ""
	for line := range strings.Lines(said) {
		if _, rest, ok := strings.Cut(line, `"posn": "`); ok {
			posn, _, _ = strings.Cut(rest, `"`)
			if !filepath.IsAbs(posn) {
				posn = filepath.Join(dir, posn)
			}
			continue
		}
		_, rest, ok := strings.Cut(line, `"message": "`)
		if !ok || seen[posn] {
			continue
		}
		var f figures
		if _, err := fmt.Sscanf(rest, "%d of %d functions with an obligation undecided", &f.undecided, &f.holding); err == nil && f.holding >= at[posn].holding {
			at[posn] = f
		} else if msg := strings.TrimRight(rest, "\",\n"); failure.MatchString(msg) && !seen[posn+msg] {
			seen[posn+msg] = true // several checks may tell
			tr.failed++
			fmt.Fprintf(os.Stderr, "cost: %s: %s\n", posn, msg)
		} else if name, ok := strings.CutPrefix(rest, "undecided: "); ok {
			names[posn] = strings.TrimRight(name, "\",\n")
		}
	}
	for posn, name := range names {
		seen[posn] = true
		fmt.Fprintf(os.Stderr, "cost: %s: undecided: %s\n", posn, name)
	}
	for posn, f := range at {
		seen[posn] = true
		tr.undecided, tr.holding = tr.undecided+f.undecided, tr.holding+f.holding
	}
}

func (tr *tree) merge(o tree) {
	tr.trees += o.trees
	tr.packages += o.packages
	tr.broken, tr.crashes = tr.broken+o.broken, tr.crashes+o.crashes
	tr.holding, tr.undecided, tr.failed = tr.holding+o.holding, tr.undecided+o.undecided, tr.failed+o.failed
	if o.slowest.CPU > tr.slowest.CPU {
		tr.slowest = o.slowest
	}
	if o.largest.Memory > tr.largest.Memory {
		tr.largest = o.largest
	}
}

func (tr tree) String() string {
	return fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %.1f, %s | %d, %s |", tr.name, tr.packages, tr.broken, tr.holding, tr.undecided, tr.failed+tr.crashes,
		tr.slowest.CPU.Seconds(), tr.slowest.Package, tr.largest.Memory>>20, tr.largest.Package)
}
