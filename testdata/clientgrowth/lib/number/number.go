// Package number finds out by which number something is known.
package number

import (
	"net"
	"reflect"
	"sync/atomic"
	"syscall"
)

// Of is the number of a connection's descriptor.
func Of(conn net.Conn) int { // want Of:`returns the number of a descriptor`
	tcp := reflect.Indirect(reflect.ValueOf(conn)).FieldByName("conn")
	pfd := reflect.Indirect(tcp.FieldByName("fd")).FieldByName("pfd")
	return int(pfd.FieldByName("Sysfd").Int())
}

// Raw is the same by the raw connection.
func Raw(conn *net.TCPConn) (int, error) { // want Raw:`returns the number of a descriptor`
	raw, err := conn.SyscallConn()
	if err != nil {
		return -1, err
	}
	fd := -1
	err = raw.Control(func(n uintptr) { fd = int(n) })
	return fd, err
}

// Dup is the number of a second descriptor.
func Dup(fd int) int { // want Dup:`returns the number of a descriptor`
	n, err := syscall.Dup(fd)
	if err != nil {
		return -1
	}
	return n
}

var next atomic.Int64

// Next counts.
func Next() int64 { return next.Add(1) }
