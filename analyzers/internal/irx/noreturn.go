package irx

import "go/types"

// NoReturn reports whether the model says that a call of fn never comes back to
// its caller. It is what every analyzer passes to [Package.Build]: the SSA form
// is built once for all of them, so they have to agree on where it ends.
func (p *Package) NoReturn(fn *types.Func) bool {
	spec := p.Model.Of(fn)
	return spec != nil && spec.NoReturn
}
