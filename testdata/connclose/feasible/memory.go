package feasible

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// datagram is what is sent.
type datagram struct {
	kind uint16
	body []byte
}

func (f *datagram) encode(w io.Writer) error {
	if err := binary.Write(w, binary.BigEndian, f.kind); err != nil {
		return fmt.Errorf("kind: %w", err)
	}
	_, err := w.Write(f.body)
	return err
}

// encodeShort fails for a long body, too.
func (f *datagram) encodeShort(w io.Writer) error {
	if len(f.body) > 255 {
		return errors.New("too long")
	}
	return f.encode(w)
}

func (f *datagram) bytes() ([]byte, error) {
	var buf bytes.Buffer
	if err := f.encode(&buf); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// goodInMemory: buffers and hashes never fail.
func (f *datagram) goodInMemory(addr string, key []byte) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	buf := new(bytes.Buffer)
	if err := f.encode(buf); err != nil {
		return nil, err
	}
	if _, err := f.bytes(); err != nil {
		return nil, err
	}
	if err := gob.NewEncoder(buf).Encode(f.kind); err != nil {
		return nil, err
	}
	if err := json.NewEncoder(buf).Encode(f.body); err != nil {
		return nil, err
	}
	var text strings.Builder
	if _, err := fmt.Fprintf(&text, "%d", f.kind); err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, key)
	if _, err := mac.Write(f.body); err != nil {
		return nil, err
	}
	if _, err := io.WriteString(mac, text.String()); err != nil {
		return nil, err
	}
	if _, err := io.Copy(mac, bytes.NewReader(f.body)); err != nil {
		return nil, err
	}
	return conn, nil
}

// badShort: the body may be long.
func (f *datagram) badShort(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed when \(\*datagram\).encodeShort fails`
	if err != nil {
		return nil, err
	}
	if err := f.encodeShort(new(bytes.Buffer)); err != nil {
		return nil, err
	}
	return conn, nil
}

// badToPeer writes to the connection.
func (f *datagram) badToPeer(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed when \(\*datagram\).encode fails`
	if err != nil {
		return nil, err
	}
	if err := f.encode(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// badDecoded: what is in the buffer may be wrong or not enough.
func badDecoded(addr string, body []byte) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed when .*Decode, io.ReadFull or io.Copy fails`
	if err != nil {
		return nil, err
	}
	var f struct{ Kind int }
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(&f); err != nil {
		return nil, err
	}
	head := make([]byte, 4)
	if _, err := io.ReadFull(bytes.NewReader(body), head); err != nil {
		return nil, err
	}
	if _, err := io.Copy(new(bytes.Buffer), conn); err != nil {
		return nil, err
	}
	return conn, nil
}

func newNonce() (string, error) {
	b := make([]byte, 8)
	if _, err := io.ReadFull(rand.Reader, b); err != nil {
		return "", fmt.Errorf("no randomness: %w", err)
	}
	return hex.EncodeToString(b), nil
}

// goodRandomness never runs out.
func goodRandomness(addr string) (net.Conn, string, *big.Int, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, "", nil, err
	}
	nonce, err := newNonce()
	if err != nil {
		return nil, "", nil, err
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(100))
	if err != nil {
		return nil, "", nil, err
	}
	return conn, nonce, serial, nil
}

// goodWrittenOut has seen that these are right.
func goodWrittenOut() (net.PacketConn, error) {
	conn, err := net.ListenPacket("udp", ":0")
	if err != nil {
		return nil, err
	}
	if _, err := hex.DecodeString("00ff"); err != nil {
		return nil, err
	}
	if _, err := base64.StdEncoding.DecodeString("AAAA"); err != nil {
		return nil, err
	}
	if _, err := regexp.Compile("^a+$"); err != nil {
		return nil, err
	}
	if _, err := time.ParseDuration("10s"); err != nil {
		return nil, err
	}
	if _, err := http.NewRequest("GET", "http://localhost/", nil); err != nil {
		return nil, err
	}
	if err := resolveAll(); err != nil {
		return nil, err
	}
	return conn, nil
}

func resolveAll() error {
	if _, err := net.ResolveUDPAddr("udp4", net.JoinHostPort("224.0.0.251", "5353")); err != nil {
		return err
	}
	if _, err := net.ResolveTCPAddr("tcp", fmt.Sprintf("127.0.0.1:%d", 80)); err != nil {
		return err
	}
	if _, err := net.ResolveUDPAddr("udp", "localhost:0"); err != nil {
		return err
	}
	_, err := net.ResolveUnixAddr("unix", "/run/x")
	return err
}

// badGiven: who gives these may be wrong.
func badGiven(text string) (net.PacketConn, error) {
	conn, err := net.ListenPacket("udp", ":0") // want `conn from net.ListenPacket is not closed when hex.DecodeString, regexp.Compile, http.NewRequest or another step fails`
	if err != nil {
		return nil, err
	}
	if _, err := hex.DecodeString(text); err != nil {
		return nil, err
	}
	if _, err := regexp.Compile(text); err != nil {
		return nil, err
	}
	if _, err := http.NewRequest("GET", text, nil); err != nil {
		return nil, err
	}
	if _, err := net.ResolveUDPAddr("udp", net.JoinHostPort(text, "53")); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodOwnText: the text of a socket's address can be parsed.
func goodOwnText() (net.Listener, netip.AddrPort, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, netip.AddrPort{}, err
	}
	addr, err := netip.ParseAddrPort(ln.Addr().String())
	if err != nil {
		return nil, netip.AddrPort{}, err
	}
	if _, err := url.Parse("http://" + ln.Addr().String()); err != nil {
		return nil, netip.AddrPort{}, err
	}
	return ln, addr, nil
}

// newDefaultMux has a default of its own.
func newDefaultMux(conn net.Conn, cfg *muxConfig) (*mux, error) {
	if cfg == nil {
		cfg = &muxConfig{version: 1, timeout: time.Second}
	}
	if err := cfg.verify(); err != nil {
		return nil, err
	}
	return &mux{conn, cfg}, nil
}

// newValueMux is given its configuration by value.
func newValueMux(conn net.Conn, cfg muxConfig) (*mux, error) {
	if cfg.timeout == 0 {
		cfg.timeout = time.Second
	}
	if cfg.timeout < 0 {
		return nil, errors.New("negative timeout")
	}
	return &mux{conn, &cfg}, nil
}

// newClockMux looks at the clock.
func newClockMux(conn net.Conn, cfg muxConfig) (*mux, error) {
	if cfg.timeout == 0 {
		cfg.timeout = time.Until(time.Unix(1<<33, 0))
	}
	if cfg.timeout < 0 {
		return nil, errors.New("negative timeout")
	}
	return &mux{conn: conn}, nil
}

// goodNilDefault: the default is written out.
func goodNilDefault(addr string) (*mux, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	m, err := newDefaultMux(conn, nil)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// goodValue, too.
func goodValue(addr string) (*mux, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return newValueMux(conn, muxConfig{version: 2})
}

// badValue comes from elsewhere.
func badValue(addr string, load func() muxConfig) (*mux, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when newValueMux fails"
	if err != nil {
		return nil, err
	}
	cfg := load()
	return newValueMux(conn, cfg)
}

// badClockMux may be late.
func badClockMux(addr string) (*mux, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when newClockMux fails"
	if err != nil {
		return nil, err
	}
	return newClockMux(conn, muxConfig{version: 2})
}
