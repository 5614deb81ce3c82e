package crosspkg

import (
	"net"

	"sockvet.test/connclose/crosspkg/peer"
)

// goodCloseVar: peer.CloseVar closes what its argument points to.
func goodCloseVar(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	err = peer.GreetVar(&conn)
	peer.CloseVar(&conn)
	return err
}

// goodDeferCloseVar: deferred.
func goodDeferCloseVar(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer peer.CloseVar(&conn)
	return peer.GreetVar(&conn)
}

// goodGoCloseVar: in a goroutine.
func goodGoCloseVar(addr string) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	go func() { peer.CloseVar(&conn) }()
}

// goodBridge: in the callback of a helper.
func goodBridge(addr string, in net.Conn) {
	var conn net.Conn
	var err error
	conn, err = net.Dial("tcp", addr)
	if err != nil {
		peer.CloseVar(&conn)
		return
	}
	peer.Bridge(in, conn, func(error) { peer.CloseVar(&conn) })
}

// goodGreetOrClose: closed when it fails, returned when it does not.
func goodGreetOrClose(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := peer.GreetOrClose(&conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodSecureVar: the wrapper that the variable holds now closes both.
func goodSecureVar(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	peer.SecureVar(&conn)
	return conn.Close()
}

// goodKeepVar: somebody else can close it.
func goodKeepVar(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	peer.KeepVar(&conn)
	return nil
}

// badGreetVar: it only uses it.
func badGreetVar(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when peer.GreetVar fails"
	if err != nil {
		return nil, err
	}
	if err := peer.GreetVar(&conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// badAfterGreetOrClose: it is open when that succeeds.
func badAfterGreetOrClose(addr string, ready func() error) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed"
	if err != nil {
		return err
	}
	if err := peer.GreetOrClose(&conn); err != nil {
		return err
	}
	if err := ready(); err != nil {
		return err
	}
	return conn.Close()
}

// goodPipelineOptions: what is returned leads to the conn by the function in the
// options.
func goodPipelineOptions(addr string) (*peer.Pipeline, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	ask := func() error { return peer.Hello(conn) }
	return peer.NewPipeline(peer.PipelineOptions{Name: addr, Ask: ask}), nil
}

// goodPipelineOf: by the function.
func goodPipelineOf(addr string) (*peer.Pipeline, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return peer.PipelineOf(func() error { return peer.Hello(conn) }), nil
}

// badPipelineDropped: what would lead to it is dropped.
func badPipelineDropped(addr string, ready func() error) (*peer.Pipeline, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when ready fails"
	if err != nil {
		return nil, err
	}
	p := peer.PipelineOf(func() error { return peer.Hello(conn) })
	if err := ready(); err != nil {
		return nil, err
	}
	return p, nil
}

// badTried: the function has only been called.
func badTried(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return err
	}
	return peer.Try(peer.PipelineOptions{Ask: func() error { return peer.Hello(conn) }})
}
