//go:build unix

package analyzers_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

var plot = flag.String("plot", "", "file that gets a plot of the growth of the giants, as SVG")

// -- the plot of the giants --

// point is one measurement.
type point struct {
	size int
	cost cost
}

// plotSteps is how often the size is doubled; the first is that of [TestGiants].
const plotSteps = 4

// plotGiants measures each giant in growing sizes and draws the times over the
// sizes, both relative to the first and in powers of two, beside a line of slope 1.
func plotGiants(t *testing.T, file string) {
	var lines [][]point
	for _, g := range giantShapes {
		var line []point
		for step := range plotSteps {
			size := g.size * *giants << step
			line = append(line, point{size, g.time(t, size)})
			t.Logf("%s, size %d: checks %v, SSA form %v", g.name, size, line[step].cost.checks.Round(time.Millisecond), line[step].cost.ssa.Round(time.Millisecond))
		}
		lines = append(lines, line)
	}
	if err := os.WriteFile(file, []byte(drawGiants(lines)), 0o600); err != nil {
		t.Fatal(err)
	}
}

const (
	plotWidth, plotHeight = 640, 420
	plotLeft, plotTop     = 60, 40
	plotGrid              = 64 // pixels for one doubling
)

var plotColors = []string{"#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#17becf"}

func drawGiants(lines [][]point) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", plotWidth, plotHeight)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="white"/><text x="%d" y="20">time of all checks, SSA form left out, over size; both in multiples of the first</text>`+"\n", plotLeft)
	for i := range plotSteps {
		x, y := plotAt(float64(i), 0)
		fmt.Fprintf(&b, `<line x1="%.0f" y1="%d" x2="%.0f" y2="%.0f" stroke="#ddd"/><text x="%.0f" y="%.0f" text-anchor="middle">%d</text>`+"\n", x, plotTop, x, y, x, y+18, 1<<i)
		x, y = plotAt(0, float64(i))
		fmt.Fprintf(&b, `<line x1="%.0f" y1="%.0f" x2="%.0f" y2="%.0f" stroke="#ddd"/><text x="%.0f" y="%.0f" text-anchor="end">%d</text>`+"\n", x, y, x+plotGrid*(plotSteps-1), y, x-8, y+4, 1<<i)
	}
	fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="#888" stroke-dasharray="5 4"/>`+"\n", polyline(func(i int) float64 { return float64(i) }))
	fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="#bbb" stroke-dasharray="2 3"/>`+"\n", square())
	x := plotLeft + plotGrid*(plotSteps-1) + 30
	fmt.Fprintf(&b, `<text x="%d" y="%d" fill="#888">dashed: linear, dotted: square</text>`+"\n", x, plotTop+10)
	for n, line := range lines {
		first := line[0].cost.checks
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n",
			polyline(func(i int) float64 { return math.Log2(float64(line[i].cost.checks) / float64(first)) }), plotColors[n%len(plotColors)])
		last := line[len(line)-1]
		fmt.Fprintf(&b, `<text x="%d" y="%d" fill="%s">%s: %d, %s</text>`+"\n", x, plotTop+32+18*n, plotColors[n%len(plotColors)], giantShapes[n].name, last.size, last.cost.checks.Round(time.Millisecond))
	}
	return b.String() + "</svg>\n"
}

func polyline(y func(i int) float64) string {
	var b strings.Builder
	for i := range plotSteps {
		px, py := plotAt(float64(i), y(i))
		fmt.Fprintf(&b, "%.1f,%.1f ", px, py)
	}
	return strings.TrimSpace(b.String())
}

// square is the line of slope 2, as far as there is room.
func square() string {
	x, y := plotAt(0, 0)
	tox, toy := plotAt((plotSteps+1)/2.0, plotSteps+1)
	return fmt.Sprintf("%.1f,%.1f %.1f,%.1f", x, y, tox, toy)
}

func plotAt(x, y float64) (px, py float64) {
	return plotLeft + plotGrid*x, plotHeight - 50 - plotGrid*y
}
