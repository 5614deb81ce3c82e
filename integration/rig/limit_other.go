//go:build !linux && !darwin

package rig

import "errors"

// limitFiles sets how many descriptors this process may have.
func limitFiles(uint64) error { return errors.ErrUnsupported }

// FileLimit is how many descriptors a process may have at most.
func FileLimit() (uint64, error) { return 0, errors.ErrUnsupported }
