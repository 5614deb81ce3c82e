package checks

import (
	"flag"
	"fmt"
	"strconv"
	"time"
)

// Validate reports whether a flag would accept the value, without setting it:
// the flag's variable belongs to the analyzer, which runs in another process.
func Validate(f *flag.Flag, value string) error {
	getter, ok := f.Value.(flag.Getter)
	if !ok {
		return nil // of a type of its own; the tool will say
	}
	var err error
	var want string
	switch getter.Get().(type) {
	case bool:
		want = "true or false"
		_, err = strconv.ParseBool(value)
	case int, int64:
		want = "a whole number"
		_, err = strconv.ParseInt(value, 0, 64)
	case uint, uint64:
		want = "a whole number that is not negative"
		_, err = strconv.ParseUint(value, 0, 64)
	case float64:
		want = "a number"
		_, err = strconv.ParseFloat(value, 64)
	case time.Duration:
		want = "a duration such as 5s"
		_, err = time.ParseDuration(value)
	}
	if err != nil {
		return fmt.Errorf("%q is not %s", value, want)
	}
	return nil
}

// IsBool reports whether the flag needs no value.
func IsBool(f *flag.Flag) bool {
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
}

// NetModelFlag is the flag, of every check, that names a file of API
// descriptions.
const NetModelFlag = "netmodel"

// FlagNames lists the check's own flags.
func (k Check) FlagNames() []string {
	var names []string
	for _, f := range k.Flags {
		names = append(names, f.Name)
	}
	return names
}
