package progress

import (
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// buffer is a bytes.Buffer for two goroutines.
type buffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func TestMeter(t *testing.T) {
	var out buffer
	m, err := Start(&out)
	if err != nil {
		t.Fatal(err)
	}
	name, value, _ := strings.Cut(m.Environ()[0], "=")
	t.Setenv(name, value)
	for range 3 {
		Tick()
	}
	for deadline := time.Now().Add(30 * time.Second); !strings.Contains(out.String(), "3 packages analysed, 1s"); {
		if time.Now().After(deadline) {
			t.Fatalf("shown: %q", out.String())
		}
		time.Sleep(10 * time.Millisecond)
	}
	m.Stop()
	if !strings.HasSuffix(out.String(), "\r\x1b[K") {
		t.Errorf("the line is not cleared: %q", out.String())
	}
	if _, err := os.Stat(value); !os.IsNotExist(err) {
		t.Errorf("the file is left behind: %v", err)
	}
	Tick() // must not create it again
	if _, err := os.Stat(value); !os.IsNotExist(err) {
		t.Errorf("a late tick made the file again: %v", err)
	}
}

func TestShortRunShowsNothing(t *testing.T) {
	var out buffer
	m, err := Start(&out)
	if err != nil {
		t.Fatal(err)
	}
	m.Stop()
	if out.String() != "" {
		t.Errorf("shown: %q", out.String())
	}
	var none *Meter
	none.Stop()
	if none.Environ() != nil {
		t.Error("no meter has an environment")
	}
}

func TestLine(t *testing.T) {
	for n, want := range map[int64]string{0: "sockvet: loading, 61s", 1: "sockvet: 1 package analysed, 61s", 2: "sockvet: 2 packages analysed, 61s"} {
		got := strings.Replace(line(n, 61*time.Second+time.Millisecond), "1m1s", "61s", 1)
		if got != want {
			t.Errorf("line(%d) = %q, want %q", n, got, want)
		}
	}
}
