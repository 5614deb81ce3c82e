package feasible

import (
	"log"
	"net"
	"strings"
)

type linkMode uint8

const (
	mainLink linkMode = iota
	tranLink
	sideLink
)

// StartLinks calls these with constants only.
func StartLinks(addr string, quiet bool, modes []linkMode) {
	go goodAllModes(addr, mainLink)
	goodAllModes(addr, tranLink)
	go badOtherMode(addr, mainLink)
	badOtherMode(addr, sideLink)
	badAnyMode(addr, mainLink)
	badAnyMode(addr, modes[0])
	passesMode(addr, mainLink)
	passesMode(addr, tranLink)
	mode := mainLink
	if quiet {
		mode = tranLink
	}
	goodChosen(addr, mode)
	goodChosen(addr, pickMode(addr))
	badAsValue(addr, mainLink)
	log.Print(badAsValue)
	goodNames(addr, "main")
	goodNames(addr, "tran")
	goodNames(addr, "side")
	goodFlag(addr, true)
	badFlag(addr, true)
	badFlag(addr, false)
	goodNil(addr, nil)
	badNil(addr, nil)
	badNil(addr, log.Default())
	goodLogger(addr, &lines{})
	goodOrder(addr, 3)
	goodOrder(addr, 5)
	badOrder(addr, 5)
	badOrder(addr, 1)
	goodLater(addr, mainLink)
	goodLater(addr, tranLink)
	badTwice(addr, mainLink)
	badTwice(addr, tranLink)
	if err := goodSelf(addr, 0, 3); err != nil {
		log.Print(err)
	}
	lits(addr)
}

// pickMode returns one of the two.
func pickMode(addr string) linkMode {
	if strings.HasPrefix(addr, "[") {
		return tranLink
	}
	return mainLink
}

// goodAllModes: both modes that there are have an arm.
func goodAllModes(addr string, mode linkMode) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	switch mode {
	case mainLink:
		serveLink(conn)
	case tranLink:
		go serveLink(conn)
	}
}

// badOtherMode has no arm for one that is given.
func badOtherMode(addr string, mode linkMode) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed on every path \(leaks at line 93`
	if err != nil {
		return
	}
	switch mode {
	case mainLink:
		serveLink(conn)
	case tranLink:
		go serveLink(conn)
	}
}

// badAnyMode: one of the callers gives what it was given.
func badAnyMode(addr string, mode linkMode) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return
	}
	switch mode {
	case mainLink, tranLink:
		serveLink(conn)
	}
}

// passesMode passes it on.
func passesMode(addr string, mode linkMode) {
	if strings.TrimSpace(addr) != "" {
		goodPassed(addr, mode)
	}
}

// goodPassed is given it by one more function.
func goodPassed(addr string, mode linkMode) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	if mode == mainLink {
		serveLink(conn)
	} else if mode == tranLink {
		go serveLink(conn)
	}
}

// goodChosen is given a variable that is one of two, or what a function gives.
func goodChosen(addr string, mode linkMode) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	switch mode {
	case mainLink:
		serveLink(conn)
	case tranLink:
		go serveLink(conn)
	}
}

// badAsValue is a value, too.
func badAsValue(addr string, mode linkMode) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return
	}
	if mode == mainLink {
		serveLink(conn)
	}
}

// goodNames: the same with strings, of which three are left.
func goodNames(addr, name string) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	log.Print(name)
	switch name {
	case "none":
	case "side":
		conn.Close()
	case "main":
		serveLink(conn)
	case "tran":
		go serveLink(conn)
	}
}

// goodFlag is always set.
func goodFlag(addr string, serve bool) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	if !serve {
		return
	}
	serveLink(conn)
}

// badFlag is not.
func badFlag(addr string, serve bool) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return
	}
	if !serve {
		return
	}
	serveLink(conn)
}

// goodNil is given no logger.
func goodNil(addr string, l *log.Logger) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	if l != nil {
		l.Print("no")
		return
	}
	serveLink(conn)
}

// badNil is given one.
func badNil(addr string, l *log.Logger) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return
	}
	if l != nil {
		l.Print("no")
		return
	}
	serveLink(conn)
}

type lines struct{ n int }

// goodLogger is given one each time.
func goodLogger(addr string, l *lines) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	if l == nil {
		return
	}
	l.n++
	serveLink(conn)
}

// goodOrder: all are above.
func goodOrder(addr string, level int) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	if level < 2 {
		return
	}
	serveLink(conn)
}

// badOrder: one is below.
func badOrder(addr string, level int) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return
	}
	if level < 2 {
		return
	}
	serveLink(conn)
}

// goodLater asks in a literal.
func goodLater(addr string, mode linkMode) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		switch mode {
		case mainLink:
			conn.Write([]byte("m"))
			conn.Close()
		case tranLink:
			conn.Close()
		}
	}()
	<-done
}

// badTwice assigns it.
func badTwice(addr string, mode linkMode) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return
	}
	mode += linkMode(len(addr))
	switch mode {
	case mainLink, tranLink:
		serveLink(conn)
	}
}

// goodSelf calls itself.
func goodSelf(addr string, kind, n int) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		if n > 0 {
			return goodSelf(addr, kind, n-1)
		}
		return err
	}
	switch kind {
	case 0:
		return conn.Close()
	}
	return nil
}

// lits has literals in variables.
func lits(addr string) {
	good := func(mode linkMode) {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		switch mode {
		case mainLink:
			serveLink(conn)
		case tranLink:
			go serveLink(conn)
		}
	}
	good(mainLink)
	good(tranLink)
	bad := func(mode linkMode) {
		conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed on every path`
		if err != nil {
			return
		}
		switch mode {
		case mainLink:
			serveLink(conn)
		}
	}
	bad(mainLink)
	bad(sideLink)
}

func serveLink(conn net.Conn) {
	defer conn.Close()
	conn.Write([]byte("hello"))
}

// -- methods --

type linker struct{ addr string }

// Authenticate tries one method after the other.
func (l linker) Authenticate(names []string) {
	for _, name := range names {
		code := byte(255)
		if name == "none" {
			code = 0
		} else if name == "password" {
			code = 2
		} else {
			continue
		}
		l.goodSelect(code)
	}
}

// goodSelect is given 0 or 2.
func (l linker) goodSelect(code byte) {
	conn, err := net.Dial("tcp", l.addr)
	if err != nil {
		return
	}
	if code == 0 {
		serveLink(conn)
	} else if code == 2 {
		conn.Write([]byte("password"))
		conn.Close()
	} else {
		conn.Write([]byte("no"))
	}
}

type selector interface{ badSelected(byte) }

// Choose calls through an interface.
func Choose(s selector, code byte) {
	s.badSelected(code)
	linker{}.badSelected(0)
	linker{}.BadExported(0)
}

// badSelected may be given anything.
func (l linker) badSelected(code byte) {
	conn, err := net.Dial("tcp", l.addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return
	}
	if code == 0 {
		conn.Close()
	} else {
		conn.Write([]byte("no"))
	}
}

// BadExported may be called by others.
func (l linker) BadExported(code byte) {
	conn, err := net.Dial("tcp", l.addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return
	}
	if code == 0 {
		conn.Close()
	} else {
		conn.Write([]byte("no"))
	}
}
