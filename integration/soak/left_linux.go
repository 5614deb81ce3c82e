package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// adoptOrphans makes this process the parent of those below it whose own parent ends, so that none gets lost.
func adoptOrphans() error { return unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// processesLeft ends the processes below this one and returns what they were. Zombies count: they have outlived their
// parent.
func processesLeft() []string {
	var left []string
	for _, pid := range children(os.Getpid()) {
		left = append(left, tree(pid)...)
	}
	for {
		if _, err := unix.Wait4(-1, nil, 0, nil); err != nil && err != unix.EINTR {
			return left
		}
	}
}

func tree(pid int) []string {
	cmdline, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return nil
	}
	below := children(pid)
	left := []string{end(pid, string(bytes.ReplaceAll(cmdline, []byte{0}, []byte{' '})))}
	for _, pid := range below {
		left = append(left, tree(pid)...)
	}
	return left
}

func children(pid int) []int {
	names, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // the pattern is right
	var pids []int
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			continue // the thread has ended
		}
		for _, field := range strings.Fields(string(b)) {
			if pid, err := strconv.Atoi(field); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// socketsLeft returns the TCP and UDP sockets of this network that somebody holds. Others, such as those in TIME-WAIT,
// are the system's and have inode 0.
func socketsLeft() []string {
	const local, remote, state, inode = 1, 2, 3, 9
	var left []string
	for _, proto := range []string{"tcp", "tcp6", "udp", "udp6"} {
		b, err := os.ReadFile("/proc/net/" + proto)
		if err != nil {
			continue // without IPv6
		}
		for i, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
			field := strings.Fields(line)
			if i == 0 || len(field) <= inode || field[inode] == "0" {
				continue
			}
			left = append(left, fmt.Sprintf("%s %s-%s state %s", proto, field[local], field[remote], field[state]))
		}
	}
	return left
}
