package htmlreport

import (
	"bytes"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/reporttest"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/source"
)

func render(t *testing.T, findings []finding.Finding, problems ...string) string {
	t.Helper()
	var b bytes.Buffer
	err := Write(&b, findings, Options{
		Root:     reporttest.Root,
		Title:    "example.com/m <x>",
		Catalog:  reporttest.Catalog(),
		Problems: problems,
		Sources:  reporttest.Sources(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	reporttest.Golden(t, "report.html", []byte(render(t, reporttest.Findings(), "bad/a.go:1:2: undefined: x")))
}

// TestSelfContained: no address is loaded from anywhere; the links are the
// documentation's.
func TestSelfContained(t *testing.T) {
	page := render(t, reporttest.Findings())
	for _, loads := range []string{"src=", "@import", "url(http", "<link", "fetch(", "<img"} {
		if strings.Contains(page, loads) {
			t.Errorf("the page contains %q", loads)
		}
	}
	for _, m := range regexp.MustCompile(`https?://[^"<\s]+`).FindAllString(page, -1) {
		if !strings.HasPrefix(m, "https://example.com/") && m != "http://www.w3.org/2000/svg" {
			t.Errorf("address %s", m)
		}
	}
}

// TestWellFormed runs the page through a parser that wants every element
// closed, and checks that ids are unique and links lead somewhere.
func TestWellFormed(t *testing.T) {
	page := render(t, reporttest.Findings(), "a problem")
	page = regexp.MustCompile(`(?s)<(script|style)>.*?</(script|style)>`).ReplaceAllString(page, "")
	dec := xml.NewDecoder(strings.NewReader(page))
	dec.Strict, dec.AutoClose, dec.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	ids, links := map[string]int{}, map[string]bool{}
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range start.Attr {
			switch {
			case a.Name.Local == "id":
				ids[a.Value]++
			case a.Name.Local == "href" && strings.HasPrefix(a.Value, "#"):
				links[a.Value[1:]] = true
			}
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %q occurs %d times", id, n)
		}
	}
	for link := range links {
		if ids[link] == 0 {
			t.Errorf("a link to #%s, which does not exist", link)
		}
	}
	for _, want := range []string{"f1", "f4", "check-connclose", "filters"} {
		if ids[want] == 0 {
			t.Errorf("no element %q", want)
		}
	}
}

// TestEscaping: nothing from the analysed program becomes markup.
func TestEscaping(t *testing.T) {
	evil := `</code><script>alert(1)</script>`
	pos := finding.Pos{Line: 1, Col: 3}
	f := finding.Finding{
		Span: finding.Span{File: "/src/" + evil, Start: pos, End: finding.Pos{Line: 1, Col: 9}}, Check: evil, Package: evil, Message: evil,
		URL:   "javascript:alert(1)",
		Fixes: []finding.Fix{{Message: evil}},
		Steps: []finding.Step{{Span: finding.Span{File: "/src/gone", Start: pos}, Message: evil}, {Span: finding.Span{File: "/src/x.go", Start: pos}, Message: evil}},
	}
	var b bytes.Buffer
	err := Write(&b, []finding.Finding{f}, Options{Root: "/src", Title: evil, Version: evil, Problems: []string{evil}, Sources: source.NewCache(
		func(path string) ([]byte, error) {
			if strings.HasSuffix(path, "gone") {
				return nil, io.EOF
			}
			return []byte(evil + "\n"), nil
		})})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "<script"); n != 1 {
		t.Errorf("%d script elements, want the page's own only", n)
	}
}

func TestNothingFound(t *testing.T) {
	if page := render(t, nil); !strings.Contains(page, "Nothing was found.") || !strings.Contains(page, "0 findings") {
		t.Error("the page does not say that nothing was found")
	}
}

// TestExcerpt checks which lines are shown and what is marked in them.
func TestExcerpt(t *testing.T) {
	text := "package p\n" + strings.Repeat("\n", 30) + "var a = \"x\" // here\n" + strings.Repeat("\n", 30)
	sources := source.NewCache(func(string) ([]byte, error) { return []byte(text), nil })
	at := finding.Span{File: "/src/a.go", Start: finding.Pos{Line: 32, Col: 9}, End: finding.Pos{Line: 32, Col: 12}}
	views, lost := files(finding.Finding{Span: at}, sources, func(s string) string { return s })
	if len(views) != 1 || len(lost) != 0 {
		t.Fatalf("views %v, lost %v", views, lost)
	}
	rows := views[0].Rows
	if n := len(rows); n != 2*context+3 || rows[0].Gap != 26 || rows[n-1].Gap != 25 {
		t.Fatalf("%d rows, gaps of %d and %d", n, rows[0].Gap, rows[n-1].Gap)
	}
	want := `<span class="k">var</span> a = <span class="s m p">&#34;x&#34;</span> <span class="c">// here</span>`
	if got := string(rows[context+1].Code); got != want {
		t.Errorf("code %s\nwant %s", got, want)
	}
	if got := rows[context+1].Labels; len(got) != 1 || got[0].Indent != 8 || !got[0].Primary {
		t.Errorf("labels %+v", got)
	}
}
