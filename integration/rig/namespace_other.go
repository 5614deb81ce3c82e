//go:build !linux

package rig

import (
	"errors"
	"syscall"
)

func namespaceAttrs() []*syscall.SysProcAttr { return nil }

func dropResets() error { return errors.ErrUnsupported }
