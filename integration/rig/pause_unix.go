//go:build unix

package rig

import (
	"context"
	"errors"
	"syscall"

	"github.com/sockvet/sockvet/integration/observe"
)

// Pause stops the server's process as a busy machine would, and returns what lets it go on.
func (s *Server) Pause(ctx context.Context) (resume func() error, err error) {
	if err := s.proc.Signal(syscall.SIGSTOP); err != nil {
		return nil, err
	}
	resume = func() error { return s.proc.Signal(syscall.SIGCONT) }
	err = await(ctx, "the server to stop", func() (bool, error) { return observe.Stopped(s.PID()) })
	if err != nil {
		return nil, errors.Join(err, resume())
	}
	return resume, nil
}
