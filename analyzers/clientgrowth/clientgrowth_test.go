package clientgrowth

import (
	"testing"

	"github.com/sockvet/sockvet/analyzers/internal/antest"
)

func TestClientGrowth(t *testing.T) {
	antest.Run(t, Analyzer, "./clientgrowth/noremoval", "./clientgrowth/removed", "./clientgrowth/unreached",
		"./clientgrowth/exits", "./clientgrowth/pooluser", "./clientgrowth/hub", "./clientgrowth/web", "./clientgrowth/callbacks", "./clientgrowth/keys", "./clientgrowth/subscriptions", "./clientgrowth/waits", "./clientgrowth/accepting", "./clientgrowth/periodic", "./clientgrowth/owners", "./clientgrowth/lists", "./clientgrowth/shapes", "./clientgrowth/ended", "./clientgrowth/registries", "./clientgrowth/jobs", "./clientgrowth/misfit", "./clientgrowth/numbers",
		"./clientgrowth/tak", "./clientgrowth/takfixed")
}

func TestFixes(t *testing.T) {
	antest.RunFixes(t, Analyzer, "./fixes/clientgrowth")
}
