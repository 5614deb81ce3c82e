package paths

import (
	"os"
	"path/filepath"
	"testing"
)

func TestShort(t *testing.T) {
	for _, tt := range []struct{ dir, file, want string }{
		{"/m", "/m/a/b.go", "a/b.go"},
		{"/home/m/c", "/home/m/a/b.go", "../a/b.go"},
		{"/very/deep/down/here", "/usr/x.go", "/usr/x.go"},
		{"/m", "a.go", "a.go"},
	} {
		if got := Short(filepath.FromSlash(tt.dir), filepath.FromSlash(tt.file)); got != filepath.FromSlash(tt.want) {
			t.Errorf("Short(%q, %q) = %q, want %q", tt.dir, tt.file, got, tt.want)
		}
	}
}

func TestUnder(t *testing.T) {
	if got, ok := Under("/m", "/m/a/b.go"); !ok || got != "a/b.go" {
		t.Errorf("got %q, %v", got, ok)
	}
	for _, file := range []string{"/n/b.go", "/mm/b.go", "b.go"} {
		if got, ok := Under("/m", file); ok {
			t.Errorf("Under(/m, %s) = %q", file, got)
		}
	}
}

func TestRoot(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	repo := filepath.Join(dir, "repo")
	deep := filepath.Join(repo, "mod", "pkg")
	for _, d := range []string{filepath.Join(repo, ".git"), deep} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(repo, "mod", "go.mod"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := Root(deep); got != repo {
		t.Errorf("Root = %q, want the repository %q", got, repo)
	}
	if got, ok := Above(deep, "go.mod"); !ok || got != filepath.Join(repo, "mod") {
		t.Errorf("Above = %q, %v", got, ok)
	}
	if _, ok := Above(deep, "no such file here"); ok {
		t.Error("Above found a file that does not exist")
	}
}

func TestURIs(t *testing.T) {
	if got, want := FileURI("/a b/c#d.go"), "file:///a%20b/c%23d.go"; got != want {
		t.Errorf("FileURI = %q, want %q", got, want)
	}
	for in, want := range map[string]string{
		"a b/c.go":     "a%20b/c.go",
		"x:y/c.go":     "x:y/c.go",
		"é.go":         "%C3%A9.go",
		"a/100%/b?.go": "a/100%25/b%3F.go",
	} {
		if got := RelativeURI(in); got != want {
			t.Errorf("RelativeURI(%q) = %q, want %q", in, got, want)
		}
	}
}
