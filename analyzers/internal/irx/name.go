package irx

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// FuncName names a function as a reader of pkg would write it: "net.Dial",
// "(*client).auth", "(net.Listener).Accept".
func FuncName(fn *types.Func, pkg *types.Package) string {
	qual := shortQualifier(pkg)
	recv := fn.Signature().Recv()
	if recv == nil {
		if s := qual(fn.Pkg()); s != "" {
			return s + "." + fn.Name()
		}
		return fn.Name()
	}
	t := types.TypeString(recv.Type(), qual)
	if i := strings.IndexByte(t, '['); i > 0 {
		t = t[:i] // type arguments only make the name longer
	}
	if strings.HasPrefix(t, "interface") {
		return fn.Name()
	}
	return "(" + t + ")." + fn.Name()
}

// shortQualifier writes packages by name, and leaves out pkg and, as for what
// the universe declares, no package at all.
func shortQualifier(pkg *types.Package) types.Qualifier {
	return func(p *types.Package) string {
		if p == nil || p == pkg {
			return ""
		}
		return p.Name()
	}
}

// CallName names the target of a call for a report: the function, the variable
// or field that holds a function value, or the builtin.
func CallName(call *ssa.CallCommon, pkg *types.Package) string {
	c := CalleeOf(call)
	switch {
	case c.Builtin != "":
		return c.Builtin
	case c.Func != nil && call.IsInvoke():
		return "(" + shortType(call.Value.Type(), pkg) + ")." + c.Func.Name()
	case c.Func != nil:
		return FuncName(c.Func, pkg)
	case c.Body != nil:
		return "the function literal"
	}
	if name := ValueName(call.Value); name != "" {
		return name
	}
	return "a function value"
}

func shortType(t types.Type, pkg *types.Package) string {
	s := types.TypeString(t, shortQualifier(pkg))
	if strings.HasPrefix(s, "interface") {
		return "interface"
	}
	return s
}

// ValueName returns the name that the source gives to a value (a variable, a
// parameter, a field), or "".
func ValueName(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.Parameter:
		return v.Name()
	case *ssa.FreeVar:
		return v.Name()
	case *ssa.Global:
		return v.Name()
	case *ssa.Alloc:
		if v.Comment != "" && token.IsIdentifier(v.Comment) && v.Comment != "complit" && v.Comment != "new" && v.Comment != "varargs" {
			return v.Comment
		}
	case *ssa.Phi:
		return v.Comment
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return ValueName(v.X)
		}
	case *ssa.FieldAddr:
		return fieldName(v.X.Type(), v.Field)
	case *ssa.Field:
		return fieldName(v.X.Type(), v.Field)
	case *ssa.MakeInterface:
		return ValueName(v.X)
	case *ssa.ChangeInterface:
		return ValueName(v.X)
	case *ssa.ChangeType:
		return ValueName(v.X)
	}
	return ""
}

func fieldName(t types.Type, i int) string {
	if s, ok := Deref(t).Underlying().(*types.Struct); ok && i < s.NumFields() {
		return s.Field(i).Name()
	}
	return ""
}

// Syntax finds the source of calls in the SSA form, which know only the
// position of their parenthesis.
type Syntax struct {
	// Calls maps the position of the left parenthesis to the call.
	Calls map[token.Pos]*ast.CallExpr
	names map[token.Pos][]string
	loops []ast.Node
}

// NewSyntax indexes the calls of the files.
func NewSyntax(files []*ast.File) *Syntax {
	sx := &Syntax{Calls: map[token.Pos]*ast.CallExpr{}, names: map[token.Pos][]string{}}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				sx.Calls[n.Lparen] = n
			case *ast.ForStmt, *ast.RangeStmt:
				sx.loops = append(sx.loops, n)
			case *ast.AssignStmt:
				noteNames(sx.names, n.Lhs, n.Rhs)
			case *ast.ValueSpec:
				lhs := make([]ast.Expr, len(n.Names))
				for i, id := range n.Names {
					lhs[i] = id
				}
				noteNames(sx.names, lhs, n.Values)
			}
			return true
		})
	}
	return sx
}

// ResultName returns the name that the source assigns result i of the call to,
// or "".
func (sx *Syntax) ResultName(call ssa.CallInstruction, i int) string {
	if names := sx.names[call.Pos()]; i < len(names) {
		return names[i]
	}
	return ""
}

// Loop returns the position of the innermost loop statement around pos, or pos
// itself.
func (sx *Syntax) Loop(pos token.Pos) token.Pos {
	best := pos
	for _, l := range sx.loops { // outer loops come before inner ones
		if l.Pos() <= pos && pos < l.End() {
			best = l.Pos()
		}
	}
	return best
}

// Span returns the source range of a call, or of the instruction's position.
func (sx *Syntax) Span(instr ssa.Instruction) (pos, end token.Pos) {
	if e := sx.Calls[instr.Pos()]; e != nil {
		return e.Pos(), e.End()
	}
	return instr.Pos(), instr.Pos()
}

func noteNames(names map[token.Pos][]string, lhs, rhs []ast.Expr) {
	for i, r := range rhs {
		call, ok := ast.Unparen(r).(*ast.CallExpr)
		if !ok {
			continue
		}
		left := lhs
		if len(rhs) == len(lhs) {
			left = lhs[i : i+1]
		}
		for _, l := range left {
			names[call.Lparen] = append(names[call.Lparen], exprName(l))
		}
	}
}

func exprName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		if e.Name != "_" {
			return e.Name
		}
	case *ast.SelectorExpr:
		if x := exprName(e.X); x != "" {
			return x + "." + e.Sel.Name
		}
	}
	return ""
}
