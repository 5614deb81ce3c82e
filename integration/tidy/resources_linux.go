package tidy

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// resources reports child processes and sockets of this process.
func resources() error {
	tasks, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		return err
	}
	for _, name := range tasks {
		b, err := os.ReadFile(name)
		if err == nil && len(strings.Fields(string(b))) > 0 { // a thread may have ended since
			return fmt.Errorf("child processes %s", b)
		}
	}
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return err
	}
	for _, fd := range fds {
		to, err := os.Readlink(filepath.Join("/proc/self/fd", fd.Name()))
		if err == nil && strings.HasPrefix(to, "socket:") { // the directory itself is gone by now
			return fmt.Errorf("descriptor %s, a socket", fd.Name())
		}
	}
	return nil
}
