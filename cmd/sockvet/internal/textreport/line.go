package textreport

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const tabWidth = 4

// cell is one character as it is shown.
type cell struct {
	text   string
	width  int // columns it takes
	offset int // of its first byte in the line
}

// layout turns a source line into cells: tabs become blanks, and characters
// that would move the cursor or reorder the text become dots.
func layout(line string) []cell {
	var cells []cell
	column := 0
	for offset, r := range line {
		c := cell{string(r), runeWidth(r), offset}
		switch {
		case r == '\t':
			c.width = tabWidth - column%tabWidth
			c.text = strings.Repeat(" ", c.width)
		case unsafeRune(r):
			c.text, c.width = "·", 1
		}
		cells = append(cells, c)
		column += c.width
	}
	return cells
}

// columnOf is the number of columns before the byte column given, from 1.
func columnOf(cells []cell, byteCol int) int {
	n := 0
	for _, c := range cells {
		if c.offset >= byteCol-1 {
			break
		}
		n += c.width
	}
	return n
}

// indent is the number of blank columns at the start.
func indent(cells []cell) int {
	n := 0
	for _, c := range cells {
		if strings.TrimSpace(c.text) != "" {
			return n
		}
		n += c.width
	}
	return n
}

// window returns what is shown of the columns [from, from+width).
func window(cells []cell, from, width int) string {
	var b strings.Builder
	column := 0
	for _, c := range cells {
		if column >= from && column+c.width <= from+width {
			b.WriteString(c.text)
		}
		column += c.width
	}
	return strings.TrimRight(b.String(), " ")
}

func totalWidth(cells []cell) int {
	n := 0
	for _, c := range cells {
		n += c.width
	}
	return n
}

// unsafeRune reports whether a terminal would do something else than show the
// character: control characters, and marks that change the direction of text.
func unsafeRune(r rune) bool {
	return unicode.IsControl(r) || r == utf8.RuneError ||
		r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// clean makes a message fit for one line of a terminal.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unsafeRune(r):
			return '·'
		}
		return r
	}, text)
}

// wide are the blocks that terminals draw over two columns.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115F, Stride: 1}, // Hangul Jamo
		{Lo: 0x2E80, Hi: 0x303E, Stride: 1}, // CJK radicals and punctuation
		{Lo: 0x3041, Hi: 0xA4CF, Stride: 1}, // kana, CJK ideographs, Yi
		{Lo: 0xAC00, Hi: 0xD7A3, Stride: 1}, // Hangul syllables
		{Lo: 0xF900, Hi: 0xFAFF, Stride: 1}, // CJK compatibility
		{Lo: 0xFE30, Hi: 0xFE6F, Stride: 1},
		{Lo: 0xFF00, Hi: 0xFF60, Stride: 1}, // full-width forms
		{Lo: 0xFFE0, Hi: 0xFFE6, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1F300, Hi: 0x1F64F, Stride: 1}, // pictographs
		{Lo: 0x1F900, Hi: 0x1F9FF, Stride: 1},
		{Lo: 0x20000, Hi: 0x3FFFD, Stride: 1}, // CJK extensions
	},
}

func runeWidth(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case unicode.Is(wide, r):
		return 2
	}
	return 1
}
