package cycles

import (
	"context"
	"errors"
	"log"
	"net"
	"time"
)

// restore puts a context back: each variable is set to the other.
func restore(ctx context.Context, run func(func())) {
	saved := ctx
	run(func() { use(saved, ctx) })
	ctx, cancel := context.WithCancel(saved)
	defer cancel()
	saved2 := ctx
	run(func() { use(saved2, ctx) })
	ctx = saved2
	select {
	case <-ctx.Done():
	case <-make(chan int):
	}
}

// pauses retries after that.
func pauses(ctx context.Context, ln net.Listener, run func(func())) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			log.Print(err)
			restore(ctx, run)
			time.Sleep(time.Second)
			continue
		}
		conn.Close()
	}
}

func deadline() time.Time { return time.Now().Add(time.Minute) }
