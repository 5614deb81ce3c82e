//go:build linux

package rawfd

import (
	"log"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// badBindFails: a port in use costs a descriptor each time.
func badBindFails(port int) (int, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0) // want "fd from .*unix.Socket is not closed when .*Bind fails .*for ever"
	if err != nil {
		return -1, err
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Port: port}); err != nil {
		return -1, err
	}
	if err := unix.Listen(fd, 4096); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// goodBindFails: closed by a deferred look at the named error.
func goodBindFails(port int) (_ int, err error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return -1, err
	}
	defer func() {
		if err != nil {
			unix.Close(fd)
		}
	}()
	if err := unix.Bind(fd, &unix.SockaddrInet4{Port: port}); err != nil {
		return -1, err
	}
	if err := unix.Listen(fd, 4096); err != nil {
		return -1, err
	}
	return fd, nil
}

// badSyscallConnectFails: syscall's sockets are the same.
func badSyscallConnectFails(sa syscall.Sockaddr) (int, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0) // want "fd from syscall.Socket is not closed when syscall.Connect fails .*for ever"
	if err != nil {
		return -1, os.NewSyscallError("socket", err)
	}
	if err := syscall.Connect(fd, sa); err != nil {
		return -1, os.NewSyscallError("connect", err)
	}
	return fd, nil
}

// goodSyscallConnectFails: closed before the error is wrapped.
func goodSyscallConnectFails(sa syscall.Sockaddr) (int, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		return -1, os.NewSyscallError("socket", err)
	}
	if err := syscall.Connect(fd, sa); err != nil {
		syscall.Close(fd)
		return -1, os.NewSyscallError("connect", err)
	}
	return fd, nil
}

// badNonblockFails: bind's failure closes, this one does not.
func badNonblockFails(proto int) (int, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW, proto) // want "fd from .*unix.Socket is not closed when .*SetNonblock fails"
	if err != nil {
		return -1, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return -1, err
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// badErrorOverwritten: the second call's error hides the first one's, and its
// return drops the descriptor.
func badErrorOverwritten() (int, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0) // want "fd from .*unix.Socket is not closed when .*FcntlInt fails"
	if err != nil {
		return -1, err
	}
	_, err = unix.FcntlInt(uintptr(fd), unix.F_SETFD, unix.FD_CLOEXEC)
	_, err = unix.FcntlInt(uintptr(fd), unix.F_SETFL, unix.O_NONBLOCK)
	if err != nil {
		return -1, err
	}
	return fd, nil
}

// badFourSteps: no step of the set-up of a raw socket closes it.
func badFourSteps(device string) (net.PacketConn, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_RAW, syscall.IPPROTO_RAW) // want "fd from syscall.Socket is n(ever|ot) closed"
	if err != nil {
		return nil, err
	}
	if err := syscall.SetsockoptInt(fd, syscall.IPPROTO_IP, syscall.IP_HDRINCL, 1); err != nil {
		return nil, err
	}
	if err := syscall.BindToDevice(fd, device); err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "raw")
	if f == nil {
		return nil, os.ErrInvalid
	}
	return net.FilePacketConn(f)
}

// goodFourSteps: the descriptor is closed, or the file made of it.
func goodFourSteps(device string) (net.PacketConn, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_RAW, syscall.IPPROTO_RAW)
	if err != nil {
		return nil, err
	}
	if err := syscall.SetsockoptInt(fd, syscall.IPPROTO_IP, syscall.IP_HDRINCL, 1); err != nil {
		syscall.Close(fd)
		return nil, err
	}
	if err := syscall.BindToDevice(fd, device); err != nil {
		syscall.Close(fd)
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "raw")
	if f == nil {
		syscall.Close(fd)
		return nil, os.ErrInvalid
	}
	defer f.Close()
	return net.FilePacketConn(f)
}

// A sender writes raw packets.
type sender struct {
	pc  net.PacketConn
	hdr []byte
}

func header(mtu int) ([]byte, error) {
	if mtu < 28 {
		return nil, os.ErrInvalid
	}
	return make([]byte, 28), nil
}

// badHeaderFails: the helper's packet conn is dropped by its caller.
func badHeaderFails(device string, mtu int) (*sender, error) {
	pc, err := goodFourSteps(device) // want "pc from .*goodFourSteps is not closed when .*header fails"
	if err != nil {
		return nil, err
	}
	hdr, err := header(mtu)
	if err != nil {
		return nil, err
	}
	return &sender{pc, hdr}, nil
}

// goodHeaderFails: the caller closes it.
func goodHeaderFails(device string, mtu int) (*sender, error) {
	pc, err := goodFourSteps(device)
	if err != nil {
		return nil, err
	}
	hdr, err := header(mtu)
	if err != nil {
		pc.Close()
		return nil, err
	}
	return &sender{pc, hdr}, nil
}

// A tunnel holds its device's file.
type tunnel struct {
	f    *os.File
	name string
}

// badTunnelSteps: ioctl, connect and set-nonblock, none of them closes.
func badTunnelSteps(unit int) (*tunnel, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0) // want "fd from .*unix.Socket is not closed when .*IoctlSetInt.*Connect.*SetNonblock fails"
	if err != nil {
		return nil, err
	}
	if err := unix.IoctlSetInt(fd, unix.TUNSETOFFLOAD, unit); err != nil {
		return nil, err
	}
	if err := unix.Connect(fd, &unix.SockaddrInet4{Port: unit}); err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, err
	}
	return &tunnel{os.NewFile(uintptr(fd), "tun"), "tun"}, nil
}

// goodTunnelSteps: a flag for all of them.
func goodTunnelSteps(unit int) (*tunnel, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return nil, err
	}
	done := false
	defer func() {
		if !done {
			unix.Close(fd)
		}
	}()
	if err := unix.IoctlSetInt(fd, unix.TUNSETOFFLOAD, unit); err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, err
	}
	done = true
	return &tunnel{os.NewFile(uintptr(fd), "tun"), "tun"}, nil
}

// badAcceptedSetup: an accepted descriptor that cannot be set up is lost.
func badAcceptedSetup(lfd int, serve func(int)) error {
	for {
		fd, _, err := unix.Accept(lfd) // want "fd from .*unix.Accept is not closed"
		if err != nil {
			return err
		}
		if err := unix.SetNonblock(fd, true); err != nil {
			log.Print(err)
			continue
		}
		serve(fd)
	}
}

// goodAcceptedSetup: closed before the next one.
func goodAcceptedSetup(lfd int, serve func(int)) error {
	for {
		fd, _, err := unix.Accept4(lfd, unix.SOCK_CLOEXEC)
		if err != nil {
			return err
		}
		if err := unix.SetNonblock(fd, true); err != nil {
			log.Print(err)
			unix.Close(fd)
			continue
		}
		serve(fd)
	}
}

// badDupNeverClosed: a duplicate to peek with.
func badDupNeverClosed(fd int) (int, error) {
	nfd, err := unix.Dup(fd) // want "nfd from .*unix.Dup is never closed .*for ever"
	if err != nil {
		return 0, err
	}
	return unix.Read(nfd, make([]byte, 1))
}

// goodDupClosed: the duplicate is closed, the original is the caller's.
func goodDupClosed(fd int) (int, error) {
	nfd, err := unix.Dup(fd)
	if err != nil {
		return 0, err
	}
	defer unix.Close(nfd)
	return unix.Read(nfd, make([]byte, 1))
}

// A poller keeps descriptors.
type poller struct{ fds map[int]bool }

// goodStoredNumber: the number is what the poller keeps.
func (p *poller) goodStoredNumber() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	if p.fds == nil {
		unix.Close(fd)
		return os.ErrClosed
	}
	p.fds[fd] = true
	return nil
}
