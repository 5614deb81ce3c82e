package netmodel

import (
	"fmt"
	"strings"
)

// The words of the enumerations, in the order of their values: what a JSON
// file says and what String prints.
var (
	kindWords = []string{"conn", "listener", "packetConn", "fd", "file", "session", "stream"}
	whenWords = []string{"always", "onSuccess", "onFailure"}
	ioWords   = []string{"none", "read", "write", "handshake"}
	dirWords  = []string{"none", "read", "write", "both"}
)

func (k Kind) String() string { return word(kindWords, k) }
func (w When) String() string { return word(whenWords, w) }
func (i IO) String() string   { return word(ioWords, i) }
func (d Dir) String() string  { return word(dirWords, d) }

// MarshalText writes the word of a JSON file.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// MarshalText writes the word of a JSON file.
func (w When) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// MarshalText writes the word of a JSON file.
func (i IO) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// MarshalText writes the word of a JSON file.
func (d Dir) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the word of a JSON file.
func (k *Kind) UnmarshalText(b []byte) error { return unword(kindWords, b, k, "kind") }

// UnmarshalText reads the word of a JSON file.
func (w *When) UnmarshalText(b []byte) error { return unword(whenWords, b, w, "when") }

// UnmarshalText reads the word of a JSON file.
func (i *IO) UnmarshalText(b []byte) error { return unword(ioWords, b, i, "io") }

// UnmarshalText reads the word of a JSON file.
func (d *Dir) UnmarshalText(b []byte) error { return unword(dirWords, b, d, "dirs") }

func word[T ~uint8](words []string, v T) string {
	if int(v) < len(words) {
		return words[v]
	}
	return fmt.Sprintf("invalid(%d)", v)
}

func unword[T ~uint8](words []string, b []byte, v *T, what string) error {
	for i, w := range words {
		if w == string(b) {
			*v = T(i)
			return nil
		}
	}
	return fmt.Errorf("unknown %s %q (one of %s)", what, b, strings.Join(words, ", "))
}

// String is the spec as a phrase, for tests and for people: "acquires result
// 0 (conn); accepts result 0 from operand 0". The zero Spec is "borrows".
func (s *Spec) String() string {
	var p phrases
	for _, a := range s.Acquires {
		p.addf("acquires result %d (%v)", a.Result, a.Kind)
	}
	for _, i := range s.Releases {
		p.addf("releases operand %d", i)
	}
	for _, w := range s.Wraps {
		if w.Borrows {
			p.addf("result %d uses operand %d", w.Result, w.Operand)
		} else {
			p.addf("result %d wraps operand %d", w.Result, w.Operand)
		}
	}
	for _, t := range s.Takes {
		p.addf("takes operand %d %v", t.Operand, t.When)
	}
	s.phraseWaits(&p)
	s.phraseControl(&p)
	if len(p) == 0 {
		return "borrows"
	}
	return strings.Join(p, "; ")
}

func (s *Spec) phraseWaits(p *phrases) {
	for _, w := range s.Peer {
		text := fmt.Sprintf("waits for operand %d (%v", w.Operand, w.IO)
		if w.Context >= 0 {
			text += fmt.Sprintf(", context operand %d", w.Context)
		}
		if w.Bounded {
			text += ", bounded"
		}
		p.addf("%s)", text)
	}
	for _, d := range s.Deadline {
		p.addf("bounds operand %d (%v) by operand %d", d.Operand, d.Dirs, d.Time)
	}
	if a := s.Accept; a != nil {
		p.addf("accepts result %d from operand %d", a.Result, a.Operand)
		p.addIf(a.Session, "which is one peer's session")
	}
	p.addOperand("serves", s.Serves)
	if s.Incoming != nil {
		p.addf("result %d gives what the peer opens", *s.Incoming)
	}
	p.addOperand("listens with backlog", s.Backlog)
}

func (s *Spec) phraseControl(p *phrases) {
	p.addIf(s.Dup, "duplicates the descriptor")
	p.addIf(s.Shared, "takes no descriptor to accept")
	p.addIf(s.Delays, "delays")
	p.addIf(s.NoReturn, "does not return")
	p.addIf(s.Exits, "ends the process")
	p.addIf(s.Sure, "never fails")
	for _, i := range s.NonNil {
		p.addf("result %d is never nil", i)
	}
	for _, w := range s.NilOf {
		p.addf("result %d is nil exactly when operand %d is", w.Result, w.Operand)
	}
	p.addOperand("true means non-nil", s.TrueMeansNonNil)
	p.addOperand("runs", s.Runs)
	p.addOperand("spawns", s.Spawns)
	for _, i := range s.FailsClosed {
		p.addf("fails only when operand %d is closed", i)
	}
	for _, i := range s.Checks {
		p.addf("fails by the value of operand %d only", i)
	}
	for _, i := range s.Loads {
		p.addf("loads operand %d", i)
	}
	for _, i := range s.Registers {
		p.addf("registers operand %d", i)
	}
}

type phrases []string

func (p *phrases) addf(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }

func (p *phrases) addIf(cond bool, text string) {
	if cond {
		p.addf("%s", text)
	}
}

func (p *phrases) addOperand(text string, i *int) {
	if i != nil {
		p.addf("%s operand %d", text, *i)
	}
}
