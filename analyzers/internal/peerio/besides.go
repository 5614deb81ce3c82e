package peerio

// -- one connection by two names --
//
//	func handshake(c net.Conn, br *bufio.Reader) error {
//		c.SetReadDeadline(time.Now().Add(timeout))
//		_, err := br.ReadByte()
//
// The deadline of one input bounds a wait on another if they are the same connection.
// Only a caller knows, so the wait says which input has a deadline, and each caller
// looks whether both come from one place. So it does for the same input, when only the
// caller knows whether the time is 0.

// otherDeadline returns 1 + an input of the function that has a deadline at this place,
// and the deadline; 0 if there is none, or ref is no input. The input of ref itself is
// one when its deadline depends on a time that the caller gives.
func (w *walker) otherDeadline(ref Ref) (with int, b Bound) {
	if w.limits == nil || inputOf(w.fn, ref.Base) < 0 {
		return 0, Bound{}
	}
	for i, r := range w.limits.refs {
		on := inputOf(w.fn, r.Base)
		if on < 0 {
			continue
		}
		if r.Base == ref.Base {
			if b, ok := w.limits.given(w.state, i); ok && r.Path == ref.Path {
				return on + 1, b
			}
			continue
		}
		b := w.limits.bound(w.state, i)
		if b.Kind == Unbounded {
			b, _ = w.limits.given(w.state, i)
		}
		if b.Kind == Bounded || b.Kind == Unknown {
			return on + 1, b
		}
	}
	return 0, Bound{}
}

// besides decides, at a call of t, whether a wait on ref is bounded by the deadline
// that another input of t has.
func (w *walker) besides(wait Wait, ref Ref, t *target) Wait {
	with := wait.With
	wait.With = 0
	if with == 0 || wait.Bound.Kind != Unbounded {
		return wait
	}
	b := w.e.givenTime(wait.WithBound, t)
	wait.WithBound = Bound{}
	if b.Kind != Bounded && b.Kind != Unknown {
		return wait
	}
	for _, other := range w.e.origins(t.operand(with-1), "") {
		if other.Base == ref.Base {
			wait.Bound = b
			return wait
		}
		if on := inputOf(w.fn, other.Base); on >= 0 && inputOf(w.fn, ref.Base) >= 0 {
			wait.With, wait.WithBound = on+1, b
		}
	}
	return wait
}
