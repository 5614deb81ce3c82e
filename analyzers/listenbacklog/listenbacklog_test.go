package listenbacklog

import (
	"testing"

	"github.com/sockvet/sockvet/analyzers/internal/antest"
)

func TestListenBacklog(t *testing.T) {
	antest.Run(t, Analyzer, "./listenbacklog/direct", "./listenbacklog/fields", "./listenbacklog/wrapuser", "./listenbacklog/optuser", "./listenbacklog/tak", "./listenbacklog/takfixed")
}

func TestMinBacklog(t *testing.T) {
	a := newAnalyzer()
	if err := a.Flags.Set("min-backlog", "1024"); err != nil {
		t.Fatal(err)
	}
	antest.Run(t, a, "./listenbacklog_min")
}

func TestFixes(t *testing.T) {
	antest.RunFixes(t, Analyzer, "./fixes/listenbacklog")
}
