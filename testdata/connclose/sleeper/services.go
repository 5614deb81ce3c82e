package sleeper

import (
	"context"
	"log"
	"net"
	"time"
)

// goodServices serves two listeners for ever; a loop that is left comes before.
func goodServices(names []string, handle func(net.Conn)) error {
	first, err := net.Listen("tcp", ":7001")
	if err != nil {
		return err
	}
	defer func() {
		if err := first.Close(); err != nil {
			log.Print(err)
		}
	}()
	for _, name := range names {
		log.Print(name)
	}
	go func() {
		for {
			conn, err := first.Accept()
			if err != nil {
				time.Sleep(time.Second)
				continue
			}
			go handle(conn)
		}
	}()
	select {}
}

// badSleepsAfterLoop never comes to its deferred Close.
func badSleepsAfterLoop(ctx context.Context, names []string, conn net.Conn) { // want "parameter conn stays open for ever, its deferred Close never runs"
	defer conn.Close()
	for _, name := range names {
		_, _ = conn.Write([]byte(name))
	}
	for {
		time.Sleep(time.Minute)
	}
}
