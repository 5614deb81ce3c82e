package main

import (
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed page.tmpl
var pageText string

// The size of a plot, and of the margins for what is written at its axes, in SVG units.
const (
	plotWidth, plotHeight = 320.0, 120.0
	marginLeft, marginTop = 34.0, 8.0
	marginRight           = 8.0
	marginBottom          = 18.0
)

// A plot is one metric of one scene, ready to be drawn.
type plot struct {
	Title        string
	Buggy, Fixed string // points of the lines
	YTicks       []tick
	XTicks       []tick
	Acts         []span
	Ends         string // the worst and the last values in words
}

// A tick is a mark at an axis.
type tick struct {
	At    float64
	Label string
}

// A span is the time of an act.
type span struct{ X, Width float64 }

// A section is one scene.
type section struct {
	ID, Name, Check, About, BuggyPkg string
	Acts                             []string
	Plots                            []plot
}

// frame is what all plots have in common.
type frame struct {
	Width, Height            float64
	Left, Right, Top, Bottom float64
}

// PlotHeight is the height between the axes.
func (f frame) PlotHeight() float64 { return f.Bottom - f.Top }

// LabelX is where labels at the value axis end.
func (f frame) LabelX() float64 { return f.Left - 5 }

// LabelY is the base line of labels at the time axis.
func (f frame) LabelY() float64 { return f.Height - 4 }

// writePage writes the takes to the named file.
func writePage(name string, takes []*take) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(renderPage(f, takes), f.Close())
}

func renderPage(w io.Writer, takes []*take) error {
	tmpl, err := template.New("page").Parse(pageText)
	if err != nil {
		return err
	}
	var sections []section
	for _, t := range takes {
		sections = append(sections, newSection(t))
	}
	return tmpl.Execute(w, map[string]any{
		"Sections": sections,
		"Frame": frame{
			Width: plotWidth, Height: plotHeight,
			Left: marginLeft, Right: plotWidth - marginRight, Top: marginTop, Bottom: plotHeight - marginBottom,
		},
	})
}

func newSection(t *take) section {
	sc := t.scene
	s := section{
		ID:   strings.ReplaceAll(sc.name, " ", "-"),
		Name: sc.name, Check: sc.check, About: sc.about, BuggyPkg: sc.buggy,
	}
	for _, a := range sc.acts {
		s.Acts = append(s.Acts, a.when(t.length))
	}
	for _, m := range metrics() {
		s.Plots = append(s.Plots, newPlot(m, t))
	}
	return s
}

func newPlot(m metric, t *take) plot {
	top := niceTop(highest(m, t))
	p := plot{
		Title:  m.title(),
		Buggy:  points(m, t.buggy, t.length, top),
		Fixed:  points(m, t.fixed, t.length, top),
		YTicks: []tick{{yAt(0, top), "0"}, {yAt(top/2, top), number(top / 2)}, {yAt(top, top), number(top)}},
		Ends: fmt.Sprintf("at worst %s with the bug, %s fixed; in the end %s and %s",
			worst(m, t, t.buggy), worst(m, t, t.fixed), lastOf(m, t.buggy), lastOf(m, t.fixed)),
	}
	for sec := 0.0; sec <= t.length.Seconds(); sec += tickSeconds(t.length) {
		p.XTicks = append(p.XTicks, tick{xAt(sec, t.length), number(sec) + " s"})
	}
	for _, a := range t.scene.acts {
		x := xAt(seconds(a.from, t.length), t.length)
		p.Acts = append(p.Acts, span{X: x, Width: xAt(seconds(a.to, t.length), t.length) - x})
	}
	return p
}

// points is the line of a metric.
func points(m metric, samples []sample, length time.Duration, top float64) string {
	var b strings.Builder
	for _, s := range samples {
		fmt.Fprintf(&b, "%.1f,%.1f ", xAt(min(s.at, length).Seconds(), length), yAt(m.of(s), top)) // the last may be late
	}
	return strings.TrimSpace(b.String())
}

func xAt(sec float64, length time.Duration) float64 {
	return marginLeft + sec/length.Seconds()*(plotWidth-marginLeft-marginRight)
}

func yAt(v, top float64) float64 {
	return plotHeight - marginBottom - v/top*(plotHeight-marginTop-marginBottom)
}

// niceTop is the least of 1, 2, 4, 5, 10, 20, 40, 50, ... that is not below v: halves of them are short numbers too.
func niceTop(v float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(max(v, 1))))
	for _, f := range []float64{1, 2, 4, 5} {
		if v <= f*unit {
			return max(f*unit, 2)
		}
	}
	return 10 * unit
}

// tickSeconds is the distance of the marks at the time axis, so that there are at most about five.
func tickSeconds(length time.Duration) float64 { return max(1, math.Ceil(length.Seconds()/5)) }

// worst is the worst value since the first act began.
func worst(m metric, t *take, samples []sample) string {
	var since []float64
	for _, s := range samples {
		if len(t.scene.acts) > 0 && s.at.Seconds() >= seconds(t.scene.acts[0].from, t.length) {
			since = append(since, m.of(s))
		}
	}
	switch {
	case len(since) == 0:
		return "none"
	case m.less:
		return number(slices.Min(since)) + m.unit
	}
	return number(slices.Max(since)) + m.unit
}

func lastOf(m metric, samples []sample) string {
	if len(samples) == 0 {
		return "none"
	}
	return number(m.of(samples[len(samples)-1])) + m.unit
}

// number is v with a decimal only where there is something to say with it.
func number(v float64) string {
	if v < 10 {
		v = math.Round(10*v) / 10
	} else {
		v = math.Round(v)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
