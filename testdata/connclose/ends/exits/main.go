// Command exits exits with the status that the rest of it gives to main.
package main

import (
	"net"
	"os"

	"github.com/sirupsen/logrus"
)

func main() {
	os.Exit(Main(os.Args))
}

// Main runs the command.
func Main(args []string) int {
	for _, addr := range args {
		if err := goodSend(addr); err != nil {
			logrus.WithError(err).Error("cannot send")
			return 1
		}
		if err := badSend(addr); err != nil {
			logrus.WithError(err).Error("cannot send")
		}
	}
	return 0
}

func goodSend(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if _, err := conn.Write([]byte("hello\n")); err != nil {
		return err
	}
	return conn.Close()
}

// badSend fails, and the next address follows.
func badSend(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*Write fails"
	if err != nil {
		return err
	}
	if _, err := conn.Write([]byte("hello\n")); err != nil {
		return err
	}
	return conn.Close()
}
