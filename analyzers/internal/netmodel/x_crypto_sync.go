package netmodel

// xSSH is golang.org/x/crypto/ssh. NewChannel.Accept is no accept: it answers on
// a connection that is already served.
func xSSH() []Row {
	return []Row{
		{"golang.org/x/crypto/ssh.Dial", acquire(0, Session)},
		// Both close the connection whenever they fail.
		{"golang.org/x/crypto/ssh.NewServerConn", all(wrap(0, 0), take(0, OnFailure), wait(0, Handshake), incoming(1))},
		{"golang.org/x/crypto/ssh.NewClientConn", all(wrap(0, 0), take(0, OnFailure), wait(0, Handshake))},
		// It leaves the connection open when it fails.
		{"golang.org/x/crypto/ssh.NewControlClientConn", all(wrap(0, 0), wait(0, Handshake))},
		{"golang.org/x/crypto/ssh.NewClient", wrap(0, 0)},

		{"(golang.org/x/crypto/ssh.Conn).Close", release(0)},
		{"(golang.org/x/crypto/ssh.Conn).Wait", wait(0, Read)},
		{"(golang.org/x/crypto/ssh.Conn).SendRequest", wait(0, Read)},
		{"(golang.org/x/crypto/ssh.Conn).OpenChannel", wait(0, Read)},
		{"(golang.org/x/crypto/ssh.ConnMetadata).LocalAddr", borrow()},
		{"(golang.org/x/crypto/ssh.ConnMetadata).RemoteAddr", borrow()},
		{"(golang.org/x/crypto/ssh.ConnMetadata).User", borrow()},
		{"(golang.org/x/crypto/ssh.ConnMetadata).SessionID", borrow()},
		{"(golang.org/x/crypto/ssh.ConnMetadata).ClientVersion", borrow()},
		{"(golang.org/x/crypto/ssh.ConnMetadata).ServerVersion", borrow()},

		// What a client opens lives inside its connection. A session is not an
		// obligation: closing the client ends it, and most programs leave it to that.
		{"(*golang.org/x/crypto/ssh.Client).NewSession", wait(0, Read)},
		{"(*golang.org/x/crypto/ssh.Client).Dial", all(acquire(0, Stream), wait(0, Read))},
		{"(*golang.org/x/crypto/ssh.Client).DialContext", all(acquire(0, Stream), waitCtx(0, Read, 1))},
		{"(*golang.org/x/crypto/ssh.Client).DialTCP", all(acquire(0, Stream), wait(0, Read))},
		{"(*golang.org/x/crypto/ssh.Client).Listen", all(acquire(0, Listener), uses(0, 0), wait(0, Read), shared())},
		{"(*golang.org/x/crypto/ssh.Client).ListenTCP", all(acquire(0, Listener), uses(0, 0), wait(0, Read), shared())},
		{"(*golang.org/x/crypto/ssh.Client).ListenUnix", all(acquire(0, Listener), uses(0, 0), wait(0, Read), shared())},
		{"(*golang.org/x/crypto/ssh.Client).HandleChannelOpen", borrow()},
		{"golang.org/x/crypto/ssh/agent.NewClient", uses(0, 0)},
		{"golang.org/x/crypto/ssh/agent.ServeAgent", wait(1, Read)},
	}
}

// xControl is golang.org/x/sync, time and xerrors.
func xControl() []Row {
	return []Row{
		{"(*golang.org/x/sync/errgroup.Group).Go", spawns(1)},
		{"(*golang.org/x/sync/errgroup.Group).TryGo", spawns(1)},
		{"(*golang.org/x/sync/singleflight.Group).Do", runs(2)},
		{"(*golang.org/x/sync/singleflight.Group).DoChan", spawns(2)},
		{"(*golang.org/x/time/rate.Limiter).Wait", delay()},
		{"(*golang.org/x/time/rate.Limiter).WaitN", delay()},
		{"golang.org/x/xerrors.New", nonNil(0)},
		{"golang.org/x/xerrors.Errorf", nonNil(0)},
		{"golang.org/x/xerrors.Is", trueMeansNonNil(0)},
		{"golang.org/x/xerrors.As", trueMeansNonNil(0)},
	}
}
