package netmodel

import (
	"go/types"
	"strings"
)

// Model is the table resolved for one package and what it imports: a map from
// the function itself, never from its name.
type Model struct {
	specs map[*types.Func]*Spec
}

// Of returns what the model says of fn, or nil. A method of an instantiated
// type or function is looked up as its generic origin.
func (m *Model) Of(fn *types.Func) *Spec {
	if fn == nil {
		return nil
	}
	return m.specs[fn.Origin()]
}

// Resolve looks the built-in rows and extra up in pkg and everything it
// imports, directly or not. Rows of packages that are not imported are skipped.
// Later rows replace earlier ones, so a user's row wins over a built-in one.
func Resolve(pkg *types.Package, extra []Row) *Model {
	m := &Model{specs: make(map[*types.Func]*Spec)}
	byPath := importClosure(pkg)
	for _, rows := range [][]Row{std, extended, thirdParty, extra} {
		for i := range rows {
			r := &rows[i]
			if fn := lookup(byPath, r.Func); fn != nil {
				m.specs[fn] = &r.Spec
			}
		}
	}
	return m
}

// importClosure maps the path of each package that pkg can see to the package.
func importClosure(pkg *types.Package) map[string]*types.Package {
	seen := map[string]*types.Package{}
	var visit func(*types.Package)
	visit = func(p *types.Package) {
		if seen[p.Path()] != nil {
			return
		}
		seen[p.Path()] = p
		for _, q := range p.Imports() {
			visit(q)
		}
	}
	visit(pkg)
	return seen
}

// lookup finds the function that key names, or nil when its package is not
// among byPath or has no such function (an older version of a module).
func lookup(byPath map[string]*types.Package, key string) *types.Func {
	path, typ, name := splitKey(key)
	pkg := byPath[path]
	if pkg == nil {
		return nil
	}
	if typ == "" {
		fn, _ := pkg.Scope().Lookup(name).(*types.Func)
		return fn
	}
	tn, _ := pkg.Scope().Lookup(typ).(*types.TypeName)
	if tn == nil {
		return nil
	}
	// The method set, not the declared methods: (*net.TCPConn).Close is
	// declared as (*net.conn).Close and only promoted.
	obj, _, _ := types.LookupFieldOrMethod(tn.Type(), true, pkg, name)
	fn, _ := obj.(*types.Func)
	return fn
}

// splitKey takes a key apart: "(*a/b.T).M" is "a/b", "T", "M", and "a/b.F" is
// "a/b", "", "F".
func splitKey(key string) (path, typ, name string) {
	if strings.HasPrefix(key, "(") {
		end := strings.LastIndex(key, ")")
		recv := strings.TrimPrefix(key[1:end], "*")
		dot := strings.LastIndex(recv, ".")
		return recv[:dot], recv[dot+1:], strings.TrimPrefix(key[end+1:], ".")
	}
	dot := strings.LastIndex(key, ".")
	return key[:dot], "", key[dot+1:]
}
