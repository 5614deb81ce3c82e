// Package verdict says what is to be done about the error of Accept.
package verdict

import (
	"errors"
	"net"
)

// Listener makes it a package in which connections appear.
type Listener struct{ net.Listener }

// GoOn reports whether to go on; it does when there is no error.
func (l *Listener) GoOn(err error) (bool, error) {
	if err == nil {
		return true, nil
	}
	if errors.Is(err, net.ErrClosed) {
		return false, nil
	}
	return true, err
}
