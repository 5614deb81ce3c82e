// Package reporttest gives the tests of the output formats something to
// render: findings of every shape, in sources that are not on disk.
package reporttest

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/checks"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/source"
)

// Root is the directory that the sources stand in.
const Root = "/src"

var update = flag.Bool("update", false, "write the golden files anew")

// Golden compares got with the file of that name in testdata.
func Golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: not as before (-update accepts the change); got:\n%s", path, got)
	}
}

const client = `package store

import (
	"fmt"
	"net"
)

type client struct{ conn net.Conn }

func dial(addr, user string) (*client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c := &client{conn: conn}
	if err := c.auth(user); err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	return c, nil
}

func (c *client) auth(user string) error {
	if user == "naïve 用户" { conn, _ := net.Dial("tcp", user); _ = conn } // same line
	_, err := fmt.Fprintf(
		c.conn,
		"USER %s\n", user)
	return err
}
`

const server = `package eud

import "net"

func (s *server) serve(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		k, err := newController(conn, s.cfg)
		if err != nil {
			continue
		}
		go k.run()
	}
}
`

const controller = `package eud

func newController(conn net.Conn, cfg *tls.Config) (*controller, error) {
	t := tls.Server(conn, cfg)
	if err := t.Handshake(); err != nil {
		return nil, err
	}
	return &controller{conn: t}, nil
}
`

var files = map[string]string{
	"store/client.go":   client,
	"eud/server.go":     server,
	"eud/controller.go": controller,
	"eud/long line.go":  "package eud\n\nvar table = []string{" + strings.Repeat(`"filler", `, 40) + "dial(), " + strings.Repeat(`"filler", `, 40) + "}\n",
}

// Sources returns the sources.
func Sources() *source.Cache {
	return source.NewCache(func(path string) ([]byte, error) {
		rel, _ := filepath.Rel(Root, path)
		text, ok := files[filepath.ToSlash(rel)]
		if !ok {
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		}
		return []byte(text), nil
	})
}

// Catalog returns checks of the names that the findings have.
func Catalog() checks.Catalog {
	doc := "report something\n\nThe check reports something: a [link] and <b>markup</b>.\n\n# Bad\n\n\tf(x)\n"
	var c checks.Catalog
	for _, name := range []string{"acceptblock", "connclose"} {
		title, text, _ := strings.Cut(doc, "\n\n")
		c = append(c, checks.Check{Name: name, Title: title, Text: text, URL: "https://example.com/" + name + ".md"})
	}
	return c
}

// span finds the n-th occurrence, from 0, of the text in a file.
func span(file, text string, n int) finding.Span {
	src := files[file]
	offset := 0
	for range n {
		offset += strings.Index(src[offset:], text) + len(text)
	}
	i := strings.Index(src[offset:], text)
	if i < 0 {
		panic("reporttest: no " + text + " in " + file)
	}
	pos := func(offset int) finding.Pos {
		before := src[:offset]
		return finding.Pos{Line: strings.Count(before, "\n") + 1, Col: offset - strings.LastIndexByte(before, '\n')}
	}
	return finding.Span{
		File:  Root + "/" + file,
		Start: pos(offset + i),
		End:   pos(offset + i + len(text)),
	}
}

func edit(file, before, text string) finding.Edit {
	i := strings.Index(files[file], before)
	return finding.Edit{File: Root + "/" + file, Start: i, End: i, New: text}
}

// Findings returns the findings, merged.
func Findings() []finding.Finding {
	const url = "https://example.com/"
	step := func(s finding.Span, msg string) finding.Step { return finding.Step{Span: s, Message: msg} }
	return finding.Merge([]finding.Finding{
		{
			Span:    span("store/client.go", "net.Dial(\"tcp\", addr)", 0),
			Check:   "connclose",
			Package: "example.com/m/store",
			Message: "conn from net.Dial is not closed when (*client).auth fails (leaks at line 17 until a GC)",
			URL:     url + "connclose.md",
			Steps: []finding.Step{
				step(span("store/client.go", "net.Dial(\"tcp\", addr)", 0), "acquired here"),
				step(span("store/client.go", "c.auth(user)", 0), "fails; (*client).auth only borrows conn"),
				step(span("store/client.go", "return nil, fmt.Errorf(\"auth: %w\", err)", 0), "returns without closing it"),
			},
			Fixes: []finding.Fix{{
				Message: "close conn before this return",
				Edits: []finding.Edit{
					edit("store/client.go", "return nil, fmt.Errorf", "conn.Close()\n\t\t"),
				},
			}},
		},
		{
			Span:    span("store/client.go", "net.Dial(\"tcp\", user)", 0),
			Check:   "connclose",
			Package: "example.com/m/store",
			Message: "conn from net.Dial is never closed [a test] (leaks at line 23 until a GC)",
			URL:     url + "connclose.md",
			Steps: []finding.Step{
				step(span("store/client.go", "net.Dial(\"tcp\", user)", 0), "acquired here"),
				step(span("store/client.go", "_ = conn", 0), "dropped on the same line"),
				step(span("store/client.go", "fmt.Fprintf(\n\t\tc.conn,\n\t\t\"USER %s\\n\", user)", 0), "over several lines"),
				{Span: finding.Span{File: Root + "/gone.go", Start: finding.Pos{Line: 7, Col: 1}, End: finding.Pos{Line: 7, Col: 1}}, Message: "in a file that cannot be read"},
			},
		},
		{
			Span:    span("eud/server.go", "ln.Accept()", 0),
			Check:   "acceptblock",
			Package: "example.com/m/eud",
			Message: "one silent client stops all others: accept loop -> newController -> (*tls.Conn).Handshake",
			URL:     url + "acceptblock.md",
			Steps: []finding.Step{
				step(span("eud/server.go", "newController(conn, s.cfg)", 0), "the accept loop calls newController"),
				// A position from export data: only the line is right.
				step(finding.Span{File: Root + "/eud/controller.go", Start: finding.Pos{Line: 5, Col: 1}, End: finding.Pos{Line: 5, Col: 1}}, "waits for the peer, no deadline"),
				step(span("eud/server.go", "for", 0), "meanwhile nobody is accepted"),
			},
		},
		{
			Span:    span("eud/long line.go", "dial()", 0),
			Check:   "connclose",
			Package: "example.com/m/eud",
			Message: "conn from dial is never closed\x1b[31m (leaks until a GC)",
			URL:     url + "connclose.md",
		},
	})
}
