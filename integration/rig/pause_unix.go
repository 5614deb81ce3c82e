//go:build unix

package rig

import "syscall"

// Pause stops the server's process as a busy machine would, and returns what lets it go on.
func (s *Server) Pause() (resume func() error, err error) {
	if err := s.proc.Signal(syscall.SIGSTOP); err != nil {
		return nil, err
	}
	return func() error { return s.proc.Signal(syscall.SIGCONT) }, nil
}
