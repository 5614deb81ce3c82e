//go:build !unix

package rig

import "errors"

// Pause stops the server's process.
func (s *Server) Pause() (resume func() error, err error) { return nil, errors.ErrUnsupported }
