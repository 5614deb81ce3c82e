package ends

import (
	"net"

	"sockvet.test/accepterror/lib/must"
)

// badMust: the helper is of a package that knows nothing of connections.
func badMust(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `ends the process`
		must.Succeed(err, "accept")
		go handle(conn)
	}
}

// goodMustCaught: the panic ends the loop, and somebody catches it.
func goodMustCaught(ln net.Listener) {
	defer must.Catch("loop")
	for {
		conn, err := ln.Accept()
		must.Succeed(err, "accept")
		go handle(conn)
	}
}

// goodPanicCaught: so with one of its own.
func goodPanicCaught(ln net.Listener) {
	defer must.Catch("loop")
	for {
		conn, err := ln.Accept()
		if err != nil {
			panic(err)
		}
		go handle(conn)
	}
}

// badCaughtSpins: nothing panics here.
func badCaughtSpins(ln net.Listener) {
	defer must.Catch("loop")
	for {
		conn, err := ln.Accept() // want `retried at once`
		if err != nil {
			continue
		}
		go handle(conn)
	}
}
