// Package rawfd holds descriptors: sockets as ints, files made of them, and
// the duplicates that net makes of files.
package rawfd

import (
	"net"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// badFileKept: FileConn duplicates, so the file must be closed besides.
func badFileKept() (net.Conn, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0) // want "fd from .*unix.Socket is not closed"
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "stream")
	conn, err := net.FileConn(f)
	if err != nil {
		f.Close()
		return nil, err
	}
	return conn, nil
}

// goodFileClosed: the file is closed whether it was duplicated or not.
func goodFileClosed() (net.Conn, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "stream")
	defer f.Close()
	return net.FileConn(f)
}

// badFileConnDropped: here the file is closed and its duplicate is not.
func badFileConnDropped(f *os.File, line string) error {
	defer f.Close()
	conn, err := net.FileConn(f) // want "conn from net.FileConn is not closed when .*Write fails"
	if err != nil {
		return err
	}
	if _, err := conn.Write([]byte(line)); err != nil {
		return err
	}
	return conn.Close()
}

// goodInheritedListener: the file and its duplicate each have a Close.
func goodInheritedListener(f *os.File) (net.Listener, error) {
	defer f.Close()
	ln, err := net.FileListener(f)
	if err != nil {
		return nil, err
	}
	if _, ok := ln.(*net.TCPListener); !ok {
		ln.Close()
		return nil, os.ErrInvalid
	}
	return ln, nil
}

// badListenerFileFails: the listener stays when it cannot be duplicated.
func badListenerFileFails(addr *net.TCPAddr) (*os.File, error) {
	ln, err := net.ListenTCP("tcp", addr) // want "ln from net.ListenTCP is not closed when .*File fails"
	if err != nil {
		return nil, err
	}
	f, err := ln.File()
	if err != nil {
		return nil, err
	}
	ln.Close()
	return f, nil
}

// badAnnounceFails: neither the listener nor its duplicate is closed when the
// address cannot be written down.
func badAnnounceFails(addr *net.UnixAddr, file string) (*os.File, error) {
	ln, err := net.ListenUnix("unix", addr) // want "ln from net.ListenUnix is not closed when os.WriteFile fails"
	if err != nil {
		return nil, err
	}
	f, err := ln.File() // want "f from .*File is not closed when os.WriteFile fails"
	if err != nil {
		ln.Close()
		return nil, err
	}
	if err := os.WriteFile(file, []byte(addr.Name), 0o600); err != nil {
		return nil, err
	}
	ln.Close()
	return f, nil
}

// goodStartFails: two defers, one for each.
func goodStartFails(addr *net.UnixAddr, argv []string) (*os.Process, error) {
	ln, err := net.ListenUnix("unix", addr)
	if err != nil {
		return nil, err
	}
	defer ln.Close()
	f, err := ln.File()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return os.StartProcess(argv[0], argv, &os.ProcAttr{Files: []*os.File{nil, nil, os.Stderr, f}})
}

// badFileForOption: a duplicate made to set one option.
func badFileForOption(tc *net.TCPConn) error {
	f, err := tc.File() // want "f from .*File is never closed"
	if err != nil {
		return err
	}
	return unix.SetsockoptInt(int(f.Fd()), unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
}

// goodFileForOption: the duplicate is closed, the conn is the caller's.
func goodFileForOption(tc *net.TCPConn) error {
	f, err := tc.File()
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.SetsockoptInt(int(f.Fd()), unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
}

// badOriginalKept: the duplicate leaves, the dialled conn stays.
func badOriginalKept(addr *net.TCPAddr) (*os.File, error) {
	conn, err := net.DialTCP("tcp", nil, addr) // want "conn from net.DialTCP is never closed"
	if err != nil {
		return nil, err
	}
	return conn.File()
}

// goodOriginalClosed: the dialled conn is closed once it is duplicated.
func goodOriginalClosed(addr *net.TCPAddr) (*os.File, error) {
	conn, err := net.DialTCP("tcp", nil, addr)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return conn.File()
}

// controlSocket acquires the file of a unix socket.
func controlSocket(name string) (*os.File, error) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.Bind(fd, &unix.SockaddrUnix{Name: name}); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), name), nil
}

// control wraps the listener that was made of a file.
type control struct {
	ln net.Listener
	id int
}

// listenControl borrows f: the listener works on a duplicate.
func listenControl(f *os.File) (*control, error) {
	id, err := strconv.Atoi(f.Name())
	if err != nil {
		return nil, err
	}
	ln, err := net.FileListener(f)
	if err != nil {
		return nil, err
	}
	return &control{ln, id}, nil
}

// badControlFile: the file is neither closed on failure nor on success.
func badControlFile(name string) (*control, error) {
	f, err := controlSocket(name) // want "f from .*controlSocket is n(ever|ot) closed"
	if err != nil {
		return nil, err
	}
	return listenControl(f)
}

// goodControlFile: closed when the listener has its duplicate.
func goodControlFile(name string) (*control, error) {
	f, err := controlSocket(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return listenControl(f)
}
