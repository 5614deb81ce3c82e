//go:build linux

package rawfd

import "syscall"

// prepareCaptured closes the descriptor that it was given when it fails.
func prepareCaptured(fd int, addr syscall.Sockaddr) (err error) {
	defer func() {
		if err != nil {
			syscall.Close(fd)
		}
	}()
	if err = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		return err
	}
	return syscall.Bind(fd, addr)
}

func goodCaptured(addr syscall.Sockaddr) (fd int, err error) {
	if fd, err = syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0); err != nil {
		return 0, err
	}
	if err = prepareCaptured(fd, addr); err != nil {
		return 0, err
	}
	return fd, nil
}

// nameCaptured captures the descriptor, but only looks at it.
func nameCaptured(fd int, addr syscall.Sockaddr) (err error) {
	defer func() {
		if err != nil {
			println("cannot bind", fd)
		}
	}()
	return syscall.Bind(fd, addr)
}

func badCaptured(addr syscall.Sockaddr) (fd int, err error) {
	if fd, err = syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0); err != nil { // want `fd from syscall.Socket is not closed when nameCaptured fails`
		return 0, err
	}
	if err = nameCaptured(fd, addr); err != nil {
		return 0, err
	}
	return fd, nil
}

// rotates assigns its variables to each other, which a literal captures.
func rotates(fd, other int) func() {
	for range 3 {
		fd, other = other, fd
	}
	return func() {
		println(fd, other)
	}
}
