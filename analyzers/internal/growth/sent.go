package growth

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- texts that a client sends --

// reads reports whether the first result of a call is a text that was read from
// the connection: what a buffered reader or scanner of it returns.
func (g *grower) reads(call *ssa.Call) bool {
	c := irx.CalleeOf(call.Common())
	ops := irx.Operands(call.Common())
	if c.Func == nil || c.Func.Pkg() == nil || len(ops) == 0 || !g.isConn(ops[0]) {
		return false
	}
	switch c.Func.Pkg().Path() {
	case "bufio":
		return slices.Contains([]string{"ReadString", "ReadBytes", "ReadLine", "Text", "Bytes"}, c.Func.Name())
	case "net/textproto":
		return strings.HasPrefix(c.Func.Name(), "Read")
	}
	return false
}

// trims reports whether a function returns its first operand, but for its ends
// or its case.
func trims(fn *types.Func) bool {
	return fn.Pkg() != nil && fn.Pkg().Path() == "strings" && (strings.HasPrefix(fn.Name(), "Trim") || strings.HasPrefix(fn.Name(), "ToLower") || strings.HasPrefix(fn.Name(), "ToUpper"))
}
