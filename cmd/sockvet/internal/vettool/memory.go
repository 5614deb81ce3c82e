package vettool

import (
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// The garbage collector takes a fifth of the time of small packages at its
// default, and the package and its SSA form take most of the memory of large
// ones. So the one trades memory for time, and the other time for memory.
//
// Nearly all that is read and made of a package before its analysis begins stays
// to the end: to collect garbage while the heap grows to that size is in vain. So
// the collector waits until then, and keeps to its pace from then on: a heap may
// grow by so many bytes, whatever its size, or by so much of what is in use.
const (
	leastHeap     = 32 << 20 // bytes
	heapPerSource = 52       // for a byte of Go source

	headroom  = 64 << 20 // bytes
	gcOfSmall = 200      // as of [debug.SetGCPercent]
	gcOfLarge = 50
)

// tuneGC sets the pace of the garbage collector for a package of so many bytes,
// unless the environment does.
func tuneGC(source int64) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetMemoryLimit(max(leastHeap, heapPerSource*source))
	debug.SetGCPercent(-1)
	afterEachGC(func() {
		debug.SetGCPercent(gcPercent(liveHeap()))
		debug.SetMemoryLimit(math.MaxInt64)
	})
}

// afterEachGC has f called when the collector has run, each time.
func afterEachGC(f func()) {
	// Nothing holds it: the next collection finds it.
	runtime.SetFinalizer(&struct{ noticed func() }{f}, func(noticed *struct{ noticed func() }) {
		noticed.noticed()
		afterEachGC(f)
	})
}

// liveHeap is what the last collection found in use, in bytes.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0 // a release of Go that does not tell
	}
	return sample[0].Value.Uint64()
}

// gcPercent is the pace for so many bytes in use.
func gcPercent(live uint64) int {
	return int(min(max(gcOfLarge, 100*headroom/max(live, 1)), gcOfSmall))
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
