package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// follow runs the lines of a path with a new home.
func (o *options) follow(p path) (steps []step, err error) {
	lines, err := p.lines(o.docs)
	if err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp("", "newuser")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, remove(work)) }()
	sh, err := o.newShell(work)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 4*o.limit) // what is too slow is still measured
	defer cancel()
	begin := time.Now()
	for _, line := range lines {
		start := time.Now()
		said, err := sh.run(ctx, line)
		steps = append(steps, step{line, time.Since(start), len(findingAt.FindAllString(said, -1))})
		if o.verbose || err != nil {
			fmt.Fprintf(os.Stderr, "%s $ %s\n%s", filepath.Base(sh.dir), line, said)
		}
		if err != nil {
			return steps, fmt.Errorf("%s: %w", line, err)
		}
	}
	if took := time.Since(begin); took > o.limit {
		return steps, fmt.Errorf("%.0f s are more than %v", took.Seconds(), o.limit)
	}
	return steps, nil
}

var (
	// findingAt is not a step of a path, before which go vet prints a tab.
	findingAt = regexp.MustCompile(`(?m)^\S+\.go:\d+:\d+: [^\t]`)
	// analysis are the commands whose status 1 says that they found something.
	analysis = regexp.MustCompile(`^(sockvet|golangci-lint-sockvet run|go vet|go fix) `)
)

// shell remembers between lines what a shell would.
type shell struct {
	dir, path, state string
	env              []string
}

// newShell makes the home of somebody with a server in your/module, which has
// been there before and is not part of what is measured.
func (o *options) newShell(work string) (*shell, error) {
	home := filepath.Join(work, "home")
	if err := os.Mkdir(home, 0o700); err != nil {
		return nil, err
	}
	if err := place(o.server, filepath.Join(work, "your", "module")); err != nil {
		return nil, err
	}
	env, err := o.environment(home)
	return &shell{dir: work, path: os.Getenv("PATH"), state: filepath.Join(home, ".state"), env: env}, err
}

// place copies a directory, or clones a repository that is somewhere else.
func place(server, to string) error {
	if info, err := os.Stat(server); err == nil && info.IsDir() {
		return os.CopyFS(to, os.DirFS(server))
	}
	cmd := exec.Command("git", "clone", "-q", "--depth", "1", server, to)
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, said)
	}
	return nil
}

// gitURL makes a URL of a directory.
func gitURL(repository string) string {
	if abs, err := filepath.Abs(repository); err == nil {
		if _, err := os.Stat(abs); err == nil {
			return "file://" + filepath.ToSlash(abs)
		}
	}
	return repository
}

// environment is the one of this process without what tells the go command and
// the tools where they have kept things, and with what the maintainer needs to
// reach the network at all.
func (o *options) environment(home string) ([]string, error) {
	data, err := exec.Command("go", "env", "-json", "GOPROXY", "GOSUMDB", "GONOSUMDB", "GONOPROXY", "GOINSECURE", "GOPRIVATE", "GOAUTH").Output()
	if err != nil {
		return nil, err
	}
	var network map[string]string
	if err := json.Unmarshal(data, &network); err != nil {
		return nil, err
	}
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "GO") && !strings.HasPrefix(v, "XDG_") && !strings.HasPrefix(v, "PWD=") {
			env = append(env, v)
		}
	}
	for name, value := range network {
		env = append(env, name+"="+value)
	}
	env = append(env, "HOME="+home)
	if o.repository != upstream {
		env = append(env, "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=url."+gitURL(o.repository)+".insteadOf", "GIT_CONFIG_VALUE_0="+upstream)
	}
	return env, nil
}

// run runs a line and returns all it printed.
func (sh *shell) run(ctx context.Context, line string) (string, error) {
	cmd := exec.CommandContext(ctx, "sh", "-c", line+"\nstatus=$?; printf '%s\\n' \"$PWD\" \"$PATH\" >"+sh.state+"; exit $status")
	cmd.Dir, cmd.Env = sh.dir, append(sh.env, "PATH="+sh.path)
	cmd.WaitDelay = time.Second
	said, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return string(said), ctx.Err()
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 && analysis.MatchString(line) && findingAt.Match(said) {
		err = nil
	}
	state, stateErr := os.ReadFile(sh.state)
	if stateErr != nil {
		return string(said), errors.Join(err, stateErr)
	}
	sh.dir, sh.path, _ = strings.Cut(strings.TrimRight(string(state), "\n"), "\n")
	return string(said), err
}

// remove deletes a directory with a module cache in it, which is read-only.
func remove(dir string) error {
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			err = os.Chmod(name, 0o700)
		}
		return err
	})
	return errors.Join(err, os.RemoveAll(dir))
}
