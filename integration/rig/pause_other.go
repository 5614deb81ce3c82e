//go:build !unix

package rig

import (
	"context"
	"errors"
)

// Pause stops the server's process.
func (s *Server) Pause(context.Context) (resume func() error, err error) {
	return nil, errors.ErrUnsupported
}
