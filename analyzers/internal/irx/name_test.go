package irx

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

const named = `package p

type client[T any] struct{}

func (*client[T]) auth() {}

func Serve[Request, Reply any](answer func(Request) Reply) error { return nil }

type local interface{ Run() }
`

func typed(t *testing.T, src string) *types.Package {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := (&types.Config{Importer: importer.Default()}).Check("example.org/p", fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

func method(t *testing.T, typ types.Type, pkg *types.Package, name string) *types.Func {
	t.Helper()
	obj, _, _ := types.LookupFieldOrMethod(typ, true, pkg, name)
	fn, ok := obj.(*types.Func)
	if !ok {
		t.Fatalf("%v has no method %s", typ, name)
	}
	return fn
}

// TestFuncName asks for the name of everything that a call can reach: what is generic, instances of it, and what
// belongs to no package, seen from a package and from none.
func TestFuncName(t *testing.T) {
	pkg := typed(t, named)
	other := types.NewPackage("example.org/q", "q")
	scope := pkg.Scope()
	client := scope.Lookup("client").Type()
	instance, err := types.Instantiate(nil, client, []types.Type{types.Typ[types.Int]}, true)
	if err != nil {
		t.Fatal(err)
	}
	serve := scope.Lookup("Serve").(*types.Func)
	for _, c := range []struct {
		fn   *types.Func
		pkg  *types.Package
		want string
	}{
		{serve, pkg, "Serve"},
		{serve, other, "p.Serve"},
		{serve, nil, "p.Serve"},
		{method(t, client, pkg, "auth"), pkg, "(*client).auth"},
		{method(t, instance, pkg, "auth"), other, "(*p.client).auth"},
		{method(t, scope.Lookup("local").Type(), pkg, "Run"), other, "(p.local).Run"},
		{method(t, types.Universe.Lookup("error").Type(), nil, "Error"), pkg, "(error).Error"},
		{types.NewFunc(token.NoPos, nil, "len", types.NewSignatureType(nil, nil, nil, nil, nil, false)), pkg, "len"},
	} {
		if got := FuncName(c.fn, c.pkg); got != c.want {
			t.Errorf("FuncName(%v, %v) = %q, want %q", c.fn, c.pkg, got, c.want)
		}
	}
}
