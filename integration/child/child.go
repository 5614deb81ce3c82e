// Package child runs a part of a program in a process of its own: the program starts itself again, says what it
// wants on the new process's standard input and reads answers from its standard output, a line of JSON each.
//
// A server is observed in such a process for three reasons: limits on descriptors would starve the observer too,
// looking at a process from inside disturbs it, and a process that leaks goroutines by design can be ended.
package child

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// modeVar is the environment variable that makes a program a child.
const modeVar = "SOCKVET_RIG_CHILD"

// exitLimit is how long a child may take to end once its input is closed, unless the options say otherwise. It is
// waited for in full only when something is wrong with the child.
const exitLimit = time.Minute

// Mode is the mode in which this process was started, "" if it is no child.
func Mode() string { return os.Getenv(modeVar) }

// Options are how a child is started.
type Options struct {
	// Program is the program to start, "" for this one again.
	Program string
	// GOGC is the child's garbage collection setting, "" for the default, "off" for none.
	GOGC string
	// Attr is passed on to the system.
	Attr *syscall.SysProcAttr
	// ExitLimit is how long the child may take to end once its input is closed, 0 for the default.
	ExitLimit time.Duration
}

// A Proc is a running child. It is safe for concurrent use, but for Close.
type Proc struct {
	cmd       *exec.Cmd
	in        *os.File
	out       *os.File
	exitLimit time.Duration

	calls sync.Mutex // one at a time
	enc   *json.Encoder
	dec   *json.Decoder
}

// Start starts a child in the given mode.
func Start(mode string, opts Options) (*Proc, error) {
	exe := opts.Program
	if exe == "" {
		var err error
		if exe, err = os.Executable(); err != nil {
			return nil, err
		}
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), modeVar+"="+mode)
	if opts.GOGC != "" {
		cmd.Env = append(cmd.Env, "GOGC="+opts.GOGC)
	}
	cmd.SysProcAttr = opts.Attr
	cmd.Stderr = os.Stderr
	p, err := start(cmd)
	if err != nil {
		return nil, err
	}
	p.exitLimit = cmp.Or(opts.ExitLimit, exitLimit)
	return p, nil
}

// start connects cmd's standard input and output to pipes of our own: those of os/exec have no deadlines to set.
func start(cmd *exec.Cmd) (*Proc, error) {
	childIn, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer childIn.Close()
	out, childOut, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	defer childOut.Close()
	cmd.Stdin, cmd.Stdout = childIn, childOut
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, in.Close(), out.Close())
	}
	return &Proc{cmd: cmd, in: in, out: out, enc: json.NewEncoder(in), dec: json.NewDecoder(out)}, nil
}

// PID is the child's process id.
func (p *Proc) PID() int { return p.cmd.Process.Pid }

// Signal sends the child a signal.
func (p *Proc) Signal(sig os.Signal) error { return p.cmd.Process.Signal(sig) }

// Call sends req and waits at most limit for the answer. Calls wait for each other.
func (p *Proc) Call(req, reply any, limit time.Duration) error {
	p.calls.Lock()
	defer p.calls.Unlock()
	deadline := time.Now().Add(limit)
	if err := errors.Join(p.in.SetWriteDeadline(deadline), p.out.SetReadDeadline(deadline)); err != nil {
		return err
	}
	if err := p.enc.Encode(req); err != nil {
		return fmt.Errorf("child: %w", err)
	}
	if err := p.dec.Decode(reply); err != nil {
		return fmt.Errorf("child: no answer: %w", err)
	}
	return nil
}

// Close ends the child, by force if it does not go by itself, and waits until it has gone.
func (p *Proc) Close() error {
	err := p.in.Close()
	defer p.out.Close()                                                       // not before: a child that still has something to say would die of it
	force := time.AfterFunc(p.exitLimit, func() { _ = p.cmd.Process.Kill() }) // it may just have gone
	defer force.Stop()
	if waitErr := p.cmd.Wait(); waitErr != nil {
		err = errors.Join(err, fmt.Errorf("child: %w", waitErr))
	}
	return err
}

// Serve is the child's side: it answers the requests on standard input, and ends the process with the input, also
// when an answer is still being worked at. It returns on an answer that cannot be written.
func Serve[Request, Reply any](answer func(Request) Reply) error {
	return serve(os.Stdin, os.Stdout, answer, os.Exit)
}

func serve[Request, Reply any](in io.Reader, out io.Writer, answer func(Request) Reply, exit func(int)) error {
	requests := make(chan Request)
	go func() {
		dec := json.NewDecoder(in)
		for {
			var req Request
			if dec.Decode(&req) != nil {
				exit(0)
				close(requests)
				return
			}
			requests <- req
		}
	}()
	enc := json.NewEncoder(out)
	for req := range requests {
		if err := enc.Encode(answer(req)); err != nil {
			return err
		}
	}
	return nil
}
