// Package wrapuser calls wrappers of another package.
package wrapuser

import (
	"golang.org/x/sys/unix"

	"sockvet.test/listenbacklog/lib/wrap"
)

// badWrapper: the fact of wrap.Listen tells.
func badWrapper(addr unix.Sockaddr) (int, error) {
	return wrap.Listen(addr, 5) // want `listen backlog 5 is below 128: .*through wrap.Listen\)`
}

// badWrapperZero: nothing replaces 0.
func badWrapperZero(addr unix.Sockaddr) (int, error) {
	var none int
	return wrap.Listen(addr, none) // want `listen backlog 0 is below 128`
}

// badMethod: a wrapper's method.
func badMethod(s *wrap.Socket) error {
	return s.Listen(2) // want `listen backlog 2 is below 128: .*through \(\*wrap.Socket\).Listen\)`
}

// badSmallButPositive: only what is not positive is replaced.
func badSmallButPositive(fd int) error {
	return wrap.ListenDefault(fd, 3) // want `listen backlog 3 is below 128`
}

// open is a wrapper of a wrapper.
func open(addr unix.Sockaddr, n int) (int, error) {
	return wrap.Listen(addr, n)
}

// badTwoHops: through both of them.
func badTwoHops(addr unix.Sockaddr) (int, error) {
	return open(addr, 9) // want `listen backlog 9 is below 128: .*through open\)`
}

// badOwnWrapper: in the same package.
func badOwnWrapper(addr unix.Sockaddr) (int, error) {
	return open(addr, 5) // want `listen backlog 5 is below 128: only 6 clients fit .*through open\)`
}

// opener is implemented by this package only.
type opener interface{ open(n int) error }

type tcpOpener struct{ fd int }

func (o tcpOpener) open(n int) error { return unix.Listen(o.fd, n) }

// badInterface: the one implementation is known.
func badInterface(o opener) error {
	return o.open(11) // want `listen backlog 11 is below 128`
}

// goodWrapper: enough.
func goodWrapper(addr unix.Sockaddr) (int, error) {
	return wrap.Listen(addr, 1024)
}

// goodReplacedZero: the wrapper replaces 0.
func goodReplacedZero(fd int) error {
	return wrap.ListenDefault(fd, 0)
}

// goodRaised: the wrapper raises small values.
func goodRaised(fd int) error {
	return wrap.ListenAtLeast(fd, 1)
}

// goodPassedOn: the caller decides.
func goodPassedOn(addr unix.Sockaddr, n int) (int, error) {
	return wrap.Listen(addr, n)
}
