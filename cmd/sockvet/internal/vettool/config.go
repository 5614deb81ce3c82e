package vettool

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// unit is the part of the go command's description of a compilation unit that
// decides what is reported and at what pace.
type unit struct {
	VetxOnly      bool
	ModulePath    string
	ModuleVersion string
	Dir           string
	GoFiles       []string
}

// adapt returns the name of the description to be used in place of the one
// given, which it changes if the unit is to be reported on.
func adapt(name string, args []string) (string, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	var u unit
	if err := json.Unmarshal(data, &u); err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	tuneGC(sourceSize(u.Dir, u.GoFiles))
	if !u.VetxOnly || !reportOn(u, args) {
		return name, nil
	}
	// Everything else is passed on as it is, whatever the go command's version.
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	all["VetxOnly"] = json.RawMessage("false")
	if data, err = json.Marshal(all); err != nil {
		return "", err
	}
	adapted := filepath.Join(filepath.Dir(name), "sockvet.cfg")
	return adapted, os.WriteFile(adapted, data, 0o666)
}

// reportOn decides whether a package that is only a dependency is reported on.
//
// The go command (seen in 1.26) keeps one cache entry for a package whether it
// was the subject or a dependency, and replays it for both. A package first
// seen as a dependency, with "go vet ./cmd", would be silent for ever after,
// also for "go vet ./...". So the result must not depend on the role:
//
//   - The sockvet command asks for reports on everything (DepsFlag) and drops
//     what is not of the packages named.
//   - Under a bare "go vet -vettool", packages of the main module and of the
//     workspace are reported on in either role. The go command then prints
//     findings in a dependency of the same module too, as it does anyway once
//     they are in its cache.
//
// Fixes are applied to subjects only. They are cached apart.
func reportOn(u unit, args []string) bool {
	if has(args, "fix") {
		return false
	}
	return has(args, DepsFlag) || u.ModulePath != "" && u.ModuleVersion == ""
}
