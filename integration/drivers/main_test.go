package drivers

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// paths of the repository, absolute.
var (
	repository = filepath.Join(workDir(), "..", "..")
	testdata   = filepath.Join(repository, "testdata")
	gclModule  = filepath.Join(repository, "integration", "golangci")
)

func workDir() string {
	dir, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	return dir
}

// scratch is where the programs and their caches are. Nothing of what the
// developer has cached can answer for an analysis.
var scratch string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "sockvet-drivers-")
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	scratch = dir
	return m.Run()
}

// program is built once, by the first test that needs it.
type program func() (string, error)

func (p program) path(t *testing.T) string {
	t.Helper()
	path, err := p()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var (
	sockvet = program(sync.OnceValues(func() (string, error) {
		return build("sockvet", repository, "./cmd/sockvet")
	}))
	golangci = program(sync.OnceValues(func() (string, error) {
		return build("golangci", gclModule, ".")
	}))
)

func build(name, dir, pkg string) (string, error) {
	out := filepath.Join(scratch, name)
	cmd := exec.Command("go", "build", "-o", out, pkg)
	cmd.Dir = dir
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building %s: %w\n%s", name, err, text)
	}
	return out, nil
}

// result is what a program did.
type result struct {
	code           int
	stdout, stderr string
}

// in runs a program in a directory; env is added to the environment.
func in(t *testing.T, dir string, env []string, name string, args ...string) result {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// want fails the test when the exit status is another one.
func (r result) want(t *testing.T, code int) result {
	t.Helper()
	if r.code != code {
		t.Fatalf("exit status %d, want %d\n%s%s", r.code, code, r.stdout, r.stderr)
	}
	return r
}

// module writes a module with these files, given as name, text, name, text.
func module(t *testing.T, files ...string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, "go.mod", "module example.com/m\n\ngo 1.26.0\n")
	for i := 0; i < len(files); i += 2 {
		write(t, filepath.Join(dir, files[i]), files[i+1])
	}
	return dir
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
