// Package api has the interfaces of the others.
package api

type Writer interface {
	Init(p Processor)
	Write(b []byte) error
	CloseData(code int, reason string)
	IsClosed() (bool, error)
}

type Processor interface {
	Handle([]byte)
	Failed(error)
}

type Named interface {
	Name() string
	CloseConnection(safe bool, code int, reason string)
}
