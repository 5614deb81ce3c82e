package spin

import (
	"bufio"
	"log"
	"net"
	"strings"
)

// An FTP server accepts the client's data connections, one for each command: between two
// it waits for the next command.

type ftpConn struct {
	control net.Conn
	r       *bufio.Reader
	passive net.Listener
}

func (c *ftpConn) goodScans() {
	s := bufio.NewScanner(c.control)
	for s.Scan() {
		switch strings.ToUpper(s.Text()) {
		case "NLST":
			c.goodList()
		case "QUIT":
			return
		}
	}
}

func (c *ftpConn) goodList() {
	data, err := c.goodData()
	if err != nil {
		log.Print(err)
		return
	}
	defer data.Close()
	data.Write([]byte("nothing"))
}

func (c *ftpConn) goodData() (net.Conn, error) {
	conn, err := c.passive.Accept()
	if err != nil {
		return nil, err
	}
	return conn, nil
}

func (c *ftpConn) goodReadsLines(l net.Listener) {
	for {
		if c.line() == "QUIT" {
			return
		}
		conn, err := l.Accept()
		if err != nil {
			log.Print(err)
			continue
		}
		conn.Close()
	}
}

func (c *ftpConn) line() string {
	line, err := c.r.ReadString('\n')
	if err != nil {
		return "QUIT"
	}
	return strings.TrimSpace(line)
}

// badReadsAccepted reads only from what it accepts.
func badReadsAccepted(l net.Listener) {
	buf := make([]byte, 10)
	for {
		conn, err := l.Accept() // want `an error of \(net.Listener\).Accept is retried at once`
		if err != nil {
			log.Print(err)
			continue
		}
		conn.Read(buf)
		conn.Close()
	}
}
