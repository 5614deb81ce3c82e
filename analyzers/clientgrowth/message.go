package clientgrowth

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/growth"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/registry"
	"github.com/sockvet/sockvet/analyzers/internal/report"
)

// writer puts growths in words.
type writer struct {
	pass   *analysis.Pass
	syntax *irx.Syntax
}

func (w *writer) finding(g growth.Growth) report.Finding {
	pos, end := w.syntax.Span(g.Insert.At)
	f := report.Finding{Pos: pos, End: end}
	f.Message = fmt.Sprintf("%s gets an entry for every accepted connection %s", w.place(g.Insert), w.why(g))
	if g.Accept != nil {
		f.Steps = append(f.Steps, w.step(g.Accept, "connections are accepted here"))
	}
	f.Steps = append(f.Steps, w.step(g.Insert.At, "kept here"))
	for _, r := range g.Removals {
		f.Steps = append(f.Steps, w.step(r.At, removalStep(g.Tier)))
	}
	if g.Exit != nil {
		f.Steps = append(f.Steps, w.step(g.Why, causeStep(g.How)), w.step(g.Exit, "returns without removing the entry"))
	}
	if g.Stays != nil {
		f.Steps = append(f.Steps, w.step(g.Why, "fails here"), w.step(g.Stays, staying(g.Stays)+" here, and does not come to the removal"))
	}
	return f
}

func causeStep(how growth.How) string {
	switch how {
	case growth.TimesOut:
		return "times out here"
	case growth.Refused:
		return "what is read here is not what is wanted"
	}
	return "fails here"
}

func staying(at ssa.Instruction) string {
	if _, ok := at.(*ssa.Select); ok {
		return "waits on"
	}
	return "reads on"
}

func removalStep(t growth.Tier) string {
	switch t {
	case growth.NoRemoval:
		return "removed only at shutdown"
	case growth.Unreached:
		return "never runs when a connection ends"
	case growth.OtherKey:
		return "removes another key"
	case growth.NoExit:
		return "removed at the end"
	case growth.Unsent:
		return "waits for what nobody sends"
	}
	return "removed on other ways out"
}

func (w *writer) why(g growth.Growth) string {
	const remedy = "; remove it when the connection's goroutine ends, on every way out"
	switch g.Tier {
	case growth.Discarded:
		return fmt.Sprintf("and never loses one: what %s returns to remove it is dropped", w.inserter(g)) + "; call it when the connection's goroutine ends, on every way out"
	case growth.Unreached:
		return fmt.Sprintf("and never loses one: %s, which removes it, is not called when a connection ends", w.remover(g)) + remedy
	case growth.SomeExits:
		return fmt.Sprintf("and does not lose it when %s (returns at line %d)", w.cause(g), w.line(g.Exit)) + remedy
	case growth.Unsent:
		return fmt.Sprintf("and never loses one: the removal at line %d waits for a channel on which nothing is sent", w.line(g.Removals[0].At)) + remedy
	case growth.NoExit:
		return fmt.Sprintf("and does not lose it when %s fails: %s %s (line %d)", w.failing(g.Why), funcName(g.Stays.Parent(), w.pass.Pkg), staying(g.Stays), w.line(g.Stays)) + "; end it on every error, so that it removes the entry"
	case growth.OtherKey:
		return fmt.Sprintf("and never loses one: the removal at line %d uses a key that cannot match", w.line(g.Removals[0].At)) + remedy
	}
	if len(g.Removals) > 0 {
		return fmt.Sprintf("and loses none while the server runs: it is only emptied at shutdown (line %d)", w.line(g.Removals[0].At)) + remedy
	}
	return "and never loses one: it grows until memory runs out" + remedy
}

func (w *writer) inserter(g growth.Growth) string {
	if call, ok := g.Insert.At.(ssa.CallInstruction); ok {
		return irx.CallName(call.Common(), w.pass.Pkg)
	}
	return funcName(g.Insert.At.Parent(), w.pass.Pkg)
}

func (w *writer) remover(g growth.Growth) string {
	if g.Remover != nil {
		return irx.FuncName(g.Remover, w.pass.Pkg)
	}
	for _, r := range g.Removals {
		if r.Kind == registry.Remove {
			return funcName(r.At.Parent(), w.pass.Pkg)
		}
	}
	return funcName(g.Removals[0].At.Parent(), w.pass.Pkg)
}

func funcName(fn *ssa.Function, pkg *types.Package) string {
	for ; fn.Parent() != nil; fn = fn.Parent() {
	}
	if obj, ok := fn.Object().(*types.Func); ok {
		return irx.FuncName(obj, pkg)
	}
	return fn.Name()
}

func (w *writer) cause(g growth.Growth) string {
	switch g.How {
	case growth.TimesOut:
		return "a wait times out"
	case growth.Refused:
		return "what " + w.failing(g.Why) + " returns is refused"
	}
	if g.But != nil && g.But.Pkg != nil {
		return w.failing(g.Why) + " fails otherwise than with " + g.But.Pkg.Pkg.Name() + "." + g.But.Name()
	}
	return w.failing(g.Why) + " fails"
}

func (w *writer) failing(why ssa.Instruction) string {
	if call, ok := why.(ssa.CallInstruction); ok {
		return irx.CallName(call.Common(), w.pass.Pkg)
	}
	return "something"
}

// place names a collection: "server.clients", "package variable clients".
func (w *writer) place(o *registry.Op) string {
	switch key := o.Place.Key.(type) {
	case *types.Var:
		return "field " + key.Name() + holder(o.Place.Base)
	case *ssa.Global:
		return "package variable " + key.Name()
	case ssa.Value:
		if name := irx.ValueName(key); name != "" {
			return name
		}
	}
	return "a collection"
}

func holder(base ssa.Value) string {
	if base == nil {
		return ""
	}
	t := base.Type()
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return " of " + n.Obj().Name()
	}
	return ""
}

func (w *writer) line(at ssa.Instruction) int {
	pos, _ := w.span(at)
	return w.pass.Fset.Position(pos).Line
}

func (w *writer) step(at ssa.Instruction, text string) report.Step {
	pos, end := w.span(at)
	return report.Step{Pos: pos, End: end, Message: text}
}

// span is the source of an instruction; a return that is not written stands at
// the end of its function.
func (w *writer) span(at ssa.Instruction) (pos, end token.Pos) {
	if pos, end = w.syntax.Span(at); pos.IsValid() || at.Parent().Syntax() == nil {
		return pos, end
	}
	end = at.Parent().Syntax().End()
	return end - 1, end
}
