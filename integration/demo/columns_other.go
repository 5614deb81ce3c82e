//go:build !linux && !darwin

package main

import (
	"errors"
	"os"
)

// terminalColumns is the width of the terminal f.
func terminalColumns(*os.File) (int, error) { return 0, errors.ErrUnsupported }
