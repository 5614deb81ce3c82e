// Package progress shows how far a long run is.
//
// The go command says nothing while it works. The vet tool does, when told to:
// it appends a byte to a file for each package it has analysed, dependencies
// too, and the length of that file is what is shown.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// Env is the environment variable with the name of the file. It has no
// influence on what the tool reports, so it need not be known to the cache.
const Env = "SOCKVET_PROGRESS"

// Tick notes, in the tool, that another package is being analysed.
func Tick() {
	name := os.Getenv(Env)
	if name == "" {
		return
	}
	// A failure only makes the count wrong.
	if f, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0); err == nil {
		_, _ = f.Write([]byte{'.'})
		_ = f.Close()
	}
}

const (
	patience = time.Second // shorter runs show nothing
	interval = 200 * time.Millisecond
)

// Meter is the line that is shown.
type Meter struct {
	file string
	stop chan struct{}
	done sync.WaitGroup
}

// Start begins to show progress on w, which is a terminal.
func Start(w io.Writer) (*Meter, error) {
	f, err := os.CreateTemp("", "sockvet-progress-*")
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	m := &Meter{file: f.Name(), stop: make(chan struct{})}
	m.done.Go(func() { m.run(w, time.Now()) })
	return m, nil
}

// Environ is what the tool needs in its environment.
func (m *Meter) Environ() []string {
	if m == nil {
		return nil
	}
	return []string{Env + "=" + m.file}
}

// Stop clears the line.
func (m *Meter) Stop() {
	if m == nil {
		return
	}
	close(m.stop)
	m.done.Wait()
	_ = os.Remove(m.file)
}

func (m *Meter) run(w io.Writer, start time.Time) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	shown := false
	for {
		select {
		case <-m.stop:
			if shown {
				fmt.Fprint(w, "\r\x1b[K")
			}
			return
		case now := <-ticker.C:
			if elapsed := now.Sub(start); elapsed >= patience {
				fmt.Fprintf(w, "\r\x1b[K%s", line(m.count(), elapsed))
				shown = true
			}
		}
	}
}

func (m *Meter) count() int64 {
	info, err := os.Stat(m.file)
	if err != nil {
		return 0
	}
	return info.Size()
}

func line(packages int64, elapsed time.Duration) string {
	what := "loading"
	switch {
	case packages == 1:
		what = "1 package analysed"
	case packages > 1:
		what = fmt.Sprintf("%d packages analysed", packages)
	}
	return fmt.Sprintf("sockvet: %s, %s", what, elapsed.Truncate(time.Second))
}
