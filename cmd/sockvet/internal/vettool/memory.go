package vettool

import (
	"os"
	"path/filepath"
	"runtime/debug"
)

// The garbage collector takes a fifth of the time of small packages at its
// default, and the package and its SSA form take most of the memory of large
// ones. So the one trades memory for time, and the other time for memory.
const (
	smallPackage = 1 << 20 // bytes of Go source
	largePackage = 3 << 20

	gcOfSmall = 170 // as of [debug.SetGCPercent]
	gcOfLarge = 60
)

// tuneGC sets the pace of the garbage collector for a package of so many bytes,
// unless the environment does.
func tuneGC(source int64) {
	if os.Getenv("GOGC") != "" {
		return
	}
	if percent := gcPercent(source); percent != 0 {
		debug.SetGCPercent(percent)
	}
}

// gcPercent returns 0 for the default.
func gcPercent(source int64) int {
	switch {
	case source < smallPackage:
		return gcOfSmall
	case source > largePackage:
		return gcOfLarge
	}
	return 0
}

// sourceSize adds up the sizes of the files.
func sourceSize(dir string, files []string) (n int64) {
	for _, name := range files {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		if info, err := os.Stat(name); err == nil {
			n += info.Size()
		}
	}
	return n
}
