package drivers

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// gopls is built by the command, with one setting that no other test sees.
var gopls = program(sync.OnceValues(func() (string, error) {
	tool, err := sockvet()
	if err != nil {
		return "", err
	}
	out := filepath.Join(scratch, "gopls")
	text, err := exec.Command(tool, "gopls", "-o", out, "-listenbacklog.tests").CombinedOutput()
	if err != nil {
		return "", &buildError{text}
	}
	return out, nil
}))

type buildError struct{ text []byte }

func (e *buildError) Error() string { return "building gopls: " + string(e.text) }

// byGopls pulls the diagnostics of each file that the go command lists.
func byGopls(t *testing.T, dir string, args ...string) []finding {
	t.Helper()
	args = append([]string{"list", "-f", `{{$d := .Dir}}{{range .GoFiles}}{{$d}}/{{.}}{{"\n"}}{{end}}`}, args...)
	files := strings.Fields(in(t, dir, nil, "go", args...).want(t, 0).stdout)
	e := startGopls(t, gopls.path(t), dir, map[string]any{"pullDiagnostics": true})
	var out []finding
	for _, file := range files {
		name := relative(dir, file)
		for _, d := range e.pull(name) {
			if slices.Contains(checkNames(t), d.Source) {
				out = append(out, finding{name, d.Range.Start.Line + 1, d.Source, d.Message})
			}
		}
	}
	return out
}

// checkNames lists the checks.
func checkNames(t *testing.T) []string {
	t.Helper()
	var names []string
	for line := range strings.Lines(in(t, scratch, nil, sockvet.path(t), "list").want(t, 0).stdout) {
		names = append(names, strings.Fields(line)[0])
	}
	return names
}

// server is a package whose finding has steps in another file.
const server = `package m

import "net"

func serve(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		name, err := greet(conn)
		if err != nil {
			conn.Close()
			continue
		}
		go handle(name, conn)
	}
}

func handle(name string, conn net.Conn) {
	defer conn.Close()
	_, _ = conn.Write([]byte(name))
}
`

const greeting = `package m

import (
	"bufio"
	"net"
)

func greet(conn net.Conn) (string, error) {
	return bufio.NewReader(conn).ReadString('\n')
}
`

// TestGoplsShows opens a file and looks at what arrives, as an editor gets it.
func TestGoplsShows(t *testing.T) {
	dir := module(t, "server.go", server, "greet.go", greeting)
	e := startGopls(t, gopls.path(t), dir, nil)
	e.open("server.go")
	var found []diagnostic
	for _, d := range e.shown("server.go", "acceptblock") {
		if d.Source == "acceptblock" {
			found = append(found, d)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d findings: %+v", len(found), found)
	}
	d := found[0]
	const warning = 2
	if d.Severity != warning || d.Code != "acceptblock" || d.Range.Start != (position{6, 15}) {
		t.Errorf("severity %d, code %v, range %v", d.Severity, d.Code, d.Range)
	}
	if want := "https://github.com/sockvet/sockvet/blob/main/docs/checks/acceptblock.md"; !strings.HasPrefix(d.CodeDescription["href"].(string), want) {
		t.Errorf("link %v, want %s", d.CodeDescription["href"], want)
	}
	var places []string
	for _, r := range d.Related {
		places = append(places, e.file(r.Location.URI))
	}
	if !slices.Contains(places, "greet.go") || !slices.Contains(places, "server.go") {
		t.Errorf("steps in %v: %+v", places, d.Related)
	}
	same(t, "gopls", []finding{{"server.go", d.Range.Start.Line + 1, d.Source, d.Message}},
		byCommand(t, dir, "-checks=acceptblock", "./..."))
}

// sources counts the findings of the checks in a file.
func sources(e *editor, name string) map[string]int {
	e.t.Helper()
	n := map[string]int{}
	for _, d := range e.pull(name) {
		if slices.Contains(checkNames(e.t), d.Source) {
			n[d.Source]++
		}
	}
	return n
}

// TestGoplsSwitch: "analyses" switches single checks off.
func TestGoplsSwitch(t *testing.T) {
	dir := module(t, "m.go", sample)
	for _, tt := range []struct {
		analyses map[string]any
		want     []string
	}{
		{nil, []string{"connclose", "listenbacklog"}},
		{map[string]any{"connclose": false}, []string{"listenbacklog"}},
		{map[string]any{"connclose": false, "listenbacklog": false}, nil},
	} {
		e := startGopls(t, gopls.path(t), dir, map[string]any{"pullDiagnostics": true, "analyses": tt.analyses})
		got := sources(e, "m.go")
		if len(got) != len(tt.want) {
			t.Errorf("%v: got %v, want %v", tt.analyses, got, tt.want)
		}
		for _, name := range tt.want {
			if got[name] != 1 {
				t.Errorf("%v: got %v, want %v", tt.analyses, got, tt.want)
			}
		}
	}
}

// TestGoplsSetting: what was given to "sockvet gopls" is in the program.
func TestGoplsSetting(t *testing.T) {
	dir := module(t, "m.go", "package m\n", "m_test.go", sample)
	e := startGopls(t, gopls.path(t), dir, map[string]any{"pullDiagnostics": true})
	if got := sources(e, "m_test.go"); len(got) != 1 || got["listenbacklog"] != 1 {
		t.Errorf("in a test file: %v, want one of listenbacklog", got)
	}
}

func TestGoplsNolint(t *testing.T) {
	dir := module(t, "m.go", commented("//nolint:connclose // the peer closes it", "//lint:ignore listenbacklog a test"))
	e := startGopls(t, gopls.path(t), dir, map[string]any{"pullDiagnostics": true})
	if got := sources(e, "m.go"); len(got) != 0 {
		t.Errorf("in spite of the comments: %v", got)
	}
}

// TestGoplsErrors: each mistake is one line, and nothing is written.
func TestGoplsErrors(t *testing.T) {
	for args, want := range map[string]string{
		"-version=v0.0.9999":             "v0.0.9999",
		"-source=/":                      "/ is not a checkout of github.com/sockvet/sockvet",
		"./...":                          `gopls takes flags only, not "./..."`,
		"-connclose":                     "-connclose=true: the editor switches checks on and off",
		"-listenbacklog.min-backlog=few": `"few" is not a whole number`,
		"-nonsense":                      "unknown flag -nonsense",
	} {
		out := filepath.Join(t.TempDir(), "gopls")
		r := in(t, scratch, nil, sockvet.path(t), "gopls", "-o", out, args).want(t, 2)
		last := strings.TrimSpace(r.stderr[strings.LastIndex(strings.TrimSpace(r.stderr), "\n")+1:])
		if !strings.HasPrefix(last, "sockvet: ") || !strings.Contains(last, want) {
			t.Errorf("%s: %q, want %s", args, r.stderr, want)
		}
	}
}
