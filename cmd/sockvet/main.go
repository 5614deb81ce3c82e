// Command sockvet finds the bugs by which Go network servers stop accepting
// clients or run out of descriptors.
//
//	sockvet ./...
//	go vet -vettool=$(which sockvet) ./...
//
// See "sockvet help".
package main

import (
	"github.com/sockvet/sockvet/analyzers"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/program"
)

func main() { program.Main(analyzers.Suite()) }
