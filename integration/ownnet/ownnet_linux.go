// Package ownnet starts processes in a network of their own, in which there is nobody else. It needs Linux, and the
// right to make such a network or a user namespace.
package ownnet

import (
	"fmt"
	"os"
	"syscall"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Attrs are the ways to start a process in a network of its own: with the right to do so, or as the root of a user
// namespace. The network is down until the process calls LoopbackUp.
func Attrs() []*syscall.SysProcAttr {
	return []*syscall.SysProcAttr{
		{Cloneflags: unix.CLONE_NEWNET},
		{
			Cloneflags:  unix.CLONE_NEWNET | unix.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		},
	}
}

// LoopbackUp brings up the loopback device of this process's network and returns its index.
func LoopbackUp() (index int, err error) {
	lo, err := netlink.LinkByName("lo")
	if err != nil {
		return 0, fmt.Errorf("find lo: %w", err)
	}
	if err := netlink.LinkSetUp(lo); err != nil {
		return 0, fmt.Errorf("bring up lo: %w", err)
	}
	return lo.Attrs().Index, nil
}
