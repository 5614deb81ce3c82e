package netmodel

// stdOS is os.File, as far as it can own the descriptor of a socket, and the
// raw connection behind SyscallConn. Opening files and pipes is not modelled.
func stdOS() []Row {
	return []Row{
		{"os.NewFile", wrap(0, 0)},
		{"(*os.File).Fd", wrap(0, 0)},
		{"(*os.File).Close", release(0)},
		{"(*os.File).Read", wait(0, Read)},
		{"(*os.File).ReadFrom", all(wait(1, Read), wait(0, Write))},
		{"(*os.File).Write", wait(0, Write)},
		{"(*os.File).WriteString", wait(0, Write)},
		{"(*os.File).WriteTo", all(wait(0, Read), wait(1, Write))},
		{"(*os.File).SetDeadline", bound(0, BothDirs, 1)},
		{"(*os.File).SetReadDeadline", bound(0, ReadDir, 1)},
		{"(*os.File).SetWriteDeadline", bound(0, WriteDir, 1)},
		{"(*os.File).SyscallConn", uses(0, 0)},
		{"(*os.File).Name", borrow()},
		{"(*os.File).Stat", borrow()},
		{"(*os.File).Chmod", borrow()},
		{"(*os.File).Chown", borrow()},
		{"(*os.File).Seek", borrow()},
		{"(*os.File).Sync", borrow()},
		{"(*os.File).Truncate", borrow()},

		{"(syscall.Conn).SyscallConn", all(uses(0, 0), failsClosed(0))},
		{"(syscall.RawConn).Control", all(runs(1), sure())},
		{"(syscall.RawConn).Read", all(runs(1), wait(0, Read))},
		{"(syscall.RawConn).Write", all(runs(1), wait(0, Write))},
	}
}

// stdSyscall are the calls on a raw descriptor.
func stdSyscall() []Row {
	return []Row{
		{"syscall.Socket", acquire(0, FD)},
		{"syscall.Socketpair", acquire(0, FD)},
		{"syscall.Accept", accept(0, 0, FD)},
		{"syscall.Accept4", accept(0, 0, FD)},
		{"syscall.Dup", dup(0, FD)},
		{"syscall.EpollCreate", acquire(0, FD)},
		{"syscall.EpollCreate1", acquire(0, FD)},
		{"syscall.InotifyInit", acquire(0, FD)},
		{"syscall.InotifyInit1", acquire(0, FD)},
		{"syscall.Close", release(0)},
		{"syscall.Listen", backlog(1)},

		{"syscall.Read", wait(0, Read)},
		{"syscall.Recvfrom", wait(0, Read)},
		{"syscall.Recvmsg", wait(0, Read)},
		{"syscall.Write", wait(0, Write)},
		{"syscall.Sendto", wait(0, Write)},
		{"syscall.Sendmsg", wait(0, Write)},
		{"syscall.SendmsgN", wait(0, Write)},
		{"syscall.Sendfile", wait(0, Write)},
		{"syscall.Splice", all(wait(0, Read), wait(2, Write))},

		{"syscall.Bind", borrow()},
		{"syscall.BindToDevice", borrow()},
		{"syscall.Connect", borrow()},
		{"syscall.Shutdown", borrow()},
		{"syscall.CloseOnExec", borrow()},
		{"syscall.SetNonblock", borrow()},
		{"syscall.Dup2", borrow()},
		{"syscall.Dup3", borrow()},
		{"syscall.Fstat", borrow()},
		{"syscall.Mmap", borrow()},
		{"syscall.AttachLsf", borrow()},
		{"syscall.DetachLsf", borrow()},
		{"syscall.UnixRights", borrow()},
		{"syscall.Getpeername", borrow()},
		{"syscall.Getsockname", borrow()},
		{"syscall.GetsockoptICMPv6Filter", borrow()},
		{"syscall.GetsockoptIPMreq", borrow()},
		{"syscall.GetsockoptIPMreqn", borrow()},
		{"syscall.GetsockoptIPv6MTUInfo", borrow()},
		{"syscall.GetsockoptIPv6Mreq", borrow()},
		{"syscall.GetsockoptInet4Addr", borrow()},
		{"syscall.GetsockoptInt", borrow()},
		{"syscall.GetsockoptUcred", borrow()},
		{"syscall.SetsockoptByte", borrow()},
		{"syscall.SetsockoptICMPv6Filter", borrow()},
		{"syscall.SetsockoptIPMreq", borrow()},
		{"syscall.SetsockoptIPMreqn", borrow()},
		{"syscall.SetsockoptIPv6Mreq", borrow()},
		{"syscall.SetsockoptInet4Addr", borrow()},
		{"syscall.SetsockoptInt", borrow()},
		{"syscall.SetsockoptLinger", borrow()},
		{"syscall.SetsockoptString", borrow()},
		{"syscall.SetsockoptTimeval", borrow()},

		// A descriptor in an epoll set is found again through its events.
		{"syscall.EpollCtl", take(2, OnSuccess)},
		{"syscall.EpollWait", borrow()},
		{"syscall.InotifyAddWatch", borrow()},
		{"syscall.InotifyRmWatch", borrow()},
	}
}
