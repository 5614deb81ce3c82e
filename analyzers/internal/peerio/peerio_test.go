package peerio_test

import (
	"bytes"
	"encoding/gob"
	"reflect"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/sockvet/sockvet/analyzers/internal/antest"
	"github.com/sockvet/sockvet/analyzers/internal/peerio"
)

// maxFact is what the fact of one function may cost in export data. The largest
// are waits behind long chains of names.
const maxFact = 1024

// TestFacts checks the facts that the test data states, and that each of them
// survives the way through a file, byte for byte the same each time.
func TestFacts(t *testing.T) {
	n := 0
	for _, r := range antest.Run(t, peerio.Analyzer, "./acceptblock/wire") {
		n += checkFacts(t, r)
	}
	if n == 0 {
		t.Error("no facts")
	}
}

func checkFacts(t *testing.T, r *analysistest.Result) (n int) {
	for _, f := range r.Action.AllObjectFacts() {
		fact, ok := f.Fact.(*peerio.Fact)
		if !ok {
			continue
		}
		n++
		first := encode(t, fact)
		if len(first) > maxFact {
			t.Errorf("%v: fact of %d bytes: %v", f.Object, len(first), fact)
		}
		for range 5 {
			if !bytes.Equal(encode(t, fact), first) {
				t.Fatalf("%v: fact encoded differently each time", f.Object)
			}
		}
		var back peerio.Fact
		if err := gob.NewDecoder(bytes.NewReader(first)).Decode(&back); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(&back, fact) {
			t.Errorf("%v: %v came back as %v", f.Object, fact, &back)
		}
	}
	return n
}

func encode(t *testing.T, fact *peerio.Fact) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(fact); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}
