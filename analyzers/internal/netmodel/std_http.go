package netmodel

// stdHTTP is net/http and below. Response bodies are not connections here: other
// checks see to them.
func stdHTTP() []Row {
	return []Row{
		{"(net/http.Hijacker).Hijack", acquire(0, Conn)},
		{"(*net/http.ResponseController).Hijack", acquire(0, Conn)},

		// Serve closes the listener when it returns, and it always returns an error
		// (net/http/server.go, onceCloseListener). ServeTLS may fail before that, when
		// it cannot load the certificate; without names it takes the configuration's.
		{"net/http.Serve", all(serve(0), take(0, Always), nonNil(0))},
		{"net/http.ServeTLS", all(serve(0), take(0, OnSuccess), loads(2, 3), nonNil(0))},
		{"(*net/http.Server).Serve", all(serve(1), take(1, Always), nonNil(0))},
		{"(*net/http.Server).ServeTLS", all(serve(1), take(1, OnSuccess), loads(2, 3), nonNil(0))},
		{"(*net/http.Server).RegisterOnShutdown", registers(1)},
		{"net/http.HandleFunc", registers(1)},
		{"(*net/http.ServeMux).HandleFunc", registers(2)},
		// What a handler does with the writer is not known.
		{"(net/http.HandlerFunc).ServeHTTP", all(take(1, Always), take(2, Always))},
		{"(*net/http.ServeMux).ServeHTTP", all(take(1, Always), take(2, Always))},
		// Serve of fcgi leaves the listener open.
		{"net/http/fcgi.Serve", all(serve(0), nonNil(0))},

		// The head of a request is the exchange that a server has to bound.
		{"net/http.ReadRequest", wait(0, Handshake)},
		{"net/http.ReadResponse", wait(0, Read)},
		{"(*net/http.Request).Write", wait(1, Write)},
		{"(*net/http.Request).WriteProxy", wait(1, Write)},
		{"(*net/http.Response).Write", wait(1, Write)},
		{"(net/http.Header).Write", wait(1, Write)},
		{"(net/http.Header).WriteSubset", wait(1, Write)},
		{"net/http.MaxBytesReader", wrap(1, 0)},

		{"net/http/httputil.NewChunkedReader", uses(0, 0)},
		{"net/http/httputil.NewChunkedWriter", uses(0, 0)},
		{"net/http/httputil.NewServerConn", wrap(0, 0)},
		{"(*net/http/httputil.ServerConn).Read", wait(0, Handshake)},
		{"(*net/http/httputil.ServerConn).Write", wait(0, Write)},
		{"(*net/http/httputil.ServerConn).Pending", borrow()},
		{"(*net/http/httputil.ServerConn).Hijack", all(wrap(0, 0), uses(0, 1))},
		{"(*net/http/httputil.ServerConn).Close", release(0)},
		{"net/http/httputil.NewClientConn", wrap(0, 0)},
		{"net/http/httputil.NewProxyClientConn", wrap(0, 0)},
		{"(*net/http/httputil.ClientConn).Do", wait(0, Read)},
		{"(*net/http/httputil.ClientConn).Read", wait(0, Read)},
		{"(*net/http/httputil.ClientConn).Write", wait(0, Write)},
		{"(*net/http/httputil.ClientConn).Pending", borrow()},
		{"(*net/http/httputil.ClientConn).Hijack", all(wrap(0, 0), uses(0, 1))},
		{"(*net/http/httputil.ClientConn).Close", release(0)},
	}
}

// stdMail is net/textproto, net/smtp and net/mail.
func stdMail() []Row {
	return []Row{
		{"net/textproto.Dial", acquire(0, Conn)},
		{"net/textproto.NewConn", wrap(0, 0)},
		{"(*net/textproto.Conn).Close", release(0)},
		{"(*net/textproto.Conn).Cmd", wait(0, Write)},

		{"net/smtp.Dial", acquire(0, Conn)},
		// NewClient reads the greeting, and closes the connection when that fails.
		{"net/smtp.NewClient", all(wrap(0, 0), take(0, OnFailure), wait(0, Read))},
		{"(*net/smtp.Client).Close", release(0)},
		// Quit leaves the connection open when the command fails.
		{"(*net/smtp.Client).Quit", all(take(0, OnSuccess), wait(0, Read))},
		{"(*net/smtp.Client).Hello", wait(0, Read)},
		{"(*net/smtp.Client).Auth", wait(0, Read)},
		{"(*net/smtp.Client).Mail", wait(0, Read)},
		{"(*net/smtp.Client).Noop", wait(0, Read)},
		{"(*net/smtp.Client).Rcpt", wait(0, Read)},
		{"(*net/smtp.Client).Reset", wait(0, Read)},
		{"(*net/smtp.Client).Verify", wait(0, Read)},
		{"(*net/smtp.Client).Extension", borrow()},
		{"(*net/smtp.Client).TLSConnectionState", borrow()},
		{"(*net/smtp.Client).StartTLS", wait(0, Handshake)},
		{"(*net/smtp.Client).Data", all(uses(0, 0), wait(0, Read))},

		{"net/mail.ReadMessage", wait(0, Read)},
	}
}

// stdRPC is net/rpc with its JSON codec.
func stdRPC() []Row {
	return []Row{
		{"net/rpc.Dial", acquire(0, Session)},
		{"net/rpc.DialHTTP", acquire(0, Session)},
		{"net/rpc.DialHTTPPath", acquire(0, Session)},
		{"net/rpc/jsonrpc.Dial", acquire(0, Session)},
		{"net/rpc.NewClient", wrap(0, 0)},
		{"net/rpc.NewClientWithCodec", wrap(0, 0)},
		{"net/rpc/jsonrpc.NewClient", wrap(0, 0)},
		{"net/rpc/jsonrpc.NewClientCodec", wrap(0, 0)},
		{"net/rpc/jsonrpc.NewServerCodec", wrap(0, 0)},
		{"(*net/rpc.Client).Call", wait(0, Read)},
		{"(*net/rpc.Client).Go", wait(0, Write)},
		{"(*net/rpc.Client).Close", release(0)},
		{"(net/rpc.ClientCodec).WriteRequest", wait(0, Write)},
		{"(net/rpc.ClientCodec).ReadResponseHeader", wait(0, Read)},
		{"(net/rpc.ClientCodec).ReadResponseBody", wait(0, Read)},
		{"(net/rpc.ClientCodec).Close", release(0)},
		{"(net/rpc.ServerCodec).ReadRequestHeader", wait(0, Read)},
		{"(net/rpc.ServerCodec).ReadRequestBody", wait(0, Read)},
		{"(net/rpc.ServerCodec).WriteResponse", wait(0, Write)},
		{"(net/rpc.ServerCodec).Close", release(0)},

		// ServeConn and ServeCodec return when the client hangs up, and close then.
		{"net/rpc.ServeConn", all(take(0, Always), wait(0, Read))},
		{"net/rpc.ServeCodec", all(take(0, Always), wait(0, Read))},
		{"net/rpc.ServeRequest", wait(0, Read)},
		{"(*net/rpc.Server).ServeConn", all(take(1, Always), wait(1, Read))},
		{"(*net/rpc.Server).ServeCodec", all(take(1, Always), wait(1, Read))},
		{"(*net/rpc.Server).ServeRequest", wait(1, Read)},
		{"net/rpc/jsonrpc.ServeConn", all(take(0, Always), wait(0, Read))},
		// Accept returns at the first error and leaves the listener open.
		{"net/rpc.Accept", serve(0)},
		{"(*net/rpc.Server).Accept", serve(1)},
	}
}
