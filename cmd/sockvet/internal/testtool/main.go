// Command testtool is sockvet with the checks of the tests.
package main

import (
	"github.com/sockvet/sockvet/cmd/sockvet/internal/program"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/testtool/testsuite"
)

func main() { program.Main(testsuite.New()) }
