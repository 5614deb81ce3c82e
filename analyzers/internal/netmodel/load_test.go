package netmodel

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func loadText(t *testing.T, text string) ([]Row, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "rows.json")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return Load(file)
}

// TestLoadExample reads the example of the package documentation.
func TestLoadExample(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, text, ok := strings.Cut(string(doc), "//\t[\n")
	text, _, ok2 := strings.Cut(text, "//\t]\n")
	if !ok || !ok2 {
		t.Fatal("doc.go has no example")
	}
	rows, err := loadText(t, "["+strings.ReplaceAll(text, "//\t", "")+"]")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"acquires result 0 (conn)",
		"takes operand 1 always",
		"result 0 wraps operand 0; takes operand 0 onFailure; waits for operand 0 (handshake)",
	}
	for i, w := range want {
		if i >= len(rows) || rows[i].Spec.String() != w {
			t.Errorf("row %d: got %q, want %q", i+1, rows[min(i, len(rows)-1)].Spec.String(), w)
		}
	}
}

// TestLoadRoundTrip writes all of the built-in rows as JSON and reads them.
func TestLoadRoundTrip(t *testing.T) {
	text, err := json.MarshalIndent(Rows(), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := loadText(t, string(text))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range Rows() {
		if !reflect.DeepEqual(rows[i], want) {
			t.Fatalf("%s: got %s, want %s", want.Func, &rows[i].Spec, &want.Spec)
		}
	}
}

// TestLoadDefaults demands that an operand left out is none where none is
// possible.
func TestLoadDefaults(t *testing.T) {
	rows, err := loadText(t, `[{"func": "p.F", "peer": [{"io": "read"}], "deadline": [{"dirs": "both"}]}]`)
	if err != nil {
		t.Fatal(err)
	}
	if got := rows[0].Peer[0].Context; got != -1 {
		t.Errorf("context = %d, want -1", got)
	}
	if got := rows[0].Deadline[0].Time; got != -1 {
		t.Errorf("time = %d, want -1", got)
	}
}

func TestLoadErrors(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"unknown field", `[{"func": "p.F", "aquires": []}]`, `row 1 (p.F): unknown field "aquires"`},
		{"unknown nested field", `[{"func": "p.F", "takes": [{"opernd": 1}]}]`, `row 1 (p.F): unknown field "opernd"`},
		{"unknown field of a peer", `[{"func": "p.F", "peer": [{"io": "read", "ctx": 1}]}]`, `row 1 (p.F): unknown field "ctx"`},
		{"unknown word", `[{"func": "p.F", "acquires": [{"kind": "socket"}]}]`, `row 1 (p.F): unknown kind "socket" (one of conn, listener, packetConn, fd, file, session, stream)`},
		{"unknown when", `[{"func": "p.F", "takes": [{"when": "sometimes"}]}]`, `row 1 (p.F): unknown when "sometimes" (one of always, onSuccess, onFailure)`},
		{"word as number", `[{"func": "p.F", "acquires": [{"kind": 1}]}]`, `row 1 (p.F): "kind": unexpected number`},
		{"index as word", `[{"func": "p.F", "releases": ["conn"]}]`, `row 1 (p.F): "releases": unexpected string`},
		{"object for a list", `[{"func": "p.F", "acquires": {"kind": "conn"}}]`, `row 1 (p.F): "acquires": unexpected object`},
		{"second row", `[{"func": "p.F"}, {"func": "p.G", "x": 1}]`, `row 2 (p.G): unknown field "x"`},
		{"no key", `[{"releases": [0]}]`, `row 1: no "func"`},
		{"method without parentheses", `[{"func": "*p.T.M"}]`, `row 1 (*p.T.M): bad key: want "path.Func", "(path.Type).Method" or "(*path.Type).Method"`},
		{"no package", `[{"func": "F"}]`, `row 1 (F): bad key`},
		{"type argument", `[{"func": "(*p.T[int]).M"}]`, `row 1 ((*p.T[int]).M): bad key`},
		{"negative operand", `[{"func": "p.F", "releases": [-1]}]`, `row 1 (p.F): "releases" has a negative operand or result`},
		{"negative backlog", `[{"func": "p.F", "backlog": -1}]`, `row 1 (p.F): "backlog" has a negative operand or result`},
		{"negative accept", `[{"func": "p.F", "accept": {"operand": -1, "result": 0}}]`, `"accept" has a negative operand or result`},
		{"negative context", `[{"func": "p.F", "peer": [{"io": "read", "context": -2}]}]`, `row 1 (p.F): "peer" has a negative operand or result`},
		{"twice", `[{"func": "p.F"}, {"func": "p.F"}]`, `row 2 (p.F): row 1 is about the same function`},
		{"peer without io", `[{"func": "p.F", "peer": [{"operand": 0}]}]`, `row 1 (p.F): "peer" needs an "io": read, write or handshake`},
		{"deadline without dirs", `[{"func": "p.F", "deadline": [{"time": 1}]}]`, `row 1 (p.F): "deadline" needs "dirs": read, write or both`},
		{"no array", `{"func": "p.F"}`, `need an array of rows: unexpected object`},
		{"row is no object", `["p.F"]`, `row 1: unexpected string`},
		{"trailing text", `[] []`, `need an array of rows: text after the end`},
		{"syntax", "[\n{\"func\": \"p.F\",}\n]", `line 2: need an array of rows: invalid character '}'`},
		{"empty file", ``, `need an array of rows: EOF`},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows, err := loadText(t, test.text)
			if err == nil {
				t.Fatalf("got %v, want an error with %q", rows, test.want)
			}
			if msg := err.Error(); !strings.Contains(msg, "rows.json: "+test.want) && !strings.Contains(msg, test.want) {
				t.Errorf("got %q\nwant %q", msg, test.want)
			}
			if msg := err.Error(); strings.Contains(msg, "\n") || !strings.Contains(msg, "rows.json: ") {
				t.Errorf("not one line that names the file: %q", msg)
			}
		})
	}
}

func TestLoadNoFile(t *testing.T) {
	if _, err := Load(filepath.Join(t.TempDir(), "missing.json")); err == nil || !strings.Contains(err.Error(), "missing.json") {
		t.Errorf("got %v, want an error that names the file", err)
	}
}

// FuzzParse demands an error of one line or rows that hold what Load promises.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`[{"func": "(*p.T).M", "wraps": [{"operand": 0, "result": 0, "borrows": true}]}]`))
	f.Add([]byte(`[{"func": "p.F", "peer": [{"io": "handshake", "context": 1}], "accept": {"session": true}}]`))
	f.Add([]byte(`[{"func": "p.F", "deadline": [{"dirs": "both", "time": -7}]}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := parse(data)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("not one line: %q", err)
			}
			return
		}
		for _, r := range rows {
			if path, _, name := splitKey(r.Func); path == "" || name == "" {
				t.Errorf("key %q was let through", r.Func)
			}
			if r.negative() != nil {
				t.Errorf("%s: negative operand was let through", r.Func)
			}
		}
	})
}
