package irx

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// HasMethod reports whether the method set of t, or of a pointer to t, has an
// exported method of that name.
func HasMethod(t types.Type, name string) bool { return Method(t, name) != nil }

// Method returns the exported method of that name in the method set of t or of
// a pointer to t, or nil.
func Method(t types.Type, name string) *types.Func {
	if t == nil {
		return nil
	}
	if _, ok := t.Underlying().(*types.Pointer); ok && types.IsInterface(Deref(t)) {
		return nil
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	fn, _ := obj.(*types.Func)
	return fn
}

// Deref returns what a pointer type points to, and any other type as it is.
func Deref(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// maxNested bounds how often elements may have elements.
const maxNested = 8

// Element returns what the elements of a slice or an array are in the end, and any
// other type as it is; nil when there is no end, as in "type T []T".
func Element(t types.Type) types.Type {
	for range maxNested {
		switch u := t.Underlying().(type) {
		case *types.Slice:
			t = u.Elem()
		case *types.Array:
			t = u.Elem()
		default:
			return t
		}
	}
	return nil
}

// Closable reports whether t has a Close method: what can close a connection
// that it is given. A type parameter is closable when its constraint is.
func Closable(t types.Type) bool { return HasMethod(t, "Close") }

// CanEnd reports whether t has a method that ends a connection: those of QUIC and
// some WebSockets have another one than Close.
func CanEnd(t types.Type) bool {
	return Closable(t) || HasMethod(t, "CloseWithError") || HasMethod(t, "CloseNow")
}

// ResourceKind tells what kind of network resource the type is by the methods
// it has, never by its name; ok is false when it is none. Files, which also
// read, write and close, have no addresses and no deadlines that matter and are
// not taken for connections unless they are sockets' (netmodel says so).
func ResourceKind(t types.Type) (kind netmodel.Kind, ok bool) {
	switch {
	case t == nil || !Closable(t):
		return 0, false
	case HasMethod(t, "Seek") || HasMethod(t, "Readdir"):
		return 0, false
	case HasMethod(t, "ReadFrom") && HasMethod(t, "WriteTo") && HasMethod(t, "LocalAddr"):
		if HasMethod(t, "Read") && HasMethod(t, "RemoteAddr") && !isPacket(t) {
			return netmodel.Conn, true
		}
		return netmodel.PacketConn, true
	case HasMethod(t, "Read") && HasMethod(t, "Write") && hasConnMethod(t):
		return netmodel.Conn, true
	case acceptMethod(t) != nil && HasMethod(t, "Addr"):
		return netmodel.Listener, true
	}
	return 0, false
}

func hasConnMethod(t types.Type) bool {
	return HasMethod(t, "RemoteAddr") || HasMethod(t, "LocalAddr") || HasMethod(t, "SetReadDeadline") || HasMethod(t, "SetDeadline")
}

// IsEndpoint reports whether t can be closed and has addresses or deadlines of its
// own: a connection, also one that is read by messages (a websocket).
func IsEndpoint(t types.Type) bool { return Closable(t) && hasConnMethod(t) }

// IsChannel reports whether t is a channel of an SSH connection, or what wraps one (a
// session): whoever serves the connection ends it, at the latest with the connection.
func IsChannel(t types.Type) bool {
	return Closable(t) && HasMethod(t, "SendRequest") && HasMethod(t, "CloseWrite") && HasMethod(t, "Stderr")
}

// isPacket reports whether ReadFrom is the method of net.PacketConn, which
// returns an address, and not io.ReaderFrom's.
func isPacket(t types.Type) bool {
	m := Method(t, "ReadFrom")
	return m != nil && m.Signature().Results().Len() == 3
}

func acceptMethod(t types.Type) *types.Func {
	for _, name := range []string{"Accept", "AcceptTCP", "AcceptConn", "AcceptStream"} {
		if m := Method(t, name); m != nil && m.Signature().Results().Len() > 0 {
			return m
		}
	}
	return nil
}

// IsError reports whether t is the predeclared type error. It is compared by its
// name: go/types cannot compare the types that go/ssa has for itself (iterators).
func IsError(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj() == types.Universe.Lookup("error")
}

// IsContext reports whether t is context.Context.
func IsContext(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "context" && n.Obj().Name() == "Context"
}

var errorType = types.Universe.Lookup("error").Type().Underlying().(*types.Interface)

// TellsFailure reports whether a value of type t that is not nil is an error: t is
// error, or an interface or pointer of a package's own with its method, and nothing
// that one closes.
func TellsFailure(t types.Type) bool {
	if IsError(t) {
		return true
	}
	if _, param := types.Unalias(t).(*types.TypeParam); param {
		return false
	}
	switch t.Underlying().(type) {
	case *types.Interface, *types.Pointer:
		return types.Implements(t, errorType) && !Closable(t)
	}
	return false
}

// IsBool reports whether t is a boolean type.
func IsBool(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

// IsBytes reports whether t is a slice of bytes.
func IsBytes(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	return ok && types.Identical(s.Elem(), types.Typ[types.Byte])
}

// Nilable reports whether nil is a value of t.
func Nilable(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Slice, *types.Map, *types.Chan, *types.Signature:
		return true
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	}
	return false
}

// IsStream reports whether t reads, writes and closes like a connection, whatever
// else it can do, and is no file.
func IsStream(t types.Type) bool {
	return Closable(t) && HasMethod(t, "Read") && HasMethod(t, "Write") && !HasMethod(t, "Seek") && !HasMethod(t, "Stat")
}

// IsResourceStruct reports whether t is (a pointer to) a struct of the standard
// library that is a resource itself: what is in it is its own business.
func IsResourceStruct(t types.Type) bool {
	switch TypePackage(t) {
	case "net", "crypto/tls", "os", "net/http", "bufio":
		return true
	}
	return false
}

// TypePackage returns the path of the package that declares t, or what t points
// to; "" when t has no name.
func TypePackage(t types.Type) string {
	n, ok := types.Unalias(Deref(t)).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return ""
	}
	return n.Obj().Pkg().Path()
}

// IsNil reports whether v is written as nil.
func IsNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.IsNil()
}
