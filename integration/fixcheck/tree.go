package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"slices"
)

// A tree is the files that fixes change.
type tree struct {
	files map[string]*file
	// applied are the findings whose fix is in, by index.
	applied map[int]bool
	// conflicts are those whose fix could not be merged with the ones before.
	conflicts map[int]bool
}

type file struct {
	old   []byte
	edits []edit // in order, none overlapping another
	laid  string // the file that is laid over it

	looked, tidy bool // whether old has been looked at, and was formatted
}

// newTree merges the first fix of each finding, as the go command does; one that
// is in the way of another is left for the next run.
func newTree(found []finding) (*tree, error) {
	t := &tree{files: map[string]*file{}, applied: map[int]bool{}, conflicts: map[int]bool{}}
	for i, f := range found {
		if len(f.Fixes) == 0 {
			continue
		}
		merged, ok, err := t.merge(f.Fixes[0].Edits)
		if err != nil {
			return nil, err
		}
		if !ok {
			t.conflicts[i] = true
			continue
		}
		t.applied[i] = true
		for name, edits := range merged {
			t.files[name].edits = edits
		}
	}
	for name, f := range t.files {
		if len(f.edits) == 0 {
			delete(t.files, name)
		}
	}
	return t, nil
}

func (t *tree) merge(edits []edit) (merged map[string][]edit, ok bool, err error) {
	merged = map[string][]edit{}
	for _, e := range edits {
		if t.files[e.Filename] == nil {
			src, err := os.ReadFile(e.Filename)
			if err != nil {
				return nil, false, err
			}
			t.files[e.Filename] = &file{old: src}
		}
		if merged[e.Filename] == nil {
			merged[e.Filename] = slices.Clone(t.files[e.Filename].edits)
		}
		if !slices.Contains(merged[e.Filename], e) {
			merged[e.Filename] = append(merged[e.Filename], e)
		}
	}
	for _, all := range merged {
		slices.SortStableFunc(all, byOffset)
		for i := 1; i < len(all); i++ {
			if all[i].Start < all[i-1].End {
				return nil, false, nil
			}
		}
	}
	return merged, true, nil
}

func (f *file) fixed() []byte { return apply(f.old, f.edits) }

// apply makes edits that are in order.
func apply(src []byte, edits []edit) []byte {
	var buf bytes.Buffer
	at := 0
	for _, e := range edits {
		buf.Write(src[at:e.Start])
		buf.WriteString(e.New)
		at = e.End
	}
	buf.Write(src[at:])
	return buf.Bytes()
}

// formatted reports whether a formatted file still is after one fix. (Several
// fixes of one place may need the go command's gofmt.)
func (f *file) formatted(name string, fx fix) bool {
	if !f.wasFormatted() {
		return true
	}
	var own []edit
	for _, e := range fx.Edits {
		if e.Filename == name {
			own = append(own, e)
		}
	}
	slices.SortStableFunc(own, byOffset)
	fixed := apply(f.old, own)
	src, err := format.Source(fixed)
	return err == nil && bytes.Equal(src, fixed)
}

// wasFormatted reports whether the file was formatted before. It is asked for each fix.
func (f *file) wasFormatted() bool {
	if !f.looked {
		src, err := format.Source(f.old)
		f.looked, f.tidy = true, err == nil && bytes.Equal(src, f.old)
	}
	return f.tidy
}

func byOffset(a, b edit) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) }

// write writes the changed files and an overlay that names them.
func (t *tree) write(dir string) (string, error) {
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for name, f := range t.files {
		// The go command's cache keeps the names of files: a name must stand
		// for one content for ever.
		to := filepath.Join(dir, fmt.Sprintf("%x.go", sha256.Sum256(append([]byte(name+"\n"), f.fixed()...))))
		if err := os.WriteFile(to, f.fixed(), 0o600); err != nil {
			return "", err
		}
		overlay.Replace[name] = to
		f.laid = to
	}
	data, err := json.Marshal(overlay)
	if err != nil {
		return "", err
	}
	list := filepath.Join(dir, "overlay.json")
	return list, os.WriteFile(list, data, 0o600)
}

// original returns the file that another one was laid over.
func (t *tree) original(name string) string {
	for original, f := range t.files {
		if f.laid == name {
			return original
		}
	}
	return name
}

// brokenBy returns the directories of the files that do not compile any more.
func (t *tree) brokenBy(after, before map[string]bool) map[string]bool {
	out := map[string]bool{}
	for name := range after {
		if name = t.original(name); !before[name] {
			out[filepath.Dir(name)] = true
		}
	}
	return out
}

// moved returns where a place of the old tree is in the new one.
func (t *tree) moved(name string, line, col int) (int, int) {
	f := t.files[name]
	if f == nil {
		return line, col
	}
	at := offset(f.old, line, col)
	to := at
	for _, e := range f.edits {
		if e.End <= at && (e.Start < at || e.Start == e.End) {
			to += len(e.New) - (e.End - e.Start)
		}
	}
	return lineCol(f.fixed(), to)
}

func offset(src []byte, line, col int) int {
	at := 0
	for ; line > 1; line-- {
		n := bytes.IndexByte(src[at:], '\n')
		if n < 0 {
			return len(src)
		}
		at += n + 1
	}
	return min(at+col-1, len(src))
}

func lineCol(src []byte, at int) (line, col int) {
	at = min(at, len(src))
	start := bytes.LastIndexByte(src[:at], '\n') + 1
	return bytes.Count(src[:at], []byte{'\n'}) + 1, at - start + 1
}
