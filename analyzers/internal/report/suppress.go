package report

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// suppressing returns the comment on the line of pos, or alone on the line
// above it, that silences the analyzer there, or nil. Two forms are known, each
// with a reason: "//nolint:connclose // why" and "//lint:ignore connclose why".
// A bare "//nolint" silences all checks, as golangci-lint has it. With nolint
// unset only the second form counts: a driver that knows the first has to see
// the finding, or it takes the comment for useless.
func suppressing(pass *analysis.Pass, file *ast.File, pos token.Pos, nolint bool) *ast.Comment {
	line := pass.Fset.PositionFor(pos, false).Line
	for _, group := range file.Comments {
		for _, c := range group.List {
			at := pass.Fset.PositionFor(c.Pos(), false)
			if at.Line != line && at.Line != line-1 {
				continue
			}
			if !nolint && strings.HasPrefix(c.Text, nolintPrefix) {
				continue
			}
			if names, ok := Directive(c.Text); ok && (at.Line == line || ownLine(pass, file, c)) && covers(names, pass.Analyzer.Name) {
				return c
			}
		}
	}
	return nil
}

const nolintPrefix = "//nolint"

// Directive returns the checks that a comment silences; an empty list means
// all of them. A comment that would silence if it had a reason is not ok but
// has names.
func Directive(text string) (names []string, ok bool) {
	if rest, found := strings.CutPrefix(text, nolintPrefix); found {
		list, found := strings.CutPrefix(rest, ":")
		if !found {
			return nil, rest == "" || strings.HasPrefix(rest, " ")
		}
		list, _, _ = strings.Cut(list, "//")
		return splitNames(list), true
	}
	if rest, found := strings.CutPrefix(text, "//lint:ignore "); found {
		list, reason, _ := strings.Cut(strings.TrimSpace(rest), " ")
		return splitNames(list), strings.TrimSpace(reason) != ""
	}
	return nil, false
}

func splitNames(list string) []string {
	var names []string
	for _, n := range strings.Split(list, ",") {
		if n, _, _ = strings.Cut(strings.TrimSpace(n), " "); n != "" {
			names = append(names, n)
		}
	}
	return names
}

func covers(names []string, check string) bool {
	if len(names) == 0 {
		return true
	}
	for _, n := range names {
		if n == check || n == "sockvet" || n == "all" {
			return true
		}
	}
	return false
}

// ownLine reports whether nothing but the comment stands on its line.
func ownLine(pass *analysis.Pass, file *ast.File, c *ast.Comment) bool {
	tf := pass.Fset.File(c.Pos())
	start := tf.LineStart(tf.Line(c.Pos()))
	code := false
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil || code || n.End() <= start || n.Pos() >= c.Pos() {
			return false
		}
		if _, isComment := n.(*ast.Comment); !isComment && n.Pos() >= start {
			if _, isGroup := n.(*ast.CommentGroup); !isGroup {
				code = true
			}
		}
		return true
	})
	return !code
}
