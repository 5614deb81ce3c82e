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

// Handle has a number that others may set.
type Handle struct{ FD int }

// Open makes one.
func Open(conn net.Conn) *Handle { return &Handle{FD: Of(conn)} }

// Number is what it has by then.
func (h *Handle) Number() int { return h.FD }

// Same gives back what others pass.
func Same(fd int) int { return fd }

func same(conn net.Conn) int { return Same(Of(conn)) }

// slot is numbered by the package first.
type slot struct{ n int }

var first = &slot{n: int(next.Add(1))}

// First is the number of the first slot.
func First(conn net.Conn) int {
	if conn != nil {
		first.n = same(conn)
	}
	return first.n
}

// counted gets its number by its address.
type counted struct{ n int }

func count(n *int) { *n = int(next.Add(1)) }

// Counted is a number of both kinds.
func Counted(conn net.Conn) int {
	c := &counted{n: Of(conn)}
	count(&c.n)
	return c.n
}
