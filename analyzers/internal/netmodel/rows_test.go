package netmodel

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// TestModelResolves demands that every row is about a function of the versions
// in testdata/go.mod and that its operands, results and kinds fit.
func TestModelResolves(t *testing.T) {
	pkg := calls(t).Types
	for _, err := range Check(Rows(), pkg) {
		t.Error(err)
	}
	seen := importClosure(pkg)
	for _, r := range fieldRows() {
		path, _, _ := splitField(r.Field)
		if seen[path] == nil || lookupField(seen[path], r.Field) == nil {
			t.Errorf("%s: no such field", r.Field)
		}
	}
}

// TestModelKeys demands that keys are unique and spelt as go/types spells
// them: a star exactly when the method needs a pointer.
func TestModelKeys(t *testing.T) {
	count := make(map[string]int)
	seen := importClosure(calls(t).Types)
	for _, r := range Rows() {
		if count[r.Func]++; count[r.Func] == 2 {
			t.Errorf("%s: two rows", r.Func)
		}
		if !key.MatchString(r.Func) {
			t.Errorf("%s: malformed key", r.Func)
			continue
		}
		path, typ, name := splitKey(r.Func)
		if typ == "" || seen[path] == nil || seen[path].Scope().Lookup(typ) == nil {
			continue
		}
		named := seen[path].Scope().Lookup(typ).Type()
		obj, _, indirect := types.LookupFieldOrMethod(named, false, nil, name)
		if star := strings.HasPrefix(r.Func, "(*"); star != (obj == nil || indirect) {
			t.Errorf("%s: star %v, but the method needs a pointer: %v", r.Func, star, !star)
		}
	}
}

// TestModelAgrees demands that rows that name one function through different
// types say the same of it: (*net.TCPConn).Read and (*net.UDPConn).Read are
// both (*net.conn).Read.
func TestModelAgrees(t *testing.T) {
	seen := importClosure(calls(t).Types)
	first := make(map[*types.Func]Row)
	for _, r := range Rows() {
		path, _, _ := splitKey(r.Func)
		if seen[path] == nil {
			continue
		}
		fn := lookup(seen[path], r.Func)
		if fn == nil {
			continue
		}
		if f, ok := first[fn]; ok && f.Spec.String() != r.Spec.String() {
			t.Errorf("%s %s, but %s %s", f.Func, &f.Spec, r.Func, &r.Spec)
		}
		first[fn] = r
	}
}

// TestModelKinds demands that whatever a row acquires can be released: by a
// Close method or by a function of the tables.
func TestModelKinds(t *testing.T) {
	seen := importClosure(calls(t).Types)
	var released []types.Type
	each := func(f func(Row, *checker)) {
		for _, r := range Rows() {
			path, _, _ := splitKey(r.Func)
			if fn := lookup(seen[path], r.Func); fn != nil {
				f(r, &checker{sig: fn.Signature()})
			}
		}
	}
	each(func(r Row, c *checker) {
		for _, i := range r.Releases {
			released = append(released, c.operand("", i))
		}
	})
	each(func(r Row, c *checker) {
		for _, a := range r.Acquires {
			typ := c.result("", a.Result)
			if a.Kind == FD || closes(typ) {
				continue
			}
			if !slices.ContainsFunc(released, func(r types.Type) bool { return types.Identical(r, typ) }) {
				t.Errorf("%s: nothing releases a %v", r.Func, typ)
			}
		}
	})
}

func closes(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, false, nil, "Close")
	_, ok := obj.(*types.Func)
	return ok
}

// TestRowsAreFresh demands that a caller cannot change the tables.
func TestRowsAreFresh(t *testing.T) {
	Rows()[0].Func = "changed"
	if Rows()[0].Func == "changed" {
		t.Error("Rows returned the tables themselves")
	}
}

// TestModelCallbacks demands that a row says when each func that the function
// is given runs: a func that no field names would be taken to be borrowed,
// and what it closes to stay open.
func TestModelCallbacks(t *testing.T) {
	seen := importClosure(calls(t).Types)
	for _, r := range Rows() {
		path, _, _ := splitKey(r.Func)
		fn := lookup(seen[path], r.Func)
		if fn == nil {
			continue
		}
		named := slices.Clone(r.Registers)
		for _, i := range []*int{r.Runs, r.Spawns} {
			if i != nil {
				named = append(named, *i)
			}
		}
		first := 0
		if fn.Signature().Recv() != nil {
			first = 1
		}
		for i := range fn.Signature().Params().Len() {
			_, isFunc := fn.Signature().Params().At(i).Type().Underlying().(*types.Signature)
			if isFunc && !slices.Contains(named, first+i) {
				t.Errorf("%s: the row does not say when operand %d is called", r.Func, first+i)
			}
		}
	}
}

// TestTopicGroups demands that a row is in the group that its path asks.
func TestTopicGroups(t *testing.T) {
	for _, r := range Rows() {
		path, _, name := splitKey(r.Func)
		if len(builtin(path)[funcName{anyMajor(path), name}]) == 0 {
			t.Errorf("%s: its table is in another group than its path says", r.Func)
		}
	}
}

// TestModelCoversNet demands a row for every function and method of net and
// crypto/tls that makes a connection or listener or is called on one, so that
// a new release of Go cannot add one unseen.
func TestModelCoversNet(t *testing.T) {
	seen := importClosure(calls(t).Types)
	m := Resolve(nil, nil)
	need := func(fn *types.Func, what string) {
		if fn.Exported() && m.Of(fn) == nil {
			t.Errorf("%v %s and has no row", fn, what)
		}
	}
	for _, path := range []string{"net", "crypto/tls"} {
		scope := seen[path].Scope()
		for _, name := range scope.Names() {
			switch obj := scope.Lookup(name).(type) {
			case *types.Func:
				if makesConn(obj) {
					need(obj, "makes a connection")
				}
			case *types.TypeName:
				if !obj.Exported() {
					continue
				}
				mset := types.NewMethodSet(pointerTo(obj.Type()))
				for i := range mset.Len() {
					fn := mset.At(i).Obj().(*types.Func)
					if closes(pointerTo(obj.Type())) && name != "QUICConn" { // no descriptor
						need(fn, "is called on a connection")
					} else if makesConn(fn) {
						need(fn, "makes a connection")
					}
				}
			}
		}
	}
}

func makesConn(fn *types.Func) bool {
	for v := range fn.Signature().Results().Variables() {
		if closes(v.Type()) && !strings.HasSuffix(v.Type().String(), "QUICConn") {
			return true
		}
	}
	return false
}

func pointerTo(t types.Type) types.Type {
	if types.IsInterface(t) {
		return t
	}
	return types.NewPointer(t)
}

// TestOtherSystems resolves the rows of functions that Linux lacks where they
// are, and demands that the other rows fit there too when they exist.
func TestOtherSystems(t *testing.T) {
	for goos, only := range map[string]topic{"darwin": darwinRows, "windows": windowsRows} {
		cfg := &packages.Config{
			Mode: packages.NeedName | packages.NeedImports | packages.NeedDeps | packages.NeedSyntax |
				packages.NeedTypes | packages.NeedTypesInfo, // from source: nothing is built for that system
			Dir: moduleDir,
			Env: append(os.Environ(), "GOOS="+goos, "CGO_ENABLED=0"),
			// Signatures are all that is asked for.
			ParseFile: func(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
				file, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
				for _, d := range file.Decls {
					if fn, ok := d.(*ast.FuncDecl); ok {
						fn.Body = nil
					}
				}
				return file, err
			},
		}
		pkgs, err := packages.Load(cfg, "syscall", map[string]string{"darwin": "golang.org/x/sys/unix", "windows": "golang.org/x/sys/windows"}[goos])
		if err != nil {
			t.Fatal(err)
		}
		for _, pkg := range pkgs {
			for _, err := range Check(only(), pkg.Types) {
				t.Errorf("%s: %v", goos, err)
			}
			for _, err := range Check(Rows(), pkg.Types) {
				if !strings.Contains(err.Error(), "declares no such function") {
					t.Errorf("%s: %v", goos, err)
				}
			}
		}
	}
}
