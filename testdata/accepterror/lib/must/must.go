// Package must has helpers for any error: no connection can appear in it.
package must

import "fmt"

// Succeed panics on an error.
func Succeed(err error, what string) { // want Succeed:`ends the process if operand 0 is an error`
	if err != nil {
		panic(fmt.Errorf("%s: %w", what, err))
	}
}

// Catch is to be deferred.
func Catch(what string) {
	if r := recover(); r != nil {
		fmt.Println(what, r)
	}
}
