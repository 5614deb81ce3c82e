package errpath

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// callValue is what a call with one result returns.
func (p *player) callValue(call *ssa.Call, s state, depth int) value {
	if _, several := call.Type().(*types.Tuple); several {
		return unknown
	}
	return p.result(call, 0, s, depth)
}

// result is result i of a call that may have been given the error.
func (p *player) result(call *ssa.Call, i int, s state, depth int) value {
	c := irx.CalleeOf(call.Common())
	ops := irx.Operands(call.Common())
	is := func(n int) value {
		if n >= len(ops) {
			return unknown
		}
		return p.evalTo(ops[n], s, depth)
	}
	if c.Func == nil {
		if c.Body != nil {
			return p.verdict(p.r.ofBody(c.Body), call, i, s, depth)
		}
		return unknown
	}
	if is(0) == isErr && c.Func.Signature().Recv() != nil {
		return p.method(c.Func.Name())
	}
	if is(0) == isErr || is(0) == isText || is(1) == isErr {
		if v, ok := p.library(c.Func.FullName(), ops, is(0)); ok {
			return v
		}
	}
	if irx.IsError(resultType(call, i)) && p.wraps(c.Func, ops, s, depth) {
		return isErr
	}
	return p.verdict(p.r.ofCall(c), call, i, s, depth)
}

func resultType(call *ssa.Call, i int) types.Type {
	if t, ok := call.Type().(*types.Tuple); ok {
		return t.At(i).Type()
	}
	return call.Type()
}

// method is what a method of the error returns.
func (p *player) method(name string) value {
	switch name {
	case "Temporary":
		if p.kind != Ended {
			return truth(p.kind == EMFILE)
		}
	case "Timeout":
		return isFalse
	case "Error":
		return isText
	case "Unwrap", "Cause":
		return isErr
	}
	return unknown
}

// library is what the functions return that people test errors with.
func (p *player) library(name string, ops []ssa.Value, first value) (value, bool) {
	if len(ops) == 0 {
		return unknown, false
	}
	switch name {
	case "errors.Is", "github.com/pkg/errors.Is", "golang.org/x/xerrors.Is":
		return p.equals(ops[1], unknown), true
	case "errors.As", "github.com/pkg/errors.As", "golang.org/x/xerrors.As":
		return p.holds(asTarget(ops[1])), true
	case "errors.Unwrap", "github.com/pkg/errors.Cause", "github.com/pkg/errors.Unwrap", "golang.org/x/xerrors.Unwrap":
		return isErr, true
	case "os.IsTimeout":
		return isFalse, true
	}
	if first != isText {
		return unknown, false
	}
	switch name {
	case "strings.ToLower", "strings.TrimSpace":
		return isText, true
	case "strings.Contains", "strings.HasSuffix", "strings.HasPrefix", "strings.EqualFold":
		return p.textMatches(name, ops[1]), true
	}
	return unknown, false
}

// textMatches looks for a constant in the error's text. Upper and lower case are
// not told apart, for those who convert first.
func (p *player) textMatches(name string, other ssa.Value) value {
	c, ok := stringConst(other)
	if !ok || p.kind.untyped() {
		return unknown
	}
	text, c := strings.ToLower(p.kind.text()), strings.ToLower(c)
	switch name {
	case "strings.HasSuffix":
		return truth(strings.HasSuffix(text, c))
	case "strings.HasPrefix":
		return truth(strings.HasPrefix(text, c))
	case "strings.EqualFold":
		return truth(text == c)
	}
	return truth(strings.Contains(text, c))
}

// asTarget is the type that errors.As is asked for: that of *target.
func asTarget(target ssa.Value) types.Type {
	if m, ok := target.(*ssa.MakeInterface); ok {
		target = m.X
	}
	if p, ok := target.Type().Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return target.Type()
}

// wraps reports whether a call makes an error of the error: fmt.Errorf and the
// like, by the model.
func (p *player) wraps(fn *types.Func, ops []ssa.Value, s state, depth int) bool {
	if spec := p.r.pkg.Model.Of(fn); spec != nil {
		for _, w := range spec.NilOf {
			if w.Operand < len(ops) && p.evalTo(ops[w.Operand], s, depth) == isErr {
				return true
			}
		}
	}
	if fn.FullName() != "fmt.Errorf" || len(ops) != 2 {
		return false
	}
	for _, v := range irx.Variadic(ops[1]) {
		if is := p.evalTo(v, s, depth); is == isErr || is == isText {
			return true
		}
	}
	return false
}

// verdict reads a summary of a function that tests an error.
func (p *player) verdict(f *Fact, call *ssa.Call, i int, s state, depth int) value {
	if f == nil {
		return unknown
	}
	ops := irx.Operands(call.Common())
	if f.Operand >= len(ops) || p.evalTo(ops[f.Operand], s, depth) != isErr {
		return unknown
	}
	return f.result(p.kind, i)
}
