//go:build !linux

package rig

import "errors"

// dropResets drops all TCP resets in this process's network.
func dropResets() error { return errors.ErrUnsupported }
