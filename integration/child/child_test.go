package child

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sockvet/sockvet/integration/tidy"
)

// stubbornness is how long the last of the children below would stay by itself.
const stubbornness = time.Minute

// TestMain lets the test binary be the child: one that doubles numbers, one that does not answer, and one that
// does not go.
func TestMain(m *testing.M) {
	switch Mode() {
	case "":
		os.Exit(tidy.Main(m))
	case "double":
		if err := Serve(func(n int) int { return 2 * n }); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case "mute":
		_, _ = io.Copy(io.Discard, os.Stdin) // until the parent has gone
	case "stubborn":
		select {
		case <-time.After(stubbornness):
		}
	}
}

func startMode(t *testing.T, mode string, opts Options) *Proc {
	t.Helper()
	p, err := Start(mode, opts)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestCall(t *testing.T) {
	p := startMode(t, "double", Options{})
	for _, n := range []int{1, 21, -4} {
		var got int
		if err := p.Call(n, &got, time.Minute); err != nil || got != 2*n {
			t.Errorf("twice %d is %d, %v", n, got, err)
		}
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

func TestNoAnswer(t *testing.T) {
	p := startMode(t, "mute", Options{})
	var got int
	if err := p.Call(1, &got, 50*time.Millisecond); err == nil || !os.IsTimeout(unwrapAll(err)) {
		t.Errorf("got %v, want a timeout", err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

// unwrapAll is for os.IsTimeout, which does not unwrap.
func unwrapAll(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		err = u.Unwrap()
	}
}

func TestCloseKillsInTheEnd(t *testing.T) {
	const limit = 100 * time.Millisecond
	p := startMode(t, "stubborn", Options{ExitLimit: limit})
	began := time.Now()
	if err := p.Close(); err == nil {
		t.Error("a child that was killed is said to have gone well")
	}
	if took := time.Since(began); took < limit || took > stubbornness {
		t.Errorf("that took %v, want %v", took, limit)
	}
	if err := p.Signal(os.Interrupt); err == nil {
		t.Error("the process is still there")
	}
}

// TestCallsAtTheSameTime has each call get its own answer.
func TestCallsAtTheSameTime(t *testing.T) {
	p := startMode(t, "double", Options{})
	var wg sync.WaitGroup
	for n := range 20 {
		wg.Go(func() {
			var got int
			if err := p.Call(n, &got, time.Minute); err != nil || got != 2*n {
				t.Errorf("twice %d is %d, %v", n, got, err)
			}
		})
	}
	wg.Wait()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

func TestServeEndsWithTheInput(t *testing.T) {
	exited := make(chan int, 1)
	var out bytes.Buffer
	err := serve(strings.NewReader("1\n2\n"), &out, func(n int) string { return fmt.Sprint(n + 1) }, func(code int) { exited <- code })
	if err != nil || out.String() != "\"2\"\n\"3\"\n" || <-exited != 0 {
		t.Errorf("%v, answers %q", err, out.String())
	}
}
