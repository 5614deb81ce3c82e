package repair

import (
	"bytes"
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// File is a source file of the package under analysis with its text.
type File struct {
	Syntax *ast.File
	Src    []byte
	tok    *token.File
	pass   *analysis.Pass
}

// Source finds the files of a pass.
type Source struct {
	pass  *analysis.Pass
	files map[*token.File]*File
}

// NewSource returns the source of the package. Nothing is read before it is
// asked for.
func NewSource(pass *analysis.Pass) *Source {
	return &Source{pass: pass, files: map[*token.File]*File{}}
}

// File returns the file at pos, or nil when its text cannot be edited: it is
// generated, or not what was parsed.
func (s *Source) File(pos token.Pos) *File {
	tok := s.pass.Fset.File(pos)
	if tok == nil {
		return nil
	}
	if f, ok := s.files[tok]; ok {
		return f
	}
	s.files[tok] = nil
	for _, syntax := range s.pass.Files {
		if s.pass.Fset.File(syntax.FileStart) == tok && !ast.IsGenerated(syntax) {
			if src, err := readFile(s.pass, tok); err == nil {
				s.files[tok] = &File{Syntax: syntax, Src: src, tok: tok, pass: s.pass}
			}
		}
	}
	return s.files[tok]
}

func (f *File) offset(pos token.Pos) int { return f.tok.Offset(pos) }

// Offset is where pos is in Src.
func (f *File) Offset(pos token.Pos) int { return f.offset(pos) }

// Text returns the source of a node.
func (f *File) Text(n ast.Node) string { return string(f.Src[f.offset(n.Pos()):f.offset(n.End())]) }

// indent returns the blanks that the line of pos begins with, and whether
// nothing else stands before pos.
func (f *File) indent(pos token.Pos) (blanks string, first bool) {
	at := f.offset(pos)
	start := bytes.LastIndexByte(f.Src[:at], '\n') + 1
	line := f.Src[start:at]
	rest := bytes.TrimLeft(line, " \t")
	return string(line[:len(line)-len(rest)]), len(rest) == 0
}

// lineEnd returns the end of the line of pos when only a comment follows pos on
// it.
func (f *File) lineEnd(pos token.Pos) (token.Pos, bool) {
	at := f.offset(pos)
	n := bytes.IndexByte(f.Src[at:], '\n')
	if n < 0 {
		n = len(f.Src) - at
	}
	rest := strings.TrimSpace(string(f.Src[at : at+n]))
	end := at + len(strings.TrimRight(string(f.Src[at:at+n]), "\r"))
	return f.tok.Pos(end), rest == "" || strings.HasPrefix(rest, "//")
}

// LineEnd returns the end of the line of pos when only a comment follows pos on
// it.
func (f *File) LineEnd(pos token.Pos) (token.Pos, bool) { return f.lineEnd(pos) }

// Commented reports whether a comment stands in a range.
func (f *File) Commented(from, to token.Pos) bool {
	return slices.ContainsFunc(f.Syntax.Comments, func(g *ast.CommentGroup) bool { return from <= g.Pos() && g.Pos() < to })
}

// Before inserts statements before the statement at pos. Lines of a statement
// after its first are indented by as many tabs as they begin with, and by what
// the line of pos begins with.
func (f *File) Before(pos token.Pos, lines ...string) analysis.TextEdit {
	blanks, first := f.indent(pos)
	if !first {
		return insert(pos, strings.Join(lines, "; ")+"; ")
	}
	return insert(pos, strings.Join(lines, "\n"+blanks)+"\n"+blanks)
}

// After inserts statements after a statement that ends at pos.
func (f *File) After(start, end token.Pos, lines ...string) (analysis.TextEdit, bool) {
	blanks, _ := f.indent(start)
	at, ok := f.lineEnd(end)
	if !ok {
		return analysis.TextEdit{}, false
	}
	return insert(at, "\n"+blanks+strings.Join(lines, "\n"+blanks)), true
}

// AtEnd inserts statements at the end of a block.
func (f *File) AtEnd(block *ast.BlockStmt, lines ...string) analysis.TextEdit {
	blanks, first := f.indent(block.Rbrace)
	if first {
		return insert(block.Rbrace, "\t"+strings.Join(lines, "\n\t"+blanks)+"\n"+blanks)
	}
	text := strings.Join(lines, "; ")
	if n := len(block.List); n > 0 {
		return insert(block.List[n-1].End(), "; "+text)
	}
	return insert(block.Rbrace, " "+text+" ")
}

// AtStart inserts statements at the start of a block.
func (f *File) AtStart(block *ast.BlockStmt, lines ...string) analysis.TextEdit {
	if len(block.List) == 0 {
		return f.AtEnd(block, lines...)
	}
	at := block.List[0].Pos()
	for _, group := range f.Syntax.Comments { // above what the first statement is explained by
		if group.Pos() > block.Lbrace && group.End() < at && f.tok.Line(group.End())+1 == f.tok.Line(at) {
			if _, first := f.indent(group.Pos()); first {
				at = group.Pos()
				break
			}
		}
	}
	return f.Before(at, lines...)
}

func insert(pos token.Pos, text string) analysis.TextEdit {
	return analysis.TextEdit{Pos: pos, End: pos, NewText: []byte(text)}
}

// Indent pushes the lines of a range one tab to the right, but for those that
// are inside a literal or empty.
func (f *File) Indent(from, to token.Pos) []analysis.TextEdit {
	inside := map[int]bool{}
	ast.Inspect(f.Syntax, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			for line := f.tok.Line(lit.Pos()) + 1; line <= f.tok.Line(lit.End()); line++ {
				inside[line] = true
			}
		}
		return true
	})
	var out []analysis.TextEdit
	for line := f.tok.Line(from); line <= f.tok.Line(to); line++ {
		start := f.tok.LineStart(line)
		if at := f.offset(start); !inside[line] && at < len(f.Src) && f.Src[at] != '\n' && f.Src[at] != '\r' {
			out = append(out, insert(max(start, f.skipBlanks(start)), "\t"))
		}
	}
	return out
}

func (f *File) skipBlanks(pos token.Pos) token.Pos {
	at := f.offset(pos)
	for at < len(f.Src) && (f.Src[at] == ' ' || f.Src[at] == '\t') {
		at++
	}
	return f.tok.Pos(at)
}

// AfterElement adds an element behind the last one of a list that ends at close.
func (f *File) AfterElement(last ast.Node, end token.Pos, text string) analysis.TextEdit {
	if f.tok.Line(last.End()) == f.tok.Line(end) {
		return insert(last.End(), ", "+text)
	}
	comma := last.End() // gofmt has one here
	if at := f.offset(comma); at < len(f.Src) && f.Src[at] == ',' {
		comma++
	}
	if to, ok := f.lineEnd(comma); ok {
		comma = to
	}
	blanks, _ := f.indent(last.Pos())
	return insert(comma, "\n"+blanks+text+",")
}

// Wrap puts whole lines between others, one tab further to the right, with the
// comment above the first of them. The lines of open after its first are on their
// level; those of before stand before it.
func (f *File) Wrap(from, to token.Pos, before, open []string, end string) ([]analysis.TextEdit, bool) {
	for _, group := range f.Syntax.Comments {
		if _, first := f.indent(group.Pos()); first && group.End() < from && f.tok.Line(group.End())+1 == f.tok.Line(from) {
			from = group.Pos()
			break
		}
	}
	blanks, first := f.indent(from)
	tail, ok := f.lineEnd(to)
	if !first || !ok {
		return nil, false
	}
	head := strings.Join(append(slices.Clone(before), open[0]), "\n"+blanks)
	edits := []analysis.TextEdit{insert(from, head+"\n"+blanks+"\t"+strings.Join(append(slices.Clone(open[1:]), ""), "\n"+blanks+"\t"))}
	if f.tok.Line(from) < f.tok.Line(to) {
		edits = append(edits, f.Indent(f.tok.LineStart(f.tok.Line(from)+1), to)...)
	}
	return append(edits, insert(tail, "\n"+blanks+end)), true
}
