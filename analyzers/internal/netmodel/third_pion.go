package netmodel

// pionRows are DTLS, TURN, STUN and ICE.
func pionRows() []Row {
	return []Row{
		// Server and Client do no handshake: it runs at the first Read or Write, or in
		// Handshake. They leave the packet conn open when they fail.
		{"github.com/pion/dtls/v3.Server", wrap(0, 0)},
		{"github.com/pion/dtls/v3.ServerWithOptions", wrap(0, 0)},
		{"github.com/pion/dtls/v3.Client", wrap(0, 0)},
		{"github.com/pion/dtls/v3.ClientWithOptions", wrap(0, 0)},
		{"github.com/pion/dtls/v3.Resume", wrap(1, 0)},
		{"github.com/pion/dtls/v3.Dial", acquire(0, Session)},
		{"github.com/pion/dtls/v3.DialWithOptions", acquire(0, Session)},
		{"github.com/pion/dtls/v3.Listen", all(acquire(0, Listener), shared())},
		{"github.com/pion/dtls/v3.ListenWithOptions", all(acquire(0, Listener), shared())},
		{"github.com/pion/dtls/v3.NewListener", wrap(0, 0)},
		{"github.com/pion/dtls/v3.NewListenerWithOptions", wrap(0, 0)},
		{"(*github.com/pion/dtls/v3.Conn).Handshake", wait(0, Handshake)},
		{"(*github.com/pion/dtls/v3.Conn).HandshakeContext", waitCtx(0, Handshake, 1)},
		{"(*github.com/pion/dtls/v3.Conn).Read", wait(0, Read)},
		{"(*github.com/pion/dtls/v3.Conn).Write", wait(0, Write)},
		{"(*github.com/pion/dtls/v3.Conn).Close", release(0)},
		{"(*github.com/pion/dtls/v3.Conn).SetDeadline", all(bound(0, BothDirs, 1), sure())},
		{"(*github.com/pion/dtls/v3.Conn).SetReadDeadline", all(bound(0, ReadDir, 1), sure())},
		{"(*github.com/pion/dtls/v3.Conn).SetWriteDeadline", all(bound(0, WriteDir, 1), sure())},
		{"(*github.com/pion/dtls/v3.Conn).ConnectionState", borrow()},
		{"(*github.com/pion/dtls/v3.Conn).SelectedSRTPProtectionProfile", borrow()},
		{"(*github.com/pion/dtls/v3.Conn).LocalAddr", borrow()},
		{"(*github.com/pion/dtls/v3.Conn).RemoteAddr", borrow()},

		// Before v3 they shake hands before they return, bounded by the context that
		// Config.ConnectContextMaker makes: 30 s by default (conn.go, defaultConnectContextMaker).
		{"github.com/pion/dtls/v2.Server", all(wrap(0, 0), waitBounded(0, Handshake))},
		{"github.com/pion/dtls/v2.ServerWithContext", all(wrap(1, 0), waitCtx(1, Handshake, 0))},
		{"github.com/pion/dtls/v2.Client", all(wrap(0, 0), waitBounded(0, Handshake))},
		{"github.com/pion/dtls/v2.ClientWithContext", all(wrap(1, 0), waitCtx(1, Handshake, 0))},
		{"github.com/pion/dtls/v2.Dial", acquire(0, Session)},
		{"github.com/pion/dtls/v2.Listen", all(acquire(0, Listener), shared())},
		{"github.com/pion/dtls/v2.NewListener", wrap(0, 0)},
		{"(*github.com/pion/dtls/v2.Conn).Read", wait(0, Read)},
		{"(*github.com/pion/dtls/v2.Conn).Write", wait(0, Write)},
		{"(*github.com/pion/dtls/v2.Conn).Close", release(0)},
		{"(*github.com/pion/dtls/v2.Conn).SetDeadline", all(bound(0, BothDirs, 1), sure())},
		{"(*github.com/pion/dtls/v2.Conn).SetReadDeadline", all(bound(0, ReadDir, 1), sure())},
		{"(*github.com/pion/dtls/v2.Conn).SetWriteDeadline", all(bound(0, WriteDir, 1), sure())},

		{"github.com/pion/transport/v4/udp.Listen", all(acquire(0, Listener), shared())},
		{"(*github.com/pion/transport/v4/udp.ListenConfig).Listen", all(acquire(0, Listener), shared())},

		// The server closes the sockets of its config, but not when it cannot start.
		{"github.com/pion/turn/v4.NewServer", all(acquire(0, Session), take(0, OnSuccess))},
		{"(*github.com/pion/turn/v4.Server).Close", release(0)},
		{"(*github.com/pion/turn/v4.Client).Allocate", all(acquire(0, PacketConn), wait(0, Read))},
		{"(*github.com/pion/turn/v4.Client).SendBindingRequest", wait(0, Read)},
		{"(*github.com/pion/turn/v4.Client).SendBindingRequestTo", wait(0, Read)},
		{"(*github.com/pion/turn/v4.Client).CreatePermission", wait(0, Read)},

		{"github.com/pion/stun/v3.Dial", acquire(0, Session)},
		{"github.com/pion/stun/v3.DialURI", acquire(0, Session)},
		{"github.com/pion/stun/v3.NewClient", wrap(0, 0)},
		{"(*github.com/pion/stun/v3.Client).Close", release(0)},
		{"(*github.com/pion/stun/v3.Client).Indicate", wait(0, Write)},
		{"(*github.com/pion/stun/v3.Client).Do", all(wait(0, Read), registers(2))},

		{"github.com/pion/ice/v4.NewAgent", acquire(0, Session)},
		{"github.com/pion/ice/v4.NewAgentWithOptions", acquire(0, Session)},
		{"(*github.com/pion/ice/v4.Agent).Dial", all(wrap(0, 0), waitCtx(0, Handshake, 1))},
		// It accepts no connection: it is the controlled side of one.
		{"(*github.com/pion/ice/v4.Agent).Accept", all(wrap(0, 0), waitCtx(0, Handshake, 1))},
		{"(*github.com/pion/ice/v4.Agent).Close", release(0)},
		{"(*github.com/pion/ice/v4.Agent).GracefulClose", release(0)},
		{"(*github.com/pion/ice/v4.Conn).Read", wait(0, Read)},
		{"(*github.com/pion/ice/v4.Conn).Write", wait(0, Write)},
		{"(*github.com/pion/ice/v4.Conn).Close", release(0)},
	}
}
