// Package analyzers lists the checks of sockvet.
package analyzers

import (
	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers/acceptblock"
	"github.com/sockvet/sockvet/analyzers/accepterror"
	"github.com/sockvet/sockvet/analyzers/clientgrowth"
	"github.com/sockvet/sockvet/analyzers/connclose"
	"github.com/sockvet/sockvet/analyzers/handshakedeadline"
	"github.com/sockvet/sockvet/analyzers/listenbacklog"
)

// Suite returns all checks, in order of name.
func Suite() []*analysis.Analyzer {
	return []*analysis.Analyzer{
		acceptblock.Analyzer,
		accepterror.Analyzer,
		clientgrowth.Analyzer,
		connclose.Analyzer,
		handshakedeadline.Analyzer,
		listenbacklog.Analyzer,
	}
}
