package netmodel

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"sync"
	"testing"
)

// importer finds what the calls of testdata import.
type importer map[string]*types.Package

func (m importer) Import(path string) (*types.Package, error) {
	if p := m[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("testdata does not import %s", path)
}

// check type-checks a package of one file.
func check(t *testing.T, path, src string) (*types.Package, *types.Info) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "src.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Uses: make(map[*ast.Ident]types.Object)}
	conf := types.Config{Importer: importer(importClosure(calls(t).Types))}
	pkg, err := conf.Check(path, fset, []*ast.File{file}, info)
	if err != nil {
		t.Fatal(err)
	}
	return pkg, info
}

// used returns the function that src uses under a name.
func used(t *testing.T, info *types.Info, name string) *types.Func {
	t.Helper()
	for id, obj := range info.Uses {
		if fn, ok := obj.(*types.Func); ok && id.Name == name {
			return fn
		}
	}
	t.Fatalf("no use of %s", name)
	return nil
}

const poolSrc = `package pool
import "net"
type Conn struct { net.Conn }
type Pool[T any] struct{}
func (p *Pool[T]) Get() (T, error) { panic(0) }
func New(c net.Conn) (*Conn, error) { return nil, nil }
`

func TestOfUserRow(t *testing.T) {
	pkg, _ := check(t, "example.com/pool", poolSrc)
	rows := []Row{
		{"example.com/pool.New", take(0, OnFailure)},
		{"net.Dial", borrow()},
	}
	m := Resolve(pkg, rows)
	newFunc := pkg.Scope().Lookup("New").(*types.Func)
	if got := m.Of(newFunc); got == nil || got.String() != "takes operand 0 onFailure" {
		t.Errorf("New: got %v", got)
	}
	dial := importClosure(pkg)["net"].Scope().Lookup("Dial").(*types.Func)
	if got := m.Of(dial); got == nil || got.String() != "borrows" {
		t.Errorf("net.Dial: got %v, want the user's row", got)
	}
	if got := Resolve(pkg, nil).Of(dial); got == nil || got.String() != "acquires result 0 (conn)" {
		t.Errorf("net.Dial: got %v, want the built-in row", got)
	}
}

// TestOfPromoted: what is said of a method that another package's type
// promotes would be said of every user of the promoted one.
func TestOfPromoted(t *testing.T) {
	pkg, _ := check(t, "example.com/pool", poolSrc)
	row := Row{"(*example.com/pool.Conn).Close", borrow()}
	closeFunc := lookup(importClosure(pkg)["net"], "(net.Conn).Close")
	if got := Resolve(pkg, []Row{row}).Of(closeFunc); got == nil || got.String() != "releases operand 0" {
		t.Errorf("net.Conn.Close: got %v", got)
	}
	errs := Check([]Row{row}, pkg)
	if len(errs) != 1 || !strings.Contains(errs[0].Error(), "declares no such function") {
		t.Errorf("Check: got %v", errs)
	}
}

func TestOfGeneric(t *testing.T) {
	_, info := check(t, "example.com/use", `package use
import ("errors"; "net"; "sync/atomic")
func f(p *atomic.Pointer[net.TCPConn], c *net.TCPConn, err error) {
	p.Store(c)
	_, _ = errors.AsType[*net.OpError](err)
}`)
	m := Resolve(nil, nil)
	for name, want := range map[string]string{"Store": "takes operand 1 always", "AsType": "true means non-nil operand 0"} {
		if got := m.Of(used(t, info, name)); got == nil || got.String() != want {
			t.Errorf("%s: got %v, want %s", name, got, want)
		}
	}
	pkg, _ := check(t, "example.com/pool", poolSrc)
	m = Resolve(pkg, []Row{{"(*example.com/pool.Pool).Get", acquire(0, Conn)}})
	if m.Of(lookup(pkg, "(*example.com/pool.Pool).Get")) == nil {
		t.Error("no row of a generic type's method")
	}
}

// TestOfMisfit: a row that does not fit the version at hand says nothing.
func TestOfMisfit(t *testing.T) {
	pkg, _ := check(t, "example.com/pool", poolSrc)
	newFunc := pkg.Scope().Lookup("New").(*types.Func)
	for _, test := range []struct {
		spec Spec
		want string
	}{
		{take(1, Always), "takes operand 1, but the function has no such operand"},
		{acquire(2, Conn), "acquires result 2, but the function has no such result"},
		{acquire(0, FD), "acquires result 0 as fd, but it is a *example.com/pool.Conn"},
		{waitCtx(0, Read, 0), "peer.context operand 0 is a net.Conn, not a context.Context"},
		{bound(0, BothDirs, 0), "deadline.time operand 0 is a net.Conn, not a time.Time or time.Duration"},
		{backlog(0), "backlog operand 0 is a net.Conn, not an integer"},
		{trueMeansNonNil(0), "trueMeansNonNil, but the last result is no bool"},
		{nilOf(3, 0), "nilOf operand 3, but the function has no such operand"},
	} {
		row := Row{"example.com/pool.New", test.spec}
		if got := Resolve(pkg, []Row{row}).Of(newFunc); got != nil {
			t.Errorf("%s: resolved to %s", test.want, got)
		}
		errs := Check([]Row{row}, pkg)
		if len(errs) != 1 || errs[0].Error() != "example.com/pool.New: "+test.want {
			t.Errorf("Check: got %v, want %s", errs, test.want)
		}
	}
	row := Row{"net.JoinHostPort", take(0, OnFailure)}
	if errs := Check([]Row{row}, pkg); len(errs) != 1 {
		t.Errorf("Check: got %v, want that JoinHostPort cannot fail", errs)
	}
}

func TestOfNothing(t *testing.T) {
	m := Resolve(nil, nil)
	errorMethod := types.Universe.Lookup("error").Type().Underlying().(*types.Interface).Method(0)
	if m.Of(nil) != nil || m.Of(errorMethod) != nil || m.OfField(nil) != nil {
		t.Error("something is said of nothing")
	}
}

func TestOfField(t *testing.T) {
	m := Resolve(nil, nil)
	for _, r := range fieldRows() {
		path, _, _ := splitField(r.Field)
		v := lookupField(importClosure(calls(t).Types)[path], r.Field)
		if got := m.OfField(v); got == nil || *got != r.Spec {
			t.Errorf("%s: got %v, want %v", r.Field, got, r.Spec)
		}
	}
}

// TestOfConcurrently is for the race detector: drivers share a model.
func TestOfConcurrently(t *testing.T) {
	seen := importClosure(calls(t).Types)
	m := Resolve(nil, nil)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, r := range stdNet() {
				if m.Of(lookup(seen["net"], r.Func)) == nil {
					t.Errorf("%s: no row", r.Func)
				}
			}
		})
	}
	wg.Wait()
}

// BenchmarkResolve makes a model and asks it of what a small server calls: it
// is what each analyzed package pays.
func BenchmarkResolve(b *testing.B) {
	benchmarkOf(b, []string{
		"net.Listen", "(net.Listener).Accept", "(net.Listener).Close", "(net.Conn).Close", "(net.Conn).Read", "(net.Conn).Write",
		"(net.Conn).SetDeadline", "(net.Conn).RemoteAddr", "crypto/tls.Server", "(*crypto/tls.Conn).Handshake", "(*crypto/tls.Conn).Close",
		"io.ReadFull", "io.Copy", "bufio.NewReader", "(*bufio.Reader).ReadString", "fmt.Fprintf", "fmt.Errorf", "errors.Is", "log.Printf", "time.Sleep",
	})
}

// BenchmarkResolveAll asks of every function that has a row.
func BenchmarkResolveAll(b *testing.B) {
	var keys []string
	for _, r := range Rows() {
		keys = append(keys, r.Func)
	}
	benchmarkOf(b, keys)
}

func benchmarkOf(b *testing.B, keys []string) {
	seen := importClosure(calls(b).Types)
	var fns []*types.Func
	for _, key := range keys {
		path, _, _ := splitKey(key)
		fns = append(fns, lookup(seen[path], key))
	}
	b.ReportAllocs()
	for b.Loop() {
		m := Resolve(nil, nil)
		for i, fn := range fns {
			if m.Of(fn) == nil {
				b.Fatalf("no row of %s", keys[i])
			}
		}
	}
}

// BenchmarkIndex makes the tables and their index: what a process pays once.
func BenchmarkIndex(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		newIndex(append(otherTopics(), stdTopics...)...)
		newIndex(append(otherTopics(), xTopics...)...)
		newIndex(thirdPartyTopics...)
	}
}
