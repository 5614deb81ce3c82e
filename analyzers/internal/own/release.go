package own

import (
	"go/types"
	"unicode"
	"unicode/utf8"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- releases by name --

// releaseNames are the methods that end an object whose type is not known
// otherwise. Taking one of them for a release errs towards silence.
var releaseNames = map[string]bool{
	"Close": true, "CloseNow": true, "CloseWithError": true, "CloseConn": true, "Shutdown": true, "Stop": true, "Terminate": true, "Abort": true,
	"Disconnect": true, "Destroy": true, "Release": true, "Kill": true, "Exit": true, "Quit": true, "Unbind": true, "Logout": true, "Free": true, "Drop": true, "Reset": true, "ResetWithError": true,
}

// saysRelease reports whether a method's name is one of them, exported or not.
func saysRelease(name string) bool {
	first, n := utf8.DecodeRuneInString(name)
	return releaseNames[string(unicode.ToUpper(first))+name[n:]]
}

// endable reports whether a value of type t may close what it leads to: it has
// a Close method, or is an interface with a method that ends something.
func endable(t types.Type) bool {
	if irx.CanEnd(t) {
		return true
	}
	iface, ok := t.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for m := range iface.Methods() {
		if saysRelease(m.Name()) {
			return true
		}
	}
	return false
}
