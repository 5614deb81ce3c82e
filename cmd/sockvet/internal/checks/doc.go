package checks

import (
	"go/doc/comment"
)

// The documentation of an analyzer is written as a Go doc comment: paragraphs,
// "# Heading" lines, indented code, lists and links.

func (k Check) parse() *comment.Doc {
	var p comment.Parser
	return p.Parse(k.Text)
}

func printer() *comment.Printer {
	return &comment.Printer{HeadingLevel: 2, HeadingID: func(*comment.Heading) string { return "" }}
}

// PlainText is the text for a terminal.
func (k Check) PlainText() string { return string(printer().Text(k.parse())) }

// Markdown is the text for SARIF viewers.
func (k Check) Markdown() string { return string(printer().Markdown(k.parse())) }

// HTML is the text for the HTML report; it holds no markup of the document's.
func (k Check) HTML() string { return string(printer().HTML(k.parse())) }
