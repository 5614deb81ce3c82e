package checks

import (
	"flag"
	"slices"
	"strings"
	"testing"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/testtool/testsuite"
	"golang.org/x/tools/go/analysis"
)

func TestNew(t *testing.T) {
	c := New(testsuite.New())
	if got, want := c.Names(), []string{"naming", "printer"}; !slices.Equal(got, want) {
		t.Fatalf("Names = %q, want %q", got, want)
	}
	k, ok := c.Get("printer")
	if !ok || k.Title != "report calls that end in println" || !strings.HasPrefix(k.Text, "The printer check") {
		t.Errorf("printer: %+v", k)
	}
	if k.Flag("depth") == nil || k.Flag("nothing") != nil {
		t.Errorf("flags of printer: %+v", k.Flags)
	}
	prefixed := New([]*analysis.Analyzer{{Name: "x", Doc: "x: does y\n\nmore"}})
	if prefixed[0].Title != "does y" || prefixed[0].Text != "more" {
		t.Errorf("got %+v", prefixed[0])
	}
}

func TestSelect(t *testing.T) {
	c := New([]*analysis.Analyzer{{Name: "c"}, {Name: "a"}, {Name: "b"}})
	for _, tt := range []struct{ spec, want string }{
		{"", "a b c"},
		{"a", "a"},
		{"a,c", "a c"},
		{"-b", "a c"},
		{"all,-b", "a c"},
		{"-all,b", "b"},
		{"a,-a,b", "b"},
		{" a , b ", "a b"},
	} {
		var spec []string
		if tt.spec != "" {
			spec = strings.Split(tt.spec, ",")
		}
		on, err := c.Select(spec)
		if err != nil {
			t.Errorf("Select(%q): %v", tt.spec, err)
			continue
		}
		var got []string
		for _, n := range c.Names() {
			if on[n] {
				got = append(got, n)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("Select(%q) = %q, want %q", tt.spec, got, tt.want)
		}
	}
	for _, spec := range []string{"d", "-d", "a,d", "", "-all", "a,-a"} {
		if on, err := c.Select(strings.Split(spec, ",")); err == nil {
			t.Errorf("Select(%q) = %v, want an error", spec, on)
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("Select(%q): %q is not one line", spec, err)
		}
	}
}

func TestValidate(t *testing.T) {
	var fs flag.FlagSet
	fs.Bool("bool", false, "")
	fs.Int("int", 7, "")
	fs.Uint("uint", 0, "")
	fs.Float64("float", 0, "")
	fs.Duration("duration", 0, "")
	fs.String("string", "", "")
	for _, tt := range []struct {
		flag, value string
		ok          bool
	}{
		{"bool", "true", true}, {"bool", "yes", false},
		{"int", "-3", true}, {"int", "0x10", true}, {"int", "3.5", false}, {"int", "", false},
		{"uint", "3", true}, {"uint", "-3", false},
		{"float", "3.5", true}, {"float", "x", false},
		{"duration", "5s", true}, {"duration", "5", false},
		{"string", "anything", true},
	} {
		if err := Validate(fs.Lookup(tt.flag), tt.value); (err == nil) != tt.ok {
			t.Errorf("Validate(%s, %q) = %v", tt.flag, tt.value, err)
		}
	}
	if got := fs.Lookup("int").Value.String(); got != "7" {
		t.Errorf("Validate changed the flag to %s", got)
	}
	if !IsBool(fs.Lookup("bool")) || IsBool(fs.Lookup("int")) {
		t.Error("IsBool")
	}
}

func TestDoc(t *testing.T) {
	k, _ := New(testsuite.New()).Get("printer")
	for form, tt := range map[string]struct{ got, want string }{
		"text":     {k.PlainText(), "\n# Bad\n\n\tfunc f()"},
		"markdown": {k.Markdown(), "\n## Bad\n\n\tfunc f()"},
		"html":     {k.HTML(), "<h2>Bad</h2>\n<pre>func f()"},
	} {
		if !strings.Contains(tt.got, tt.want) {
			t.Errorf("%s: %q is not in\n%s", form, tt.want, tt.got)
		}
	}
	if got := (Check{Text: "a <b> & c"}).HTML(); !strings.Contains(got, "a &lt;b&gt; &amp; c") {
		t.Errorf("markup in the documentation became %q", got)
	}
}
