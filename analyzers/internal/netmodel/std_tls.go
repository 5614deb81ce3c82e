package netmodel

// stdTLS is crypto/tls. Read and Write of a connection whose handshake has not
// run yet run it first; they are stated as what they are afterwards, since
// nothing in the call tells the two apart.
func stdTLS() []Row {
	return []Row{
		{"crypto/tls.Dial", acquire(0, Conn)},
		{"crypto/tls.DialWithDialer", acquire(0, Conn)},
		{"(*crypto/tls.Dialer).Dial", acquire(0, Conn)},
		{"(*crypto/tls.Dialer).DialContext", acquire(0, Conn)},
		{"crypto/tls.Listen", acquire(0, Listener)},
		{"crypto/tls.NewListener", wrap(0, 0)},
		{"crypto/tls.Server", wrap(0, 0)},
		{"crypto/tls.Client", wrap(0, 0)},

		{"(*crypto/tls.Conn).Handshake", wait(0, Handshake)},
		{"(*crypto/tls.Conn).HandshakeContext", waitCtx(0, Handshake, 1)},
		{"(*crypto/tls.Conn).Read", wait(0, Read)},
		{"(*crypto/tls.Conn).Write", wait(0, Write)},
		{"(*crypto/tls.Conn).Close", release(0)},
		{"(*crypto/tls.Conn).CloseWrite", wait(0, Write)},
		{"(*crypto/tls.Conn).NetConn", wrap(0, 0)},
		{"(*crypto/tls.Conn).SetDeadline", boundOpen(0, BothDirs, 1)},
		{"(*crypto/tls.Conn).SetReadDeadline", boundOpen(0, ReadDir, 1)},
		{"(*crypto/tls.Conn).SetWriteDeadline", boundOpen(0, WriteDir, 1)},
		{"(*crypto/tls.Conn).ConnectionState", borrow()},
		{"(*crypto/tls.Conn).OCSPResponse", borrow()},
		{"(*crypto/tls.Conn).VerifyHostname", borrow()},
		{"(*crypto/tls.Conn).LocalAddr", borrow()},
		{"(*crypto/tls.Conn).RemoteAddr", borrow()},
	}
}
