package netmodel

import (
	"go/types"
	"slices"
	"strings"
	"sync"
)

// Model answers what is said of a function. It is a table from the functions
// themselves, never from their names, filled one package at a time when a
// function of that package is first asked for: most packages call into few of
// the packages that have rows. A Model may be used by several goroutines.
type Model struct {
	extra map[string][]*Row // rows of the user, by package path

	mu   sync.RWMutex
	pkgs map[*types.Package]*table
}

// table is what the rows say of one package.
type table struct {
	funcs  map[*types.Func]*Spec
	fields map[*types.Var]*Field
}

// Resolve makes the model for pkg: the built-in rows and extra. A later row
// replaces an earlier one of the same function, so a user's row wins over a
// built-in one. Rows that name no function of the version at hand, or whose
// operands do not fit its signature, say nothing; [Check] tells which.
//
// Nothing is looked up before it is asked for, so the package under analysis
// does not matter yet; a driver that has it passes it all the same.
func Resolve(_ *types.Package, extra []Row) *Model {
	return &Model{extra: byPackage(extra), pkgs: make(map[*types.Package]*table)}
}

// Of returns what the model says of fn, or nil. A method of an instantiated
// type or function is looked up as its generic origin.
func (m *Model) Of(fn *types.Func) *Spec {
	if fn == nil || fn.Pkg() == nil {
		return nil
	}
	t := m.table(fn.Pkg())
	if t == nil {
		return nil
	}
	return t.funcs[fn.Origin()]
}

// OfField returns what the model says of a struct field, or nil.
func (m *Model) OfField(v *types.Var) *Field {
	if v == nil || v.Pkg() == nil {
		return nil
	}
	t := m.table(v.Pkg())
	if t == nil {
		return nil
	}
	return t.fields[v.Origin()]
}

// table returns the table of one package, made on first use; nil if no row is
// about it.
func (m *Model) table(pkg *types.Package) *table {
	m.mu.RLock()
	t, ok := m.pkgs[pkg]
	m.mu.RUnlock()
	if ok {
		return t
	}
	t = m.build(pkg)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pkgs[pkg] = t
	return t
}

// build resolves the rows of one package.
func (m *Model) build(pkg *types.Package) *table {
	rows := builtin().funcs[pkg.Path()]
	extra := m.extra[pkg.Path()]
	fields := builtin().fields[pkg.Path()]
	if len(rows)+len(extra)+len(fields) == 0 {
		return nil
	}
	t := &table{funcs: make(map[*types.Func]*Spec, len(rows)+len(extra)), fields: make(map[*types.Var]*Field, len(fields))}
	for _, r := range slices.Concat(rows, extra) {
		if fn := lookup(pkg, r.Func); fn != nil && len(misfits(&r.Spec, fn.Signature())) == 0 {
			t.funcs[fn] = &r.Spec
		}
	}
	for _, r := range fields {
		if v := lookupField(pkg, r.Field); v != nil {
			t.fields[v] = &r.Spec
		}
	}
	return t
}

// tables are the built-in rows by the path of their package.
type tables struct {
	funcs  map[string][]*Row
	fields map[string][]*FieldRow
}

// builtin groups the built-in rows, once for the process.
var builtin = sync.OnceValue(func() tables {
	t := tables{funcs: byPackage(Rows()), fields: make(map[string][]*FieldRow)}
	fields := fieldRows()
	for i := range fields {
		path, _, _ := splitField(fields[i].Field)
		t.fields[path] = append(t.fields[path], &fields[i])
	}
	return t
})

func byPackage(rows []Row) map[string][]*Row {
	m := make(map[string][]*Row)
	for i := range rows {
		path, _, _ := splitKey(rows[i].Func)
		m[path] = append(m[path], &rows[i])
	}
	return m
}

// lookup finds the function of pkg that key names, or nil when pkg has no such
// function (an older version of a module) or only promotes it from a type of
// another package: what is said there would be said of every user of that type.
func lookup(pkg *types.Package, key string) *types.Func {
	_, typ, name := splitKey(key)
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
	if fn == nil || fn.Pkg() != pkg {
		return nil
	}
	return fn.Origin()
}

// lookupField finds the field of pkg that key names, or nil.
func lookupField(pkg *types.Package, key string) *types.Var {
	_, typ, name := splitField(key)
	tn, _ := pkg.Scope().Lookup(typ).(*types.TypeName)
	if tn == nil {
		return nil
	}
	obj, _, _ := types.LookupFieldOrMethod(tn.Type(), true, pkg, name)
	v, _ := obj.(*types.Var)
	return v
}

// splitKey takes a key apart: "(*a/b.T).M" is "a/b", "T", "M", and "a/b.F" is
// "a/b", "", "F". The key is well formed: the test sees to the built-in ones
// and [Load] to the user's.
func splitKey(key string) (path, typ, name string) {
	if recv, ok := strings.CutPrefix(key, "("); ok {
		recv, name, _ = strings.Cut(strings.TrimPrefix(recv, "*"), ").")
		path, typ = cutLastDot(recv)
		return path, typ, name
	}
	path, name = cutLastDot(key)
	return path, "", name
}

// splitField takes "a/b.T.F" apart.
func splitField(key string) (path, typ, name string) {
	rest, name := cutLastDot(key)
	path, typ = cutLastDot(rest)
	return path, typ, name
}

func cutLastDot(s string) (before, after string) {
	dot := strings.LastIndex(s, ".")
	if dot < 0 {
		return "", s
	}
	return s[:dot], s[dot+1:]
}
