package baseline

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/source"
)

// Fingerprints names the findings of one report for services that track them
// from run to run. The zero value is ready.
type Fingerprints struct{ seen map[Key]int }

// Of is stable under edits elsewhere, as the baseline's key is; equal keys are
// told apart by their order.
func (p *Fingerprints) Of(f finding.Finding, sources *source.Cache) string {
	if p.seen == nil {
		p.seen = make(map[Key]int)
	}
	key := KeyOf(f, sources)
	p.seen[key]++
	sum := sha256.Sum256([]byte(strings.Join([]string{key.Check, key.Package, key.In, key.Message}, "\x00")))
	return hex.EncodeToString(sum[:16]) + ":" + strconv.Itoa(p.seen[key])
}
