// Package hijack holds conns taken over from an HTTP server, which no longer
// closes them.
package hijack

import (
	"bufio"
	"io"
	"net"
	"net/http"

	"github.com/gorilla/websocket"
)

// badWriteFails: the 101 cannot be written and the conn is dropped.
func badWriteFails(w http.ResponseWriter, _ *http.Request) {
	hj, ok := w.(http.Hijacker)
	if !ok {
		http.Error(w, "no hijack", http.StatusInternalServerError)
		return
	}
	conn, _, err := hj.Hijack() // want "conn from .*Hijack is not closed when .*Write fails"
	if err != nil {
		return
	}
	if _, err := conn.Write([]byte("HTTP/1.1 101 Switching Protocols\r\n\r\n")); err != nil {
		return
	}
	io.Copy(conn, conn)
	conn.Close()
}

// goodWriteFails: deferred at once.
func goodWriteFails(w http.ResponseWriter, _ *http.Request) {
	hj, ok := w.(http.Hijacker)
	if !ok {
		http.Error(w, "no hijack", http.StatusInternalServerError)
		return
	}
	conn, _, err := hj.Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("HTTP/1.1 101 Switching Protocols\r\n\r\n")); err != nil {
		return
	}
	io.Copy(conn, conn)
}

// badControllerNeverClosed: the controller's Hijack is the same.
func badControllerNeverClosed(w http.ResponseWriter, _ *http.Request) {
	conn, rw, err := http.NewResponseController(w).Hijack() // want "conn from .*Hijack is never closed"
	if err != nil {
		return
	}
	rw.WriteString("HTTP/1.1 200 OK\r\n\r\n")
	rw.Flush()
	io.Copy(io.Discard, conn)
}

// goodControllerHandedOn: a goroutine that closes gets it.
func goodControllerHandedOn(w http.ResponseWriter, _ *http.Request) {
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	rw.Flush()
	go func() {
		defer conn.Close()
		io.Copy(conn, conn)
	}()
}

// badConnectBackendDown: the tunnel's far end cannot be reached.
func badConnectBackendDown(w http.ResponseWriter, r *http.Request) {
	client, _, err := http.NewResponseController(w).Hijack() // want "client from .*Hijack is not closed when net.Dial fails"
	if err != nil {
		return
	}
	up, err := net.Dial("tcp", r.Host)
	if err != nil {
		io.WriteString(client, "HTTP/1.1 502 Bad Gateway\r\n\r\n")
		return
	}
	go tunnel(up, client)
	tunnel(client, up)
}

// badConnectHijackFails: here the far end came first, and it stays.
func badConnectHijackFails(w http.ResponseWriter, r *http.Request) {
	up, err := net.Dial("tcp", r.Host) // want "up from net.Dial is not closed when .*Hijack fails"
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	client, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	go tunnel(up, client)
	tunnel(client, up)
}

// goodConnect: whichever comes second, its failure closes the first.
func goodConnect(w http.ResponseWriter, r *http.Request) {
	up, err := net.Dial("tcp", r.Host)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	client, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		up.Close()
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	go tunnel(up, client)
	tunnel(client, up)
}

// tunnel closes what it wrote to.
func tunnel(dst, src net.Conn) {
	io.Copy(dst, src)
	dst.Close()
}

// response answers on a connection that has been taken over before.
type response struct {
	http.ResponseWriter
	conn net.Conn
}

func (r *response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return r.conn, bufio.NewReadWriter(bufio.NewReader(r.conn), bufio.NewWriter(r.conn)), nil
}

// upgrade gives the connection to the WebSocket: the upgrade hijacks it.
func upgrade(conn net.Conn, req *http.Request) error {
	up := websocket.Upgrader{}
	ws, err := up.Upgrade(&response{conn: conn}, req, nil)
	if err != nil {
		return err
	}
	defer ws.Close()
	_, _, err = ws.ReadMessage()
	return err
}

// goodUpgrades closes when the upgrade has failed, and otherwise leaves it to the
// WebSocket.
func goodUpgrades(addr string, req *http.Request) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	if err := upgrade(conn, req); err != nil {
		conn.Close()
	}
}

// badWritesAndForgets closes when it has failed, and not otherwise.
func badWritesAndForgets(addr string) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed on every path"
	if err != nil {
		return
	}
	if _, err := conn.Write([]byte("hello")); err != nil {
		conn.Close()
	}
}
