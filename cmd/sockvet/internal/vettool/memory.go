package vettool

import (
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
)

// The garbage collector takes a fifth of the time of small packages at its
// default, and the package and its SSA form take most of the memory of large
// ones. So the one trades memory for time, and the other time for memory.
//
// Nearly all that is read and made of a package before its analysis begins stays
// to the end: to collect garbage while the heap grows to that size is in vain. So
// the collector waits until then, and keeps to its pace from then on.
const (
	smallPackage = 1 << 20 // bytes of Go source
	largePackage = 6 << 20

	gcOfSmall = 170 // as of [debug.SetGCPercent]
	gcDefault = 100
	gcOfLarge = 60

	leastHeap     = 32 << 20 // bytes
	heapPerSource = 60       // for a byte of Go source
)

// tuneGC sets the pace of the garbage collector for a package of so many bytes,
// unless the environment does.
func tuneGC(source int64) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	begin := &struct{ noticed func() }{func() {
		debug.SetGCPercent(gcPercent(source))
		debug.SetMemoryLimit(math.MaxInt64)
	}}
	debug.SetMemoryLimit(max(leastHeap, heapPerSource*source))
	debug.SetGCPercent(-1)
	// Nothing holds it: the first collection finds it.
	runtime.SetFinalizer(begin, func(b *struct{ noticed func() }) { b.noticed() })
}

// gcPercent is the pace for a package of so many bytes.
func gcPercent(source int64) int {
	switch {
	case source < smallPackage:
		return gcOfSmall
	case source > largePackage:
		return gcOfLarge
	}
	return gcDefault
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
