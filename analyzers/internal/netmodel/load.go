package netmodel

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

// Load reads a user's rows from a JSON file: an array of the rows that the
// package documentation shows. It is strict, since a misspelt row would say
// nothing without a word: an unknown field or word, a malformed or repeated
// key, or a negative operand is an error of one line that names file and row.
func Load(file string) ([]Row, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	rows, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return rows, nil
}

func parse(data []byte) ([]Row, error) {
	var raw []json.RawMessage
	if err := decode(data, &raw); err != nil {
		return nil, fmt.Errorf("%sneed an array of rows: %w", line(data, err), err)
	}
	rows := make([]Row, len(raw))
	seen := make(map[string]int, len(raw))
	for i, text := range raw {
		if err := parseRow(text, &rows[i]); err != nil {
			return nil, fmt.Errorf("row %d%s: %w", i+1, named(rows[i].Func, text), err)
		}
		if first, dup := seen[rows[i].Func]; dup {
			return nil, fmt.Errorf("row %d (%s): row %d is about the same function", i+1, rows[i].Func, first)
		}
		seen[rows[i].Func] = i + 1
	}
	return rows, nil
}

// key is the form of Row.Func. The import path may hold dots, the type and the
// function may not; type arguments are never written.
var key = regexp.MustCompile(`^(\(\*?[^\s()*\[\]]+\.[\pL_][\pL\pN_]*\)\.|[^\s()*\[\]]+\.)[\pL_][\pL\pN_]*$`)

func parseRow(text []byte, r *Row) error {
	if err := decode(text, r); err != nil {
		return err
	}
	if r.Func == "" {
		return errors.New(`no "func"`)
	}
	if !key.MatchString(r.Func) {
		return fmt.Errorf(`bad key: want "path.Func", "(path.Type).Method" or "(*path.Type).Method"`)
	}
	return r.Spec.negative()
}

// negative tells of the first operand or result that is negative.
func (s *Spec) negative() error {
	bad := ""
	check := func(field string, indices ...int) {
		for _, i := range indices {
			if i < 0 && bad == "" {
				bad = field
			}
		}
	}
	for _, a := range s.Acquires {
		check("acquires", a.Result)
	}
	for _, w := range s.Wraps {
		check("wraps", w.Operand, w.Result)
	}
	for _, w := range s.NilOf {
		check("nilOf", w.Operand, w.Result)
	}
	for _, t := range s.Takes {
		check("takes", t.Operand)
	}
	for _, p := range s.Peer {
		check("peer", p.Operand, p.Context+1) // -1 is none
	}
	for _, d := range s.Deadline {
		check("deadline", d.Operand, d.Time+1)
	}
	if s.Accept != nil {
		check("accept", s.Accept.Operand, s.Accept.Result)
	}
	check("releases", s.Releases...)
	check("nonNil", s.NonNil...)
	check("registers", s.Registers...)
	check("failsClosed", s.FailsClosed...)
	check("checks", s.Checks...)
	check("loads", s.Loads...)
	for _, f := range []struct {
		name string
		i    *int
	}{
		{"serves", s.Serves}, {"incoming", s.Incoming}, {"backlog", s.Backlog}, {"trueMeansNonNil", s.TrueMeansNonNil},
		{"runs", s.Runs}, {"spawns", s.Spawns},
	} {
		if f.i != nil {
			check(f.name, *f.i)
		}
	}
	if bad != "" {
		return fmt.Errorf("%q has a negative operand or result", bad)
	}
	return nil
}

// UnmarshalJSON makes a context that is left out no context, not operand 0.
func (p *Peer) UnmarshalJSON(b []byte) error {
	type plain Peer // without the method
	v := plain{Context: -1}
	if err := decode(b, &v); err != nil {
		return err
	}
	if v.IO == NoIO {
		return errors.New(`"peer" needs an "io": read, write or handshake`)
	}
	*p = Peer(v)
	return nil
}

// UnmarshalJSON makes a time that is left out no time, not operand 0.
func (d *Deadline) UnmarshalJSON(b []byte) error {
	type plain Deadline
	v := plain{Time: -1}
	if err := decode(b, &v); err != nil {
		return err
	}
	if v.Dirs == 0 {
		return errors.New(`"deadline" needs "dirs": read, write or both`)
	}
	*d = Deadline(v)
	return nil
}

// decode is json.Unmarshal that refuses unknown fields and trailing text.
func decode(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return plainError(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("text after the end")
	}
	return nil
}

// plainError says what encoding/json says without Go's type names.
func plainError(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		field := wrong.Field[strings.LastIndex(wrong.Field, ".")+1:]
		if field == "" {
			return fmt.Errorf("unexpected %s", wrong.Value)
		}
		return fmt.Errorf("%q: unexpected %s", field, wrong.Value)
	}
	if text, ok := strings.CutPrefix(err.Error(), "json: "); ok {
		return errors.New(text)
	}
	return err
}

// line says where a syntax error stands.
func line(data []byte, err error) string {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return ""
	}
	return fmt.Sprintf("line %d: ", 1+bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n")))
}

// named is the function of a row that could not be read whole.
func named(fn string, text []byte) string {
	if fn == "" {
		var r struct{ Func string }
		_ = json.Unmarshal(text, &r) // best effort: only for the message
		fn = r.Func
	}
	if fn == "" {
		return ""
	}
	return " (" + fn + ")"
}
