//go:build !linux

// Package ownnet starts processes in a network of their own, in which there is nobody else. It needs Linux.
package ownnet

import (
	"errors"
	"syscall"
)

// Attrs are the ways to start a process in a network of its own: there is none.
func Attrs() []*syscall.SysProcAttr { return nil }

// LoopbackUp brings up the loopback device of this process's network and returns its index.
func LoopbackUp() (index int, err error) { return 0, errors.ErrUnsupported }
