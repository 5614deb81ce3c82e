package irx

import (
	"flag"

	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// settings are what the user may set for all checks at once. They are flags of
// the analyzers, so they are part of every driver's cache key.
type settings struct {
	modelFile string
	std       bool
	tests     bool // some check reports in test files
}

// shared are the settings of the one [Analyzer]. They are written by flag
// parsing, before any package is analyzed, and only read after that.
var shared settings

// AddFlags adds the flags that all checks share to the flags of one of them.
func AddFlags(fs *flag.FlagSet) {
	fs.StringVar(&shared.modelFile, "netmodel", "", "`file` with additional rows for the model (JSON; see the docs of analyzers/internal/netmodel)")
	fs.BoolVar(&shared.std, "std", false, "analyze the standard library too instead of relying on the model (for testing the analysis)")
}

// resolveModel resolves the model for the package, with the user's rows.
func (p *Package) resolveModel() (*netmodel.Model, error) {
	rows, err := loadRows(p.settings.modelFile)
	if err != nil {
		return nil, err
	}
	return netmodel.Resolve(p.Pass.Pkg, rows), nil
}

func loadRows(file string) ([]netmodel.Row, error) {
	if file == "" {
		return nil, nil
	}
	return netmodel.Load(file)
}
