// Package paths decides how file names appear in reports.
package paths

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Short is the file as seen from dir when that is shorter, else the file.
func Short(dir, file string) string {
	rel, err := filepath.Rel(dir, file)
	if err != nil || len(rel) >= len(file) {
		return file
	}
	return rel
}

// Under returns the slash-separated path of a file below root.
func Under(root, file string) (string, bool) {
	rel, err := filepath.Rel(root, file)
	if err != nil || !filepath.IsLocal(rel) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

// Root is the directory that reports for other machines are relative to: the
// nearest one at or above dir that holds a repository, else a workspace or
// module, else dir.
func Root(dir string) string {
	for _, names := range [][]string{{".git", ".hg", ".jj"}, {"go.work"}, {"go.mod"}} {
		if root, ok := Above(dir, names...); ok {
			return root
		}
	}
	return dir
}

// Above returns the nearest directory at or above dir with an entry of one of
// the names.
func Above(dir string, names ...string) (string, bool) {
	for {
		for _, name := range names {
			if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
				return dir, true
			}
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}

// FileURI is the file: URI of an absolute path.
func FileURI(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/x
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}

// RelativeURI is the URI reference of a slash-separated relative path.
func RelativeURI(path string) string {
	return strings.TrimPrefix((&url.URL{Path: "/" + path}).EscapedPath(), "/")
}
