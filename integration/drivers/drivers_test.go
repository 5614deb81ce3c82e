package drivers

import (
	"testing"
)

// TestDriversAgree runs every driver on all of the test data and compares file,
// line, check and message with those of the command.
func TestDriversAgree(t *testing.T) {
	want := set(byCommand(t, testdata, "./..."))
	checks := map[string]int{}
	for _, f := range want {
		checks[f.Check]++
	}
	if len(checks) != 6 {
		t.Fatalf("the command reports %v: not all six checks", checks)
	}
	for _, driver := range []struct {
		name string
		run  func(t *testing.T, dir string, args ...string) []finding
	}{
		{"go vet", byVet},
		{"go vet, cached", byVet},
		{"golangci-lint", byGolangci},
		{"golangci-lint, cached", byGolangci},
		{"gopls", byGopls},
	} {
		t.Run(driver.name, func(t *testing.T) {
			same(t, driver.name, driver.run(t, testdata, "./..."), want)
		})
	}
}
