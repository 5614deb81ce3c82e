// Package direct holds backlogs that do not leave their function.
package direct

import (
	"cmp"
	"flag"
	"net"
	"os"
	"syscall"

	"golang.org/x/net/netutil"
	"golang.org/x/sys/unix"
)

// badZero: the accept queue of a TAK server's TLS port.
func badZero(fd int) error {
	return unix.Listen(fd, 0) // want `listen backlog 0 is below 128: only 1 client fits in the accept queue and a burst of reconnects times out \(reaches listen\(2\) through unix.Listen\)`
}

// badOne: wrapped into a net.Listener, which changes nothing.
func badOne(addr unix.Sockaddr) (net.Listener, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.Bind(fd, addr); err != nil {
		unix.Close(fd)
		return nil, err
	}
	if err := unix.Listen(fd, 1); err != nil { // want `listen backlog 1 is below 128: only 2 clients fit`
		unix.Close(fd)
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "listener")
	defer f.Close()
	return net.FileListener(f)
}

// badSyscall: the old package has the same call.
func badSyscall(fd int) error {
	return syscall.Listen(fd, 5) // want `listen backlog 5 .*through syscall.Listen`
}

const queue = 10

// badConstant: a named constant is a number too.
func badConstant(fd int) error {
	return unix.Listen(fd, queue) // want `listen backlog 10 is below 128`
}

// badLocal: through a local and a conversion.
func badLocal(fd int) error {
	var n int16 = 64
	return unix.Listen(fd, int(n)) // want `listen backlog 64 is below 128`
}

// badOneArm: one feasible value is enough.
func badOneArm(fd int, busy bool) error {
	n := 16
	if busy {
		n = unix.SOMAXCONN
	}
	return unix.Listen(fd, n) // want `listen backlog 16 is below 128`
}

// badBothArms: each value is told.
func badBothArms(fd int, busy bool) error {
	n := 16
	if busy {
		n = 32
	}
	return unix.Listen(fd, n) // want `listen backlog 16 is below 128` `listen backlog 32 is below 128`
}

// badDefault: what is configured gets through, and the default is too small.
func badDefault(fd, configured int) error {
	if configured <= 0 {
		configured = 8
	}
	return unix.Listen(fd, configured) // want `listen backlog 8 is below 128`
}

// badCapped: min lets nothing above its constant through.
func badCapped(fd, n int) error {
	return unix.Listen(fd, min(n, 20)) // want `listen backlog 20 is below 128`
}

// badCaptured: the closure reads the variable later on.
func badCaptured(fd int) func() error {
	n := 3 // want `listen backlog 3 is below 128`
	return func() error {
		return unix.Listen(fd, n)
	}
}

// badRaw: the system call by its number.
func badRaw(fd uintptr) error {
	_, _, errno := unix.Syscall(unix.SYS_LISTEN, fd, 4, 0) // want `listen backlog 4 is below 128`
	if errno != 0 {
		return errno
	}
	return nil
}

var packageQueue = 7 // want `listen backlog 7 is below 128`

// badPackageVariable: the variable's initial value is what arrives.
func badPackageVariable(fd int) error {
	return unix.Listen(fd, packageQueue)
}

var flagQueue = flag.Int("backlog", 12, "accept queue")

// badFlagDefault: most start the program without the flag.
func badFlagDefault(fd int) error {
	return unix.Listen(fd, *flagQueue) // want `listen backlog 12 is below 128`
}

func small() int {
	return 6 // want `listen backlog 6 is below 128`
}

// badResult: a helper's constant.
func badResult(fd int) error {
	return unix.Listen(fd, small())
}

// goodSOMAXCONN: what net.Listen asks for where /proc cannot be read.
func goodSOMAXCONN(fd int) error {
	return syscall.Listen(fd, syscall.SOMAXCONN)
}

// goodUnixSOMAXCONN: 4096 on Linux.
func goodUnixSOMAXCONN(fd int) error {
	return unix.Listen(fd, unix.SOMAXCONN)
}

// goodNegative: Linux reads it as a very large number and caps it.
func goodNegative(fd int) error {
	return unix.Listen(fd, -1)
}

// goodUnknown: nobody knows the number.
func goodUnknown(fd int, config map[string]int) error {
	return unix.Listen(fd, config["backlog"])
}

// goodReplaced: 0 never arrives, and the default is large.
func goodReplaced(fd int, busy bool) error {
	n := 0
	if busy {
		n = 4096
	}
	if n == 0 {
		n = 512
	}
	return unix.Listen(fd, n)
}

// goodRaised: max lets nothing below its constant through.
func goodRaised(fd, n int) error {
	return unix.Listen(fd, max(n, 128))
}

// goodOr: cmp.Or replaces 0.
func goodOr(fd, n int) error {
	return unix.Listen(fd, cmp.Or(n, 1024))
}

// goodFloor: a smaller value is refused.
func goodFloor(fd, n int) error {
	if n < 128 {
		return unix.EINVAL
	}
	return unix.Listen(fd, n)
}

// goodNetListen: the system's maximum.
func goodNetListen() (net.Listener, error) {
	return net.Listen("tcp", ":8087")
}

// goodLimitListener: a limit on what is served at a time is no backlog.
func goodLimitListener(l net.Listener) net.Listener {
	return netutil.LimitListener(l, 1)
}

// goodOtherNumber: the descriptor is small, not the queue.
func goodOtherNumber() error {
	return unix.Listen(3, 4096)
}

// goodOtherCall: another system call with small operands.
func goodOtherCall(fd uintptr) error {
	_, _, errno := unix.Syscall(unix.SYS_SHUTDOWN, fd, 2, 0)
	if errno != 0 {
		return errno
	}
	return nil
}
