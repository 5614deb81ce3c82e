// Package drivers has the tests that build the programs in which sockvet runs
// (the command, go vet, golangci-lint, gopls) and hold what they report against
// each other. They take minutes the first time, so they are a module of their
// own:
//
//	cd integration/drivers && go test ./...
package drivers
