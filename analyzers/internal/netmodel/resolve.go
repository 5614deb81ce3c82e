package netmodel

import (
	"cmp"
	"go/types"
	"slices"
	"strings"
	"sync"
)

// Model answers what is said of a function. A row is resolved when a function
// of its name is first asked for, to the function itself: what matches in the
// end is never a name. A Model may be used by several goroutines.
type Model struct {
	extra index // rows of the user

	mu    sync.RWMutex
	specs map[*types.Func]*Spec // of functions that were asked for; nil: no row
}

// index finds the rows that may be about a function: those of its package with
// its name, in the order of the tables.
type index map[funcName][]*Row

type funcName struct{ path, name string }

func (x index) add(rows []Row) {
	for i := range rows {
		path, _, name := splitKey(rows[i].Func)
		key := funcName{anyMajor(path), name}
		x[key] = append(x[key], &rows[i])
	}
}

// anyMajor removes the element of a path that gives the major version of a
// module. A row written for one version is tried on the others too; where the
// function or its signature has changed, it does not match.
func anyMajor(path string) string {
	if !strings.Contains(path, "/v") {
		return path
	}
	elems := strings.Split(path, "/")
	for i, e := range elems {
		if len(e) > 1 && e[0] == 'v' && strings.Trim(e[1:], "0123456789") == "" && i > 0 {
			return strings.Join(slices.Delete(elems, i, i+1), "/")
		}
	}
	return path
}

// The tables, made once for the process.
var (
	stdIndex        = sync.OnceValue(func() index { return newIndex(append(otherTopics(), stdTopics...)...) })
	xIndex          = sync.OnceValue(func() index { return newIndex(append(otherTopics(), xTopics...)...) })
	thirdPartyIndex = sync.OnceValue(func() index { return newIndex(thirdPartyTopics...) })
	builtinFields   = sync.OnceValue(fieldRows)
)

func newIndex(topics ...topic) index {
	x := make(index)
	for _, t := range topics {
		x.add(t())
	}
	return x
}

// builtin returns the index of the group of a path: the first element of a path
// that is not of the standard library has a dot.
func builtin(path string) index {
	first, _, _ := strings.Cut(path, "/")
	switch {
	case !strings.Contains(first, "."):
		return stdIndex()
	case strings.HasPrefix(path, "golang.org/x/"):
		return xIndex()
	default:
		return thirdPartyIndex()
	}
}

// Resolve makes the model for pkg: the built-in rows and extra. A later row
// replaces an earlier one of the same function, so a user's row wins over a
// built-in one. Rows that name no function of the version at hand, or whose
// operands do not fit its signature, say nothing; [Check] tells which.
//
// Nothing is looked up before it is asked for, so the package under analysis
// does not matter yet; a driver that has it passes it all the same.
func Resolve(_ *types.Package, extra []Row) *Model {
	m := &Model{extra: make(index, len(extra)), specs: make(map[*types.Func]*Spec)}
	m.extra.add(extra)
	return m
}

// Of returns what the model says of fn, or nil. A method of an instantiated
// type or function is looked up as its generic origin.
func (m *Model) Of(fn *types.Func) *Spec {
	if fn == nil || fn.Pkg() == nil {
		return nil
	}
	fn = fn.Origin()
	m.mu.RLock()
	spec, known := m.specs[fn]
	m.mu.RUnlock()
	if known {
		return spec
	}
	name := funcName{anyMajor(fn.Pkg().Path()), fn.Name()}
	spec = cmp.Or(match(m.extra[name], fn), match(builtin(name.path)[name], fn))
	m.mu.Lock()
	defer m.mu.Unlock()
	m.specs[fn] = spec
	return spec
}

// match returns what the last fitting row says of fn, or nil. A row written for
// the very version of fn goes before those for others.
func match(rows []*Row, fn *types.Func) *Spec {
	var other *Spec
	for _, r := range slices.Backward(rows) {
		if lookup(fn.Pkg(), r.Func) != fn || len(misfits(&r.Spec, fn.Signature())) > 0 {
			continue
		}
		if path, _, _ := splitKey(r.Func); path == fn.Pkg().Path() {
			return &r.Spec
		}
		if other == nil {
			other = &r.Spec
		}
	}
	return other
}

// OfField returns what the model says of a struct field, or nil.
func (m *Model) OfField(v *types.Var) *Field {
	if v == nil || v.Pkg() == nil || !v.IsField() {
		return nil
	}
	for _, r := range builtinFields() {
		if path, _, name := splitField(r.Field); path == v.Pkg().Path() && name == v.Name() {
			if lookupField(v.Pkg(), r.Field) == v.Origin() {
				return &r.Spec
			}
		}
	}
	return nil
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
