package analyzers

import (
	"errors"
	"strings"

	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
	"github.com/sockvet/sockvet/analyzers/internal/report"
)

// What follows is for drivers that do more than to run the checks.

// CheckModel reports what is wrong with a file for the flag "netmodel", for
// drivers that can say so before they start.
func CheckModel(file string) error {
	_, err := netmodel.Load(file)
	if err == nil {
		return nil
	}
	return errors.New(strings.TrimPrefix(err.Error(), file+": "))
}

// Directive returns the names in a comment that silences checks; none means all
// checks. When ok is false the comment silences nothing, though it has names
// when it only lacks its reason.
func Directive(comment string) (names []string, ok bool) { return report.Directive(comment) }

// SuppressedCategory is the category of a diagnostic that a comment silences.
// Its related place is the comment. Checks emit it when their flag "suppressed"
// is set.
const SuppressedCategory = report.SuppressedCategory
