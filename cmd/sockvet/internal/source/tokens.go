package source

import (
	"go/scanner"
	"go/token"
)

// Class is what a byte of Go source belongs to, for highlighting.
type Class byte

// The classes.
const (
	Plain Class = iota
	Keyword
	Literal // strings and characters
	Number
	Comment
)

// Classes returns the class of each byte of line n. A file that is not Go is
// plain.
func (f *File) Classes(n int) []Class {
	text, ok := f.Line(n)
	if !ok {
		return nil
	}
	if f.classes == nil {
		f.classes = classify(f.text)
	}
	start := f.starts[n-1]
	return f.classes[start : start+len(text)]
}

// classify scans the text as Go. The scanner gets over any input.
func classify(text string) []Class {
	classes := make([]Class, len(text))
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, []byte(text), nil, scanner.ScanComments)
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return classes
		}
		class := classOf(tok)
		if class == Plain {
			continue
		}
		// A raw string's literal lacks the carriage returns of the text.
		start := file.Offset(pos)
		for i := start; i < min(start+len(lit), len(text)); i++ {
			classes[i] = class
		}
	}
}

func classOf(tok token.Token) Class {
	switch {
	case tok.IsKeyword():
		return Keyword
	case tok == token.STRING || tok == token.CHAR:
		return Literal
	case tok == token.INT || tok == token.FLOAT || tok == token.IMAG:
		return Number
	case tok == token.COMMENT:
		return Comment
	}
	return Plain
}
