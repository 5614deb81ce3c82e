//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	us := []usage{{cpu: 3, wall: 1, memory: 9}, {cpu: 1, wall: 5, memory: 7}, {cpu: 2, wall: 4, memory: 8}}
	if m := median(us); m != (usage{cpu: 2, wall: 4, memory: 8}) {
		t.Errorf("median = %v", m)
	}
}

func TestCount(t *testing.T) {
	const said = `{
	"p": {
		"connclose": [
			{
				"posn": "p.go:1:1",
				"message": "1 of 4 functions with an obligation undecided"
			}
		]
	}
}
{
	"p [p.test]": {
		"connclose": [
			{
				"posn": "p.go:1:1",
				"message": "2 of 6 functions with an obligation undecided"
			},
			{
				"posn": "p.go:5:1",
				"message": "sockvet_summary failed on p.f: nil (x.go:1)"
			},
			{
				"posn": "p.go:7:2",
				"message": "conn is not closed"
			}
		]
	},
	"dep": {
		"acceptblock": [
			{
				"posn": "/mod/dep.go:1:1",
				"message": "acceptblock failed: nil (x.go:1)"
			}
		],
		"connclose": [
			{
				"posn": "/mod/dep.go:1:1",
				"message": "0 of 3 functions with an obligation undecided"
			}
		]
	}
}
`
	seen := map[string]bool{}
	var first, second tree
	first.count("/a", said, seen)
	if first.undecided != 2 || first.holding != 9 || first.failed != 2 {
		t.Errorf("counted %+v", first)
	}
	second.count("/b", said, seen) // another p, the same dependency
	if second.undecided != 2 || second.holding != 6 || second.failed != 1 {
		t.Errorf("counted in the second tree %+v", second)
	}
}

func TestComplaints(t *testing.T) {
	var tr tree
	tr.complaints("# p\n./p.go:1:1: undefined: x\n# q\npanic: runtime error\n\ngoroutine 1:\n")
	if tr.broken != 2 || tr.crashes != 1 {
		t.Errorf("counted %+v", tr)
	}
}

func TestTable(t *testing.T) {
	a := &contender{name: "a", cold: []usage{{cpu: 2 * time.Second, wall: time.Second, memory: 1 << 20}}, warm: []usage{{cpu: time.Second, wall: time.Second}}}
	b := &contender{name: "b", cold: []usage{{cpu: 3 * time.Second, wall: time.Second, memory: 3 << 20}}, warm: []usage{{cpu: time.Second, wall: time.Second}}}
	var out strings.Builder
	if err := table(&out, []*contender{a, b}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	if got := strings.Fields(lines[2]); len(got) != 11 || got[2] != "1.50" || got[6] != "3.00" {
		t.Errorf("table:\n%s", out.String())
	}
}

// TestMeasure takes the go command itself, which finds nothing wrong here.
func TestMeasure(t *testing.T) {
	u, err := measure(exec.Command("go", "vet", "."))
	if err != nil {
		t.Fatal(err)
	}
	if u.cpu <= 0 || u.wall <= 0 || u.memory < 1<<20 {
		t.Errorf("measured %+v", u)
	}
	if _, err := measure(exec.Command("go", "no-such-command")); err == nil {
		t.Error("no error")
	}
}

func TestCopyOf(t *testing.T) {
	from := filepath.Join(t.TempDir(), "tool")
	if err := os.WriteFile(from, []byte("tool"), 0o600); err != nil {
		t.Fatal(err)
	}
	to, err := copyOf(from, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(to)
	if err != nil || !strings.HasPrefix(string(data), "tool") || len(data) == 4 {
		t.Errorf("copy is %q, %v", data, err)
	}
}
