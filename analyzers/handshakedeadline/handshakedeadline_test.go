package handshakedeadline

import (
	"testing"

	"github.com/sockvet/sockvet/analyzers/internal/antest"
)

func TestHandshakeDeadline(t *testing.T) {
	antest.Run(t, Analyzer, "./handshakedeadline/bad", "./handshakedeadline/good", "./handshakedeadline/crosspkg", "./handshakedeadline/tak", "./handshakedeadline/takfixed")
}

func TestFixes(t *testing.T) {
	antest.RunFixes(t, Analyzer, "./fixes/handshakedeadline")
}
