// Package errs is a library of errors in which no connection can appear.
package errs

import "errors"

func Is(err, target error) bool { return errors.Is(err, target) }
