// Package feed subscribes callbacks to an emitter that it knows as an interface
// only.
package feed

import "net"

// An Emitter keeps callbacks; who it is, is decided elsewhere.
type Emitter interface {
	On(event string, f func(string))
	Off(event string, f func(string))
	Emit(event string)
	AddListener(event string, f ...func(string))
	RemoveListener(event string, f func(string))
}

// Cancel ends a subscription.
type Cancel func()

// A Manager tells of the end of tokens.
type Manager interface {
	OnRevoked(token string, f func(string)) Cancel // want OnRevoked:`keeps operand 2 in operand 0, result 0 removes again`
	OnExpired(token string, f func(string)) Cancel
	Check(conn net.Conn) error
}

// A Registry is the Manager of this package.
type Registry struct {
	Emitter
	quit chan struct{}
}

// OnRevoked calls f until its result is called: what it returns takes back what
// it has done, to the same object with the same callback.
func (r *Registry) OnRevoked(token string, f func(string)) Cancel { // want OnRevoked:`keeps operand 2 in operand 0, result 0 removes again`
	listener := func(s string) { f(s) }
	r.AddListener(token, listener)
	return func() {
		go r.RemoveListener(token, listener)
	}
}

// OnExpired watches by itself: what its result undoes is not what it was given.
func (r *Registry) OnExpired(token string, f func(string)) Cancel {
	f(token)
	r.On(token, f)
	return func() { r.Emit(token) }
}

// Check is what makes this a package about connections.
func (r *Registry) Check(conn net.Conn) error {
	_, err := conn.Write([]byte("ok"))
	return err
}

// A Source has two kinds, and only one of them keeps what it is given.
type Source interface {
	Watch(f func(string)) Cancel
}

// Live keeps the callback.
type Live struct{ e Emitter }

// Watch keeps f until its result is called.
func (l *Live) Watch(f func(string)) Cancel { // want Watch:`keeps operand 1 in operand 0, result 0 removes again`
	l.e.On("live", f)
	return func() { l.e.Off("live", f) }
}

// Once calls it and forgets it.
type Once struct{}

// Watch calls f now.
func (Once) Watch(f func(string)) Cancel {
	f("now")
	return func() {}
}
