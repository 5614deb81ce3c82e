//go:build !race

package integration

// raceDetector says that memory is not what it is without it.
const raceDetector = false
