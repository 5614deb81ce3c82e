// Package listenbacklog_min is checked with -min-backlog=1024.
package listenbacklog_min

import "golang.org/x/sys/unix"

// badHundreds: enough by default, not for who asks for more.
func badHundreds(fd int) error {
	return unix.Listen(fd, 511) // want `listen backlog 511 is below 1024: only 512 clients fit`
}

// goodThousands: above the setting.
func goodThousands(fd int) error {
	return unix.Listen(fd, 2048)
}
