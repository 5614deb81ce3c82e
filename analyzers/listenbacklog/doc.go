// Package listenbacklog defines an analyzer that reports listening sockets
// whose accept queue is too short.
//
// # Analyzer listenbacklog
//
// listenbacklog: report a backlog of listen(2) that is too small
//
// The backlog is how many established connections the kernel keeps for a
// process that has not accepted them yet. One more than the backlog fits. When
// the queue is full the kernel drops the handshake's last packet, clients
// retransmit after a second and later, and a burst of reconnects (after a
// network failure, or a restart of the server) ends in time-outs although the
// server is idle. For example:
//
//	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
//	...
//	err = unix.Listen(fd, 5) // six clients fit
//
// Ask for the system's maximum instead, as net.Listen does:
//
//	err = unix.Listen(fd, unix.SOMAXCONN)
//
// The analyzer follows the number through locals, branches, parameters of
// wrappers and fields of option structs, in other packages too, and reports it
// where it is written. A field that a composite literal leaves out is 0, unless
// the function that uses it replaces 0. One feasible value that is too small is
// enough for a report.
//
// It is silent on values that it cannot know (configuration files, arithmetic),
// on negative ones, which Linux takes for the maximum, and on net.Listen, whose
// backlog is the system's maximum. A limit on served connections such as
// netutil.LimitListener(l, 1) is no backlog.
//
// The flag min-backlog sets the smallest backlog that is not reported; the
// default is 128. Note that syscall.SOMAXCONN is 128 on Linux while
// unix.SOMAXCONN is 4096; the kernel caps either at net.core.somaxconn.
package listenbacklog
