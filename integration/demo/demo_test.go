package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sockvet/sockvet/integration/rig"
	"github.com/sockvet/sockvet/integration/tidy"
)

// TestMain lets the test binary be a server process too.
func TestMain(m *testing.M) {
	if code, child := rig.Main(); child {
		os.Exit(code)
	}
	os.Exit(tidy.Main(m))
}

// TestPerform plays a short scene for real. On a busy machine little happens in a short scene, so a longer one may
// show what it did not.
func TestPerform(t *testing.T) {
	t.Parallel()
	lab, err := rig.NewLab()
	if err != nil {
		t.Fatal(err)
	}
	picked, err := pick([]string{"silent client"})
	if err != nil {
		t.Fatal(err)
	}
	const shortest, longest = 3 * time.Second, 30 * time.Second
	for length := shortest; ; length *= 2 {
		shown := 0
		took, err := perform(t.Context(), lab, picked[0], length, func(*take) { shown++ })
		if errors.Is(err, errors.ErrUnsupported) {
			tidy.Skip(t, err)
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(took.buggy) != len(took.fixed) || shown != len(took.buggy) {
			t.Fatalf("%d and %d samples, shown %d times", len(took.buggy), len(took.fixed), shown)
		}
		queue := func(s sample) float64 { return s.queue }
		full, held := highestOf(queue, took.buggy), highestOf(queue, took.fixed)
		served := highestOf(func(s sample) float64 { return s.served }, took.fixed)
		if full >= 10 && held <= full/2 && served > 0 {
			return
		}
		if length > longest {
			t.Fatalf("longest queue %v with the bug, %v fixed; the fixed server served %v a second", full, held, served)
		}
	}
}

func highestOf(of func(sample) float64, samples []sample) float64 {
	top := 0.0
	for _, s := range samples {
		top = max(top, of(s))
	}
	return top
}

// madeUp is a take with a bug that fills the queue, 4 of 8 seconds of it.
func madeUp(sc scene) *take {
	tk := &take{scene: sc, length: 8 * time.Second}
	for at := sampleEvery; at <= 4*time.Second; at += sampleEvery {
		tk.buggy = append(tk.buggy, sample{at: at, served: 5, queue: 300 * at.Seconds() / 4})
		tk.fixed = append(tk.fixed, sample{at: at, served: 25})
	}
	return tk
}

func TestPage(t *testing.T) {
	var takes []*take
	for _, sc := range scenes() {
		takes = append(takes, madeUp(sc))
	}
	var page bytes.Buffer
	if err := renderPage(&page, takes); err != nil {
		t.Fatal(err)
	}
	text := page.String()
	if n, want := strings.Count(text, "<polyline "), 2*len(metrics())*len(takes); n != want {
		t.Errorf("%d lines are drawn, want %d", n, want)
	}
	for _, sc := range scenes() {
		if !strings.Contains(text, "integration/"+sc.buggy) {
			t.Errorf("the page does not name %s", sc.buggy)
		}
	}
	if out := regexp.MustCompile(`(?:src|href)="[^#]|url\(|@import`).FindString(text); out != "" {
		t.Errorf("the page is not self-contained: %q", out)
	}
	if !strings.Contains(text, "at worst 300 with the bug, 0 fixed; in the end 300 and 0") {
		t.Error("the page does not say how long the queue became")
	}
	wellFormed(t, text[strings.Index(text, "<main>"):strings.Index(text, "</main>")+len("</main>")])
}

// wellFormed holds the drawn part of the page to the rules of XML, which browsers forgive and other readers do not.
func wellFormed(t *testing.T, text string) {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := dec.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestPointsStayInThePlot(t *testing.T) {
	tk := madeUp(scenes()[0])
	tk.buggy = append(tk.buggy, sample{at: tk.length + sampleEvery, served: 1})
	for _, m := range metrics() {
		p := newPlot(m, tk)
		for _, xy := range strings.Fields(p.Buggy + " " + p.Fixed) {
			var x, y float64
			if _, err := fmt.Sscanf(xy, "%f,%f", &x, &y); err != nil {
				t.Fatalf("%q: %v", xy, err)
			}
			if x < marginLeft || x > plotWidth-marginRight || y < marginTop || y > plotHeight-marginBottom {
				t.Errorf("%s: %s is outside", m.name, xy)
			}
		}
	}
}

func TestFrame(t *testing.T) {
	for _, columns := range []int{60, 80, 120, 200} {
		s := screen{columns: columns}
		for _, sc := range scenes() {
			part, whole := &take{scene: sc, length: 8 * time.Second}, madeUp(sc)
			if a, b := len(s.frame(part)), len(s.frame(whole)); a != b {
				t.Errorf("%s at %d columns: %d lines at first, later %d", sc.name, columns, a, b)
			}
			for _, line := range s.frame(whole) {
				if n := len([]rune(line)); n > columns && columns >= 70 {
					t.Errorf("%s at %d columns: a line of %d", sc.name, columns, n)
				}
			}
		}
	}
}

func TestScreenDrawsOverItself(t *testing.T) {
	var out bytes.Buffer
	s := screen{w: &out, live: true, columns: 100}
	tk := madeUp(scenes()[0])
	s.show(tk)
	lines := strings.Count(out.String(), "\n")
	out.Reset()
	s.show(tk)
	if want := fmt.Sprintf("\x1b[%dA", lines); !strings.HasPrefix(out.String(), want) {
		t.Errorf("the second frame begins with %q, want %q", out.String()[:10], want)
	}
	out.Reset()
	quiet := screen{w: &out, columns: 100}
	quiet.show(tk)
	if out.Len() > 0 {
		t.Error("frames are drawn where there is no terminal")
	}
	quiet.finish(tk)
	if out.Len() == 0 || strings.Contains(out.String(), "\x1b") {
		t.Errorf("without a terminal the last frame is %q", out.String())
	}
}

func TestSqueeze(t *testing.T) {
	m := metrics()[1]
	samples := []sample{{at: 100 * time.Millisecond, queue: 1}, {at: 900 * time.Millisecond, queue: 3}, {at: 2500 * time.Millisecond, queue: 8}}
	if got, want := squeeze(m, samples, 4*time.Second, 4), []float64{2, 2, 8}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := spark([]float64{0, 4, 8, 9}, 8); got != "▁▅██" {
		t.Errorf("spark draws %s", got)
	}
}

func TestNiceTop(t *testing.T) {
	for v, want := range map[float64]float64{0: 2, 1: 2, 3: 4, 17: 20, 40: 40, 41: 50, 51: 100, 163: 200} {
		if got := niceTop(v); got != want {
			t.Errorf("niceTop(%v) = %v, want %v", v, got, want)
		}
	}
}

func TestPick(t *testing.T) {
	if all, err := pick([]string{"all"}); err != nil || len(all) != len(scenes()) {
		t.Errorf("all: %d scenes, %v", len(all), err)
	}
	if some, err := pick([]string{"connclose", "registry"}); err != nil || len(some) != 3 {
		t.Errorf("a check and a scene: %d scenes, %v", len(some), err)
	}
	if _, err := pick([]string{"nonsense"}); err == nil {
		t.Error("nonsense is picked")
	}
}

// TestScenesMatchTheVariants holds the scenes to the table of server packages.
func TestScenesMatchTheVariants(t *testing.T) {
	checks := make(map[string]string)
	for _, v := range rig.Variants() {
		checks[v.Pkg] = v.Check
	}
	played := make(map[string]bool)
	for _, sc := range scenes() {
		if checks[sc.buggy] != sc.check || checks[sc.fixed] != "" {
			t.Errorf("%s: %s is reported by %q and %s by %q", sc.name, sc.buggy, checks[sc.buggy], sc.fixed, checks[sc.fixed])
		}
		played[sc.check] = true
	}
	if len(played) != 6 {
		t.Errorf("%d checks have a scene, want 6", len(played))
	}
}
