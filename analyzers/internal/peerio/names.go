package peerio

import (
	"go/types"
	"strings"
	"unicode"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what names may say --
//
// A name decides nothing alone. It says whether a wait that was found is an
// exchange, and it lets a dynamic call of unknown code that turns an accepted
// connection into another one be guessed to wait.

// exchangeName reports whether a function or its receiver type is named for an
// exchange that comes before the service: a handshake, an authentication, a
// PROXY header.
func exchangeName(fn *types.Func) bool {
	if fn == nil {
		return false
	}
	if exchangeWords(words(fn.Name())) {
		return true
	}
	recv := fn.Signature().Recv()
	if recv == nil {
		return false
	}
	t := recv.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && exchangeType(words(n.Obj().Name()))
}

// exchangeType reports whether a type is named for an exchange itself, and not
// for a server or a connection that makes one among other things.
func exchangeType(ws []string) bool {
	if len(ws) == 0 || !exchangeWords(ws) {
		return false
	}
	switch ws[len(ws)-1] {
	case "server", "service", "conn", "connection", "session", "client", "peer", "listener", "handler",
		"manager", "proxy", "tunnel", "transport", "stream", "reader", "writer", "cache", "store", "config":
		return false
	}
	return true
}

func exchangeWords(ws []string) bool {
	for i, w := range ws {
		switch w {
		case "handshake", "handshaker", "shake", "auth", "authenticate", "authentication", "authorize",
			"authenticator", "login", "logon", "preface", "kex", "keyexchange", "greeting", "negotiate", "negotiation":
			return true
		case "hand", "key":
			if i+1 < len(ws) && (ws[i+1] == "shake" || ws[i+1] == "exchange") {
				return true
			}
		case "proxy", "ssh":
			if i+1 < len(ws) && introduces(ws[i+1]) {
				return true
			}
		}
	}
	return false
}

// introduces reports whether a word after PROXY or SSH means its opening: a
// "proxy" alone is a program.
func introduces(w string) bool {
	switch w {
	case "header", "proto", "protocol", "line", "v1", "v2", "version", "hello", "banner":
		return true
	}
	return false
}

// converts reports whether a dynamic call of unknown code looks like one that
// secures a connection: it takes one, returns one or fails, and its name or the
// name of its type says so. It returns the connection.
func (e *engine) converts(call *ssa.CallCommon) ssa.Value {
	sig := call.Signature()
	res := sig.Results()
	if res.Len() < 2 || !irx.IsError(res.At(res.Len()-1).Type()) || !isConn(res.At(0).Type()) {
		return nil
	}
	if !convertWords(words(dynamicName(call))) && !convertWords(words(typeName(call.Value.Type()))) {
		return nil
	}
	for _, a := range call.Args {
		if isConn(a.Type()) {
			return a
		}
	}
	return nil
}

func dynamicName(call *ssa.CallCommon) string {
	if call.IsInvoke() {
		return call.Method.Name()
	}
	return irx.ValueName(call.Value)
}

func typeName(t types.Type) string {
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}

func convertWords(ws []string) bool {
	if exchangeWords(ws) {
		return true
	}
	for _, w := range ws {
		switch w {
		case "handler", "upgrade", "upgrader", "wrap", "wrapper", "secure", "cipher", "encrypt", "tls", "accept", "server":
			return true
		}
	}
	return false
}

// words splits an identifier: "readProxyHeader" and "read_proxy_header" are
// read, proxy, header; "TLSAuth" is tls, auth.
func words(name string) []string {
	var out []string
	var cur []rune
	flush := func() {
		if len(cur) > 0 {
			out = append(out, strings.ToLower(string(cur)))
			cur = nil
		}
	}
	rs := []rune(name)
	for i, r := range rs {
		switch {
		case r == '_' || r == '.':
			flush()
			continue
		case unicode.IsUpper(r):
			lowerBefore := i > 0 && !unicode.IsUpper(rs[i-1])
			lowerAfter := i > 0 && i+1 < len(rs) && unicode.IsLower(rs[i+1])
			if lowerBefore || lowerAfter {
				flush()
			}
		}
		cur = append(cur, r)
	}
	flush()
	return out
}
