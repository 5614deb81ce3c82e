package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

const (
	red, green, bold, plain = "\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[0m"

	// clearLine forgets what was on the rest of a line.
	clearLine = "\x1b[K"
)

// The widths of the parts of a line: a metric's name, and for each server its course and its last value.
const (
	nameWidth           = 24
	valueWidth          = 8
	minSpark, maxSpark  = 10, 40
	gap                 = "  "
	columnsWhenNoScreen = 120
)

// A screen draws takes.
type screen struct {
	w io.Writer
	// live says that it is a terminal, on which a frame can be drawn over the one before.
	live    bool
	columns int
	lines   int // of the last frame
}

func newScreen(f *os.File) *screen {
	if columns, err := terminalColumns(f); err == nil && columns > 0 {
		return &screen{w: f, live: true, columns: columns}
	}
	return &screen{w: f, columns: columnsWhenNoScreen}
}

// show draws a take that is still being played; without a terminal, nothing.
func (s *screen) show(t *take) {
	if s.live {
		s.draw(t)
	}
}

// finish draws a take that is over and leaves it there.
func (s *screen) finish(t *take) {
	s.draw(t)
	fmt.Fprintln(s.w)
	s.lines = 0
}

func (s *screen) draw(t *take) {
	frame := s.frame(t)
	if s.lines > 0 {
		fmt.Fprintf(s.w, "\x1b[%dA", s.lines)
	}
	for _, line := range frame {
		if s.live {
			line += clearLine
		}
		fmt.Fprintln(s.w, line)
	}
	s.lines = len(frame)
}

// frame is what is drawn of a take. Its number of lines does not change while the take is played.
func (s *screen) frame(t *take) []string {
	sc, width := t.scene, s.sparkWidth()
	lines := []string{s.paint(bold, fmt.Sprintf("%s (%s)", sc.name, sc.check))}
	lines = append(lines, wrap(sc.about, s.columns)...)
	lines = append(lines,
		clip(fmt.Sprintf("%4.1f s  %s", t.now().Seconds(), playing(t)), s.columns),
		pad("", nameWidth)+s.paint(red, pad(sc.buggy, width+valueWidth))+gap+s.paint(green, sc.fixed))
	for _, m := range metrics() {
		lines = append(lines, pad(m.name, nameWidth)+
			s.cell(red, m, t, t.buggy, width)+gap+s.cell(green, m, t, t.fixed, width))
	}
	return lines
}

func (s *screen) sparkWidth() int {
	free := s.columns - nameWidth - len(gap) - 2*valueWidth - 1
	return min(max(free/2, minSpark), maxSpark)
}

// cell is a metric of one server: its course and its last value.
func (s *screen) cell(colour string, m metric, t *take, samples []sample, width int) string {
	values := squeeze(m, samples, t.length, width)
	course := pad(spark(values, highest(m, t)), width)
	return s.paint(colour, course) + pad(fmt.Sprintf("%6s", lastOf(m, samples)), valueWidth)
}

func (s *screen) paint(colour, text string) string {
	if !s.live {
		return text
	}
	return colour + text + plain
}

// pad fills text up to width runes.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-len([]rune(text))))
}

// clip cuts text off at width runes.
func clip(text string, width int) string {
	if r := []rune(text); len(r) > width {
		return string(r[:width])
	}
	return text
}

// wrap breaks text into lines of at most width runes, where it has blanks.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// playing is what is done to the servers at the moment, and in the end what was.
func playing(t *take) string {
	at := t.now().Seconds() / t.length.Seconds()
	over := t.now()+2*sampleEvery > t.length
	for _, a := range t.scene.acts {
		if over {
			return a.when(t.length)
		}
		if a.from <= at && at < a.to {
			return "now: " + a.what
		}
	}
	return "nothing goes wrong"
}

// when says what the act is, and from when to when.
func (a act) when(length time.Duration) string {
	return fmt.Sprintf("%.1f s to %.1f s: %s", seconds(a.from, length), seconds(a.to, length), a.what)
}

// seconds is the time at a part of a scene.
func seconds(part float64, length time.Duration) float64 { return part * length.Seconds() }

// highest is the upper end of the scale for both servers.
func highest(m metric, t *take) float64 {
	top := m.least
	for _, samples := range [][]sample{t.buggy, t.fixed} {
		for _, s := range samples {
			top = max(top, m.of(s))
		}
	}
	return top
}

// squeeze spreads a take of the given length over at most width values: each is the mean of the samples of its time,
// or the value before it where there is none. It returns those for which the time has come.
func squeeze(m metric, samples []sample, length time.Duration, width int) []float64 {
	width = max(1, min(width, int(length/sampleEvery)))
	sums, counts := make([]float64, width), make([]float64, width)
	filled := 0
	for _, s := range samples {
		i := min(int(int64(s.at)*int64(width)/int64(length)), width-1)
		sums[i] += m.of(s)
		counts[i]++
		filled = i + 1
	}
	for i := range filled {
		switch {
		case counts[i] > 0:
			sums[i] /= counts[i]
		case i > 0:
			sums[i] = sums[i-1]
		}
	}
	return sums[:filled]
}

// spark draws values with eighths of a block.
func spark(values []float64, top float64) string {
	blocks := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	for _, v := range values {
		i := int(v / top * float64(len(blocks)))
		b.WriteRune(blocks[min(max(i, 0), len(blocks)-1)])
	}
	return b.String()
}
