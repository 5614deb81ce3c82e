// Package atomicfile writes a file whole or not at all.
package atomicfile

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write calls write with a writer to a temporary file beside the one named,
// and renames it when all went well. A path that is not a regular file, such
// as a terminal or a pipe, is written to directly.
func Write(path string, write func(io.Writer) error) error {
	mode := fs.FileMode(0o644)
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return writeDirect(path, write)
	case err == nil:
		mode = info.Mode().Perm()
		// Replace the target of a symbolic link, not the link.
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".tmp*")
	if err != nil {
		return err
	}
	err = errors.Join(fill(f, write), f.Chmod(mode))
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

func writeDirect(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(fill(f, write), f.Close())
}

func fill(w io.Writer, write func(io.Writer) error) error {
	buf := bufio.NewWriter(w)
	if err := write(buf); err != nil {
		return err
	}
	return buf.Flush()
}
