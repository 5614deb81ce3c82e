// Package marti holds what the variants of the TAK server's HTTPS interface share: the handler, and the surface
//
//	func Listen(cfg tak.Config) (*Server, error)
//	func (*Server) Serve() error
//	func (*Server) Close() error
//	func (*Server) Addr() net.Addr
//
// in which one variant can take the other's place.
package marti

import (
	"io"
	"net/http"
)

// VersionPath is the one path that is served.
const VersionPath = "/Marti/api/version"

// Version is its content.
const Version = "sockvet-rig 1\n"

// Handler serves the interface.
func Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+VersionPath, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, Version) // the client may be gone
	})
	return mux
}
