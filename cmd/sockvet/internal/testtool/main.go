// Command testtool is sockvet with the checks of the tests.
package main

import (
	"github.com/sockvet/sockvet/cmd/sockvet/internal/testtool/testsuite"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/vettool"
)

func main() { vettool.Main(testsuite.New()) }
