// Package ship imports nothing that can be closed: it is not analyzed.
package ship

import "sockvet.test/connclose/unseen/api"

type Handler struct {
	w    api.Writer
	name string
	stop chan struct{}
}

func NewHandler(w api.Writer, name string) *Handler {
	h := &Handler{w: w, name: name}
	h.stop = make(chan struct{})
	if w != nil {
		w.Init(h)
	}
	return h
}

func (h *Handler) Handle([]byte) {}
func (h *Handler) Failed(error)  {}
func (h *Handler) Run()          { h.w.Write(nil) }
func (h *Handler) Name() string  { return h.name }
func (h *Handler) CloseConnection(safe bool, code int, reason string) {
	if ok, _ := h.w.IsClosed(); ok {
		return
	}
	h.w.CloseData(code, reason)
}
