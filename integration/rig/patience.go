package rig

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// What need not come is not waited for by the clock: on a machine that has much else to do, seconds pass in which
// neither server nor client gets a processor, and a server that is well would be found wanting. It is waited for in
// turns instead. A turn is a question that the server's process answers, and a pause. A process that answers has
// had a processor and run what there was to run, so a busy machine has longer turns, and as many of them.
const (
	// patience is how many turns a good client waits. A server that is well needs a few.
	patience = 75
	// settled is how many turns a server has to close what its clients have left.
	settled = 40
)

// turnPause keeps the observer from taking the time of the observed. On a machine with nothing else to do it is the
// whole of a turn.
const turnPause = 20 * time.Millisecond

// turn has the server's process answer, and pauses.
func (s *Server) turn(ctx context.Context) error {
	if _, err := s.call(request{Op: opTurn}); err != nil {
		return err
	}
	return pause(ctx)
}

func pause(ctx context.Context) error {
	timer := time.NewTimer(turnPause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// poll asks ok at every turn until it says yes or fails, or the turns are over.
func (s *Server) poll(ctx context.Context, turns int, ok func() (bool, error)) (bool, error) {
	for range turns {
		if done, err := ok(); done || err != nil {
			return done, err
		}
		if err := s.turn(ctx); err != nil {
			return false, err
		}
	}
	return ok()
}

// errTurns is why a context ends when the turns are over.
var errTurns = errors.New("rig: not within the turns given")

// during runs f and ends its context when the turns are over. It returns how many were taken and whether f succeeded;
// the error is that of a server that cannot be asked any more.
func (s *Server) during(ctx context.Context, turns int, f func(context.Context) error) (taken int, ok bool, err error) {
	limited, cancel := context.WithCancelCause(ctx)
	over := make(chan error, 1)
	go func() {
		var err error
		taken, err = s.turns(limited, turns)
		cancel(errTurns)
		over <- err
	}()
	failed := f(limited)
	cancel(nil)
	err = <-over
	if failed == nil {
		return taken, true, nil
	}
	return taken, false, errors.Join(err, ctx.Err())
}

// turns takes n turns, or as many as there are until ctx ends, and returns how many.
func (s *Server) turns(ctx context.Context, n int) (int, error) {
	for i := range n {
		err := s.turn(ctx)
		if ctx.Err() != nil {
			return i, nil
		}
		if err != nil {
			return i, err
		}
	}
	return n, nil
}

// await waits for what must come, or the scenario is void.
func await(ctx context.Context, what string, ok func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, awaitLimit)
	defer cancel()
	for {
		done, err := ok()
		if done {
			return nil
		}
		if err == nil {
			err = pause(ctx)
		}
		if err != nil {
			return fmt.Errorf("waiting for %s: %w", what, err)
		}
	}
}

// awaitLimit is long, because it is waited for in full only when something is wrong with the rig.
const awaitLimit = time.Minute
