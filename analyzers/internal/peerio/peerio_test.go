package peerio_test

import (
	"testing"

	"github.com/sockvet/sockvet/analyzers/internal/antest"
	"github.com/sockvet/sockvet/analyzers/internal/peerio"
)

func TestFacts(t *testing.T) {
	antest.Run(t, peerio.Analyzer, "./acceptblock/wire")
}
