package netmodel

// otherTopics are the functions that Linux lacks. The package under analysis may
// be of another system than the one that sockvet runs on.
func otherTopics() []topic { return []topic{darwinRows, windowsRows} }

// darwinRows hold for the BSDs too, as far as these have the functions.
func darwinRows() []Row {
	return []Row{
		{"syscall.Kqueue", acquire(0, FD)},
		{"syscall.Kevent", borrow()},
		{"golang.org/x/sys/unix.Kqueue", acquire(0, FD)},
		{"golang.org/x/sys/unix.Kevent", borrow()},
		{"golang.org/x/sys/unix.Connectx", borrow()},
		{"golang.org/x/sys/unix.IoctlCtlInfo", borrow()},
		{"golang.org/x/sys/unix.IoctlGetIfreqMTU", borrow()},
		{"golang.org/x/sys/unix.IoctlSetIfreqMTU", borrow()},
	}
}

// windowsRows are of golang.org/x/sys/windows and syscall: a socket is a Handle
// there, and most of syscall has the same names as elsewhere.
func windowsRows() []Row {
	return []Row{
		{"syscall.Closesocket", release(0)},
		{"syscall.CloseHandle", release(0)},
		{"golang.org/x/sys/windows.Socket", acquire(0, FD)},
		{"golang.org/x/sys/windows.WSASocket", acquire(0, FD)},
		{"golang.org/x/sys/windows.Closesocket", release(0)},
		{"golang.org/x/sys/windows.CloseHandle", release(0)},
		{"golang.org/x/sys/windows.Listen", backlog(1)},
		{"golang.org/x/sys/windows.WSARecv", wait(0, Read)},
		{"golang.org/x/sys/windows.WSARecvFrom", wait(0, Read)},
		{"golang.org/x/sys/windows.WSARecvMsg", wait(0, Read)},
		{"golang.org/x/sys/windows.WSASend", wait(0, Write)},
		{"golang.org/x/sys/windows.WSASendTo", wait(0, Write)},
		{"golang.org/x/sys/windows.WSASendto", wait(0, Write)},
		{"golang.org/x/sys/windows.WSASendMsg", wait(0, Write)},
		{"golang.org/x/sys/windows.Bind", borrow()},
		{"golang.org/x/sys/windows.Connect", borrow()},
		{"golang.org/x/sys/windows.Shutdown", borrow()},
		{"golang.org/x/sys/windows.Getsockname", borrow()},
		{"golang.org/x/sys/windows.Getpeername", borrow()},
		{"golang.org/x/sys/windows.Getsockopt", borrow()},
		{"golang.org/x/sys/windows.GetsockoptInt", borrow()},
		{"golang.org/x/sys/windows.Setsockopt", borrow()},
		{"golang.org/x/sys/windows.SetsockoptInt", borrow()},
		{"golang.org/x/sys/windows.SetsockoptLinger", borrow()},
		{"golang.org/x/sys/windows.SetsockoptIPMreq", borrow()},
		{"golang.org/x/sys/windows.WSAIoctl", borrow()},
	}
}
