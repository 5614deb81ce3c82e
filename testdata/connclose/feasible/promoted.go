package feasible

import "net"

// -- methods that are called as others, or as values --

// mixed has a method of its pointers, too: only these are resetters.
type mixed struct{ addr string }

func (m *mixed) reset() { m.addr = "" }

type mixedResetter interface {
	badMixed(mode linkMode)
	reset()
}

// ResetMixed calls a method of values through an interface that only pointers have.
func ResetMixed(r mixedResetter, mode linkMode) {
	r.badMixed(mode)
	r.reset()
	mixed{}.badMixed(mainLink)
}

// badMixed may be given anything.
func (m mixed) badMixed(mode linkMode) {
	conn, err := net.Dial("tcp", m.addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return
	}
	if mode == mainLink {
		conn.Close()
	}
}

// mixedFailer has the same for an error.
type mixedFailer interface {
	badMixedNil(err error)
	reset()
}

// FailMixed gives what it was given.
func FailMixed(f mixedFailer, err error) {
	f.reset()
	f.badMixedNil(err)
	mixed{}.badMixedNil(nil)
}

// badMixedNil may be given an error.
func (m mixed) badMixedNil(given error) {
	conn, err := net.Dial("tcp", m.addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return
	}
	if given != nil {
		return
	}
	conn.Close()
}

// embedded is part of types that are more than it.
type embeddedLink struct{ addr string }

type outerLink struct{ embeddedLink }

func (o outerLink) reset() {}

type promoter interface {
	badPromoted(mode linkMode)
	reset()
}

// Promote calls it as a method of another type.
func Promote(addr string, mode linkMode) {
	var p promoter = outerLink{embeddedLink{addr}}
	p.badPromoted(mode)
	embeddedLink{addr}.badPromoted(mainLink)
	embeddedLink{addr}.goodAlone(mainLink)
}

func (l embeddedLink) badPromoted(mode linkMode) {
	conn, err := net.Dial("tcp", l.addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return
	}
	if mode == mainLink {
		conn.Close()
	}
}

// goodAlone is in no interface.
func (l embeddedLink) goodAlone(mode linkMode) {
	conn, err := net.Dial("tcp", l.addr)
	if err != nil {
		return
	}
	if mode == mainLink {
		conn.Close()
	}
}

// initialChooser is called where the variables of the package are made.
var (
	initialChooser chooser = linker{}
	initialChoice          = initialChooser.badInitial(sideLink)
)

type chooser interface{ badInitial(linkMode) bool }

// CallInitial calls it once more.
func CallInitial(l linker) bool { return l.badInitial(mainLink) || initialChoice }

// badInitial may be given both.
func (l linker) badInitial(mode linkMode) bool {
	conn, err := net.Dial("tcp", l.addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return false
	}
	if mode == mainLink {
		conn.Close()
	}
	return true
}

// CallValues calls a method by a value of it.
func CallValues(l linker) {
	f := l.badMethodValue
	f(sideLink, mainLink)
	g := linker.badMethodExpr
	g(l, sideLink)
	l.badMethodExpr(mainLink)
}

// badMethodValue is not given mainLink first.
func (l linker) badMethodValue(mode, other linkMode) {
	conn, err := net.Dial("tcp", l.addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return
	}
	if mode == mainLink {
		conn.Close()
	}
}

func (l linker) badMethodExpr(mode linkMode) {
	conn, err := net.Dial("tcp", l.addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return
	}
	if mode == mainLink {
		conn.Close()
	}
}
