// Package analyzers lists the checks of sockvet.
package analyzers

import (
	"errors"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers/acceptblock"
	"github.com/sockvet/sockvet/analyzers/accepterror"
	"github.com/sockvet/sockvet/analyzers/clientgrowth"
	"github.com/sockvet/sockvet/analyzers/connclose"
	"github.com/sockvet/sockvet/analyzers/handshakedeadline"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
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

// CheckModel reports what is wrong with a file for the flag "netmodel", for
// drivers that can say so before they start.
func CheckModel(file string) error {
	_, err := netmodel.Load(file)
	if err == nil {
		return nil
	}
	return errors.New(strings.TrimPrefix(err.Error(), file+": "))
}
