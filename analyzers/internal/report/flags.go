package report

import (
	"flag"

	"golang.org/x/tools/go/analysis"
)

// Names of the flags that say what becomes of suppressed findings.
const (
	nolintFlag     = "nolint"
	suppressedFlag = "suppressed"
	debugFlag      = "debug"
)

// SuppressedCategory marks diagnostics that a comment silences. They are
// emitted only when the flag "suppressed" asks for them, so that a driver can
// tell which comments silence nothing.
const SuppressedCategory = "suppressed"

// AddFlags adds the flags that every check has for what is reported. Their
// values are read from the analyzer of the pass, so that a copy of an analyzer
// with the same flags has the same settings.
func AddFlags(fs *flag.FlagSet) {
	fs.Bool(nolintFlag, true, "honour //nolint comments (false where the driver does it itself)")
	fs.Bool(suppressedFlag, false, `report, under the category "suppressed", what comments silence`)
	fs.Bool(debugFlag, false, `report, under the category "debug", what was left undecided and what failed`)
}

// isSet is false for a flag that the analyzer lacks.
func isSet(a *analysis.Analyzer, name string) bool {
	f := a.Flags.Lookup(name)
	if f == nil {
		return false
	}
	g, ok := f.Value.(flag.Getter)
	return ok && g.Get() == true
}
