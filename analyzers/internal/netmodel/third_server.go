package netmodel

// serverRows are servers that take a listener or a connection, with their clients.
func serverRows() []Row {
	return []Row{
		{"google.golang.org/grpc.NewClient", acquire(0, Session)},
		{"google.golang.org/grpc.Dial", acquire(0, Session)},
		{"google.golang.org/grpc.DialContext", acquire(0, Session)},
		{"(*google.golang.org/grpc.ClientConn).Close", release(0)},
		{"(*google.golang.org/grpc.ClientConn).Invoke", waitCtx(0, Read, 1)},
		{"(*google.golang.org/grpc.ClientConn).NewStream", waitCtx(0, Read, 1)},
		{"(*google.golang.org/grpc.ClientConn).Connect", borrow()},
		{"(*google.golang.org/grpc.ClientConn).GetState", borrow()},
		{"(*google.golang.org/grpc.ClientConn).Target", borrow()},
		{"(*google.golang.org/grpc.ClientConn).WaitForStateChange", waitCtx(0, Read, 1)},
		// Serve closes the listener in every case.
		{"(*google.golang.org/grpc.Server).Serve", all(serve(1), take(1, Always))},
		{"(google.golang.org/grpc/credentials.TransportCredentials).ServerHandshake", all(wrap(1, 0), wait(1, Handshake))},
		{"(google.golang.org/grpc/credentials.TransportCredentials).ClientHandshake", all(wrap(3, 0), waitCtx(3, Handshake, 1))},
		{"(*google.golang.org/grpc/test/bufconn.Listener).Accept", all(accept(0, 0, Conn), shared())},
		{"(*google.golang.org/grpc/test/bufconn.Listener).Close", release(0)},
		{"(*google.golang.org/grpc/test/bufconn.Listener).Dial", acquire(0, Conn)},
		{"(*google.golang.org/grpc/test/bufconn.Listener).DialContext", acquire(0, Conn)},

		{"github.com/valyala/fasthttp.Dial", acquire(0, Conn)},
		{"github.com/valyala/fasthttp.DialTimeout", acquire(0, Conn)},
		{"github.com/valyala/fasthttp.DialDualStack", acquire(0, Conn)},
		{"github.com/valyala/fasthttp.DialDualStackTimeout", acquire(0, Conn)},
		{"(*github.com/valyala/fasthttp.TCPDialer).Dial", acquire(0, Conn)},
		{"(*github.com/valyala/fasthttp.TCPDialer).DialTimeout", acquire(0, Conn)},
		{"(*github.com/valyala/fasthttp.TCPDialer).DialDualStack", acquire(0, Conn)},
		{"(*github.com/valyala/fasthttp.TCPDialer).DialDualStackTimeout", acquire(0, Conn)},
		// A server keeps its listeners for Shutdown to close; the functions use a server
		// that nobody can shut down. The TLS ones may fail before that.
		{"github.com/valyala/fasthttp.Serve", all(serve(0), registers(1))},
		{"github.com/valyala/fasthttp.ServeTLS", all(serve(0), registers(3))},
		{"github.com/valyala/fasthttp.ServeTLSEmbed", all(serve(0), registers(3))},
		{"(*github.com/valyala/fasthttp.Server).Serve", all(serve(1), take(1, Always))},
		{"(*github.com/valyala/fasthttp.Server).ServeTLS", all(serve(1), take(1, OnSuccess))},
		{"(*github.com/valyala/fasthttp.Server).ServeTLSEmbed", all(serve(1), take(1, OnSuccess))},
		{"github.com/valyala/fasthttp.ServeConn", all(take(0, Always), wait(0, Read), runs(1))},
		{"(*github.com/valyala/fasthttp.Server).ServeConn", all(take(1, Always), wait(1, Read))},
		{"(*github.com/valyala/fasthttp.RequestHeader).Read", wait(1, Handshake)},
		{"(*github.com/valyala/fasthttp.ResponseHeader).Read", wait(1, Read)},
		{"(*github.com/valyala/fasthttp.Request).Read", wait(1, Handshake)},
		{"(*github.com/valyala/fasthttp.Request).ReadLimitBody", wait(1, Handshake)},
		{"(*github.com/valyala/fasthttp.Request).Write", wait(1, Write)},
		{"(*github.com/valyala/fasthttp.Request).WriteTo", wait(1, Write)},
		{"(*github.com/valyala/fasthttp.Response).Read", wait(1, Read)},
		{"(*github.com/valyala/fasthttp.Response).ReadLimitBody", wait(1, Read)},
		{"(*github.com/valyala/fasthttp.Response).Write", wait(1, Write)},
		{"(*github.com/valyala/fasthttp.Response).WriteTo", wait(1, Write)},
		{"(*github.com/valyala/fasthttp/fasthttputil.InmemoryListener).Accept", all(accept(0, 0, Conn), shared())},
		{"(*github.com/valyala/fasthttp/fasthttputil.InmemoryListener).Close", release(0)},
		{"(*github.com/valyala/fasthttp/fasthttputil.InmemoryListener).Dial", acquire(0, Conn)},

		// Serve may fail on an option before it takes the listener.
		{"github.com/gliderlabs/ssh.Serve", all(serve(0), take(0, OnSuccess), nonNil(0), registers(1))},
		{"(*github.com/gliderlabs/ssh.Server).Serve", all(serve(1), take(1, Always), nonNil(0))},
		{"(*github.com/gliderlabs/ssh.Server).HandleConn", all(take(1, Always), wait(1, Handshake))},

		// The listeners of Match embed the root listener and close it; the mux does not.
		{"github.com/soheilhy/cmux.New", wrap(0, 0)},
		{"(github.com/soheilhy/cmux.CMux).Match", wrap(0, 0)},
		{"(github.com/soheilhy/cmux.CMux).MatchWithWriters", wrap(0, 0)},
		{"(github.com/soheilhy/cmux.CMux).Serve", all(serve(0), nonNil(0))},
		{"(github.com/soheilhy/cmux.CMux).Close", borrow()},
		{"(github.com/soheilhy/cmux.CMux).HandleError", registers(1)},
		{"(github.com/soheilhy/cmux.CMux).SetReadTimeout", bound(0, ReadDir, 1)},
	}
}

// proxyRows are the PROXY and SOCKS protocols, and helpers that open sockets.
func proxyRows() []Row {
	return []Row{
		// The header is read when something first asks for it, and the addresses do.
		// NewConn and the Listener bound it to ten seconds unless told otherwise.
		{"github.com/pires/go-proxyproto.NewConn", wrap(0, 0)},
		{"(*github.com/pires/go-proxyproto.Conn).Read", wait(0, Read)},
		{"(*github.com/pires/go-proxyproto.Conn).Write", wait(0, Write)},
		{"(*github.com/pires/go-proxyproto.Conn).ReadFrom", all(wait(1, Read), wait(0, Write))},
		{"(*github.com/pires/go-proxyproto.Conn).WriteTo", all(wait(0, Read), wait(1, Write))},
		{"(*github.com/pires/go-proxyproto.Conn).RemoteAddr", waitBounded(0, Handshake)},
		{"(*github.com/pires/go-proxyproto.Conn).LocalAddr", waitBounded(0, Handshake)},
		{"(*github.com/pires/go-proxyproto.Conn).ProxyHeader", waitBounded(0, Handshake)},
		{"(*github.com/pires/go-proxyproto.Conn).Close", release(0)},
		{"(*github.com/pires/go-proxyproto.Conn).Raw", wrap(0, 0)},
		{"(*github.com/pires/go-proxyproto.Conn).TCPConn", wrap(0, 0)},
		{"(*github.com/pires/go-proxyproto.Conn).UnixConn", wrap(0, 0)},
		{"(*github.com/pires/go-proxyproto.Conn).UDPConn", wrap(0, 0)},
		{"(*github.com/pires/go-proxyproto.Conn).SetDeadline", boundOpen(0, BothDirs, 1)},
		{"(*github.com/pires/go-proxyproto.Conn).SetReadDeadline", boundOpen(0, ReadDir, 1)},
		{"(*github.com/pires/go-proxyproto.Conn).SetWriteDeadline", boundOpen(0, WriteDir, 1)},
		{"(*github.com/pires/go-proxyproto.Listener).Accept", accept(0, 0, Conn)},
		{"(*github.com/pires/go-proxyproto.Listener).Close", release(0)},
		{"(*github.com/pires/go-proxyproto.Listener).Addr", borrow()},
		{"github.com/pires/go-proxyproto.Read", wait(0, Handshake)},
		{"github.com/pires/go-proxyproto.ReadTimeout", waitBounded(0, Handshake)},
		{"github.com/pires/go-proxyproto.ReadHeaderTimeout", all(waitBounded(0, Handshake), waitBounded(1, Handshake))},
		{"(*github.com/pires/go-proxyproto.Header).WriteTo", wait(1, Write)},

		{"github.com/armon/go-proxyproto.NewConn", wrap(0, 0)},
		{"(*github.com/armon/go-proxyproto.Conn).Read", wait(0, Read)},
		{"(*github.com/armon/go-proxyproto.Conn).Write", wait(0, Write)},
		{"(*github.com/armon/go-proxyproto.Conn).RemoteAddr", wait(0, Handshake)},
		{"(*github.com/armon/go-proxyproto.Conn).LocalAddr", borrow()},
		{"(*github.com/armon/go-proxyproto.Conn).Close", release(0)},
		{"(*github.com/armon/go-proxyproto.Conn).SetDeadline", boundOpen(0, BothDirs, 1)},
		{"(*github.com/armon/go-proxyproto.Conn).SetReadDeadline", boundOpen(0, ReadDir, 1)},
		{"(*github.com/armon/go-proxyproto.Conn).SetWriteDeadline", boundOpen(0, WriteDir, 1)},
		{"(*github.com/armon/go-proxyproto.Listener).Accept", accept(0, 0, Conn)},
		{"(*github.com/armon/go-proxyproto.Listener).Close", release(0)},
		{"(*github.com/armon/go-proxyproto.Listener).Addr", borrow()},

		// Serve leaves the listener open.
		{"(*github.com/armon/go-socks5.Server).Serve", all(serve(1), nonNil(0))},
		{"(*github.com/armon/go-socks5.Server).ServeConn", all(take(1, Always), wait(1, Handshake))},

		{"github.com/libp2p/go-reuseport.Dial", acquire(0, Conn)},
		{"github.com/libp2p/go-reuseport.DialTimeout", acquire(0, Conn)},
		{"github.com/libp2p/go-reuseport.Listen", acquire(0, Listener)},
		{"github.com/libp2p/go-reuseport.ListenPacket", acquire(0, PacketConn)},
		{"github.com/docker/go-connections/sockets.NewTCPSocket", acquire(0, Listener)},
		{"github.com/docker/go-connections/sockets.NewUnixSocket", acquire(0, Listener)},
		{"github.com/docker/go-connections/sockets.NewUnixSocketWithOpts", acquire(0, Listener)},
		{"(*github.com/valyala/tcplisten.Config).NewListener", acquire(0, Listener)},
	}
}

// fieldRows are struct fields that end in a system call of their library.
func fieldRows() []FieldRow {
	return []FieldRow{
		// 0 and less read somaxconn.
		{"github.com/valyala/tcplisten.Config.Backlog", Field{Backlog: true, ZeroIsDefault: true}},
	}
}
