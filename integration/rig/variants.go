// Package rig runs the variants of the server in processes of their own, plays faults to them and says what came of
// it. The tests and the demo share it.
package rig

import (
	"fmt"
	"slices"

	martiblock "github.com/sockvet/sockvet/integration/marti/acceptblock"
	martifixed "github.com/sockvet/sockvet/integration/marti/fixed"
	"github.com/sockvet/sockvet/integration/tak"
	"github.com/sockvet/sockvet/integration/tak/acceptblock"
	"github.com/sockvet/sockvet/integration/tak/accepterror"
	"github.com/sockvet/sockvet/integration/tak/acceptgiveup"
	"github.com/sockvet/sockvet/integration/tak/clientgrowth"
	"github.com/sockvet/sockvet/integration/tak/connclose"
	"github.com/sockvet/sockvet/integration/tak/fixed"
	"github.com/sockvet/sockvet/integration/tak/halffix"
	"github.com/sockvet/sockvet/integration/tak/handshakedeadline"
	"github.com/sockvet/sockvet/integration/tak/listenbacklog"
	"github.com/sockvet/sockvet/integration/tak/sleeper"
	"github.com/sockvet/sockvet/integration/tak/untilgc"
)

// A Variant is a server package.
type Variant struct {
	// Pkg is the package's path below integration.
	Pkg string
	// Check is the one check that must report the package, "" for a package that none may report.
	Check string
	// Listen makes the server.
	Listen func(tak.Config) (tak.Server, error)
}

// Variants returns all server packages.
func Variants() []Variant {
	return []Variant{
		{"tak/fixed", "", listen(fixed.Listen)},
		{"tak/connclose", "connclose", listen(connclose.Listen)},
		{"tak/untilgc", "connclose", listen(untilgc.Listen)},
		{"tak/sleeper", "connclose", listen(sleeper.Listen)},
		{"tak/acceptblock", "acceptblock", listen(acceptblock.Listen)},
		{"tak/halffix", "acceptblock", listen(halffix.Listen)},
		{"tak/listenbacklog", "listenbacklog", listen(listenbacklog.Listen)},
		{"tak/clientgrowth", "clientgrowth", listen(clientgrowth.Listen)},
		{"tak/accepterror", "accepterror", listen(accepterror.Listen)},
		{"tak/acceptgiveup", "accepterror", listen(acceptgiveup.Listen)},
		{"tak/handshakedeadline", "handshakedeadline", listen(handshakedeadline.Listen)},
		{"marti/fixed", "", listen(martifixed.Listen)},
		{"marti/acceptblock", "acceptblock", listen(martiblock.Listen)},
	}
}

// variant returns the package with the given path.
func variant(pkg string) (Variant, error) {
	all := Variants()
	i := slices.IndexFunc(all, func(v Variant) bool { return v.Pkg == pkg })
	if i < 0 {
		return Variant{}, fmt.Errorf("rig: no server package %q", pkg)
	}
	return all[i], nil
}

// listen gives the packages' constructors one type.
func listen[S tak.Server](f func(tak.Config) (S, error)) func(tak.Config) (tak.Server, error) {
	return func(cfg tak.Config) (tak.Server, error) {
		s, err := f(cfg)
		if err != nil {
			return nil, err
		}
		return s, nil
	}
}
