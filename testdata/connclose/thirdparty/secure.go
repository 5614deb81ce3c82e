package thirdparty

import (
	"context"
	"crypto/tls"
	"net"

	"github.com/pion/dtls/v3"
	"github.com/quic-go/quic-go"
	"golang.org/x/crypto/ssh"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

// listenUDP is this package's acquirer.
func listenUDP(port int) (*net.UDPConn, error) {
	return net.ListenUDP("udp", &net.UDPAddr{Port: port})
}

// A quicClient owns its socket: quic.Dial only borrows it.
type quicClient struct {
	conn *quic.Conn
	udp  *net.UDPConn
}

// badQUICDialFails: nobody closes the socket when the dial fails.
func badQUICDialFails(ctx context.Context, to net.Addr, cfg *tls.Config) (*quicClient, error) {
	udp, err := listenUDP(0) // want "udp from .*listenUDP is not closed when quic.Dial fails"
	if err != nil {
		return nil, err
	}
	conn, err := quic.Dial(ctx, udp, to, cfg, nil)
	if err != nil {
		return nil, err
	}
	return &quicClient{conn, udp}, nil
}

// goodQUICDialFails: closed by who opened it.
func goodQUICDialFails(ctx context.Context, to net.Addr, cfg *tls.Config) (*quicClient, error) {
	udp, err := listenUDP(0)
	if err != nil {
		return nil, err
	}
	conn, err := quic.Dial(ctx, udp, to, cfg, nil)
	if err != nil {
		udp.Close()
		return nil, err
	}
	return &quicClient{conn, udp}, nil
}

// badQUICStreamFails: a QUIC conn has CloseWithError for a Close.
func badQUICStreamFails(ctx context.Context, addr string, cfg *tls.Config) (*quic.Conn, error) {
	conn, err := quic.DialAddr(ctx, addr, cfg, nil) // want "conn from quic.DialAddr is not closed when .*OpenStreamSync fails"
	if err != nil {
		return nil, err
	}
	if _, err := conn.OpenStreamSync(ctx); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodQUICStreamFails: CloseWithError closes.
func goodQUICStreamFails(ctx context.Context, addr string, cfg *tls.Config) (*quic.Conn, error) {
	conn, err := quic.DialAddr(ctx, addr, cfg, nil)
	if err != nil {
		return nil, err
	}
	if _, err := conn.OpenStreamSync(ctx); err != nil {
		conn.CloseWithError(0, "no stream")
		return nil, err
	}
	return conn, nil
}

// badQUICDeferTooLate: the deferred Close comes after what fails.
func badQUICDeferTooLate(ctx context.Context, addr string, cfg *tls.Config, first []byte) error {
	ln, err := quic.ListenAddr(addr, cfg, nil) // want "ln from quic.ListenAddr is not closed when .*Dial or .*Write fails"
	if err != nil {
		return err
	}
	udp, err := net.Dial("udp", ln.Addr().String())
	if err != nil {
		return err
	}
	defer udp.Close()
	if _, err := udp.Write(first); err != nil {
		return err
	}
	defer ln.Close()
	conn, err := ln.Accept(ctx)
	if err != nil {
		return err
	}
	return conn.CloseWithError(0, "seen")
}

// goodQUICDeferAtOnce: it comes before.
func goodQUICDeferAtOnce(ctx context.Context, addr string, cfg *tls.Config, first []byte) error {
	ln, err := quic.ListenAddr(addr, cfg, nil)
	if err != nil {
		return err
	}
	defer ln.Close()
	udp, err := net.Dial("udp", ln.Addr().String())
	if err != nil {
		return err
	}
	defer udp.Close()
	_, err = udp.Write(first)
	return err
}

// badGRPCNeverClosed: a client conn a call.
func badGRPCNeverClosed(ctx context.Context, target, method string, in, out any) error {
	cc, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials())) // want "cc from grpc.NewClient is never closed"
	if err != nil {
		return err
	}
	return cc.Invoke(ctx, method, in, out)
}

// goodGRPCClosed: deferred.
func goodGRPCClosed(ctx context.Context, target, method string, in, out any) error {
	cc, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer cc.Close()
	return cc.Invoke(ctx, method, in, out)
}

// goodGRPCServe: Serve closes its listener when it returns.
func goodGRPCServe(addr string, s *grpc.Server) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return s.Serve(ln)
}

// badSSHSessionFails: the client is dropped when it cannot have a session.
func badSSHSessionFails(addr string, cfg *ssh.ClientConfig) (*ssh.Client, error) {
	client, err := ssh.Dial("tcp", addr, cfg) // want "client from ssh.Dial is not closed when .*NewSession fails"
	if err != nil {
		return nil, err
	}
	s, err := client.NewSession()
	if err != nil {
		return nil, err
	}
	s.Close()
	return client, nil
}

// goodSSHSessionFails: closed.
func goodSSHSessionFails(addr string, cfg *ssh.ClientConfig) (*ssh.Client, error) {
	client, err := ssh.Dial("tcp", addr, cfg)
	if err != nil {
		return nil, err
	}
	s, err := client.NewSession()
	if err != nil {
		client.Close()
		return nil, err
	}
	s.Close()
	return client, nil
}

// goodSSHOverConn: NewClientConn closes its conn on each of its failures.
func goodSSHOverConn(addr string, cfg *ssh.ClientConfig) (*ssh.Client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c, chans, reqs, err := ssh.NewClientConn(conn, addr, cfg)
	if err != nil {
		return nil, err
	}
	return ssh.NewClient(c, chans, reqs), nil
}

// badSSHBeforeHandshake: a step before it is not NewServerConn's to close.
func badSSHBeforeHandshake(ln net.Listener, cfg *ssh.ServerConfig) (*ssh.ServerConn, error) {
	conn, err := ln.Accept() // want "conn from .*Accept is not closed when .*SetReadBuffer fails"
	if err != nil {
		return nil, err
	}
	if err := conn.(*net.TCPConn).SetReadBuffer(1 << 16); err != nil {
		return nil, err
	}
	sc, chans, reqs, err := ssh.NewServerConn(conn, cfg)
	if err != nil {
		return nil, err
	}
	go ssh.DiscardRequests(reqs)
	go func() {
		for ch := range chans {
			ch.Reject(ssh.Prohibited, "no channels")
		}
	}()
	return sc, nil
}

// badDTLSClientFails: a bad option makes the DTLS conn, and not the packet
// conn, nil.
func badDTLSClientFails(to net.Addr, opts []dtls.ClientOption) (*dtls.Conn, error) {
	pc, err := net.ListenPacket("udp", ":0") // want "pc from net.ListenPacket is not closed when .*ClientWithOptions fails"
	if err != nil {
		return nil, err
	}
	conn, err := dtls.ClientWithOptions(pc, to, opts...)
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// badDTLSHandshakeFails: the DTLS conn is there and is dropped.
func badDTLSHandshakeFails(to net.Addr, opts []dtls.ClientOption) (*dtls.Conn, error) {
	pc, err := net.ListenPacket("udp", ":0") // want "pc from net.ListenPacket is not closed when .*Handshake fails"
	if err != nil {
		return nil, err
	}
	conn, err := dtls.ClientWithOptions(pc, to, opts...)
	if err != nil {
		pc.Close()
		return nil, err
	}
	if err := conn.Handshake(); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodDTLSHandshakeFails: closing the DTLS conn closes the packet conn.
func goodDTLSHandshakeFails(to net.Addr, opts []dtls.ClientOption) (*dtls.Conn, error) {
	pc, err := net.ListenPacket("udp", ":0")
	if err != nil {
		return nil, err
	}
	conn, err := dtls.ClientWithOptions(pc, to, opts...)
	if err != nil {
		pc.Close()
		return nil, err
	}
	if err := conn.Handshake(); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// goodGRPCClient: the generated client goes on using it, as long as the caller
// likes.
func goodGRPCClient(target string) (healthpb.HealthClient, error) {
	cc, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, err
	}
	return healthpb.NewHealthClient(cc), nil
}

// badGRPCClient: the client has it for one call only.
func badGRPCClient(ctx context.Context, target string) error {
	cc, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials())) // want "cc from grpc.NewClient is never closed"
	if err != nil {
		return err
	}
	_, err = healthpb.NewHealthClient(cc).Check(ctx, new(healthpb.HealthCheckRequest))
	return err
}

var health healthpb.HealthClient

func setHealth(c healthpb.HealthClient) { health = c }

// goodGRPCClientSet: it is used for the life of the process.
func goodGRPCClientSet(target string) error {
	cc, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	setHealth(healthpb.NewHealthClient(cc))
	return nil
}
