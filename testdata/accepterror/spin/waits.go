package spin

import (
	"context"
	"errors"
	"log"
	"net"
	"time"

	"sockvet.test/accepterror/lib/pause"
)

// goodExpires: all but a closed listener waits, on a context that expires.
func goodExpires(ctx context.Context, ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			if context.Cause(ctx) != nil {
				return
			}
			log.Print(err)
			if !errors.Is(err, net.ErrClosed) {
				pause.Expires(ctx, time.Second)
			}
			continue
		}
		go handle(conn)
	}
}

// badExpires: a closed listener waits, and EMFILE does not.
func badExpires(ctx context.Context, ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `is retried at once`
		if err != nil {
			if context.Cause(ctx) != nil {
				return
			}
			if errors.Is(err, net.ErrClosed) {
				pause.Expires(ctx, time.Second)
			}
			continue
		}
		go handle(conn)
	}
}
