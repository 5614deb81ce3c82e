//go:build unix && !linux

package main

// maxrssUnit is the unit of ru_maxrss, in bytes: so on Darwin; other systems
// count kilobytes.
const maxrssUnit = 1
