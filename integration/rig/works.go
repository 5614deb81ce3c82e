package rig

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sockvet/sockvet/integration/client"
	"github.com/sockvet/sockvet/integration/cot"
	"github.com/sockvet/sockvet/integration/faults"
)

// Works reports whether a server of variant v does what it is for while nothing goes wrong, and closes it.
func Works(ctx context.Context, s *Server, v Variant) error {
	// Half a fix turns away a client that is slow because the machine is, so it may try again.
	var last error
	err := await(ctx, "the server to do its work", func() (bool, error) {
		last = work(ctx, s, v)
		return last == nil, nil
	})
	if err != nil {
		return errors.Join(err, last)
	}
	if v.Pkg == "tak/sleeper" {
		return nil // its handlers never end, and so it cannot be closed
	}
	_, done, err := s.Shutdown(ctx, patience)
	if err == nil && !done {
		err = errTurns
	}
	return err
}

func work(ctx context.Context, s *Server, v Variant) error {
	switch {
	case strings.HasPrefix(v.Pkg, "marti/"):
		return get(ctx, s.Addr, s.Good)
	case v.Pkg == "tak/sleeper":
		conn, err := faults.Dial(ctx, s.Addr)
		if err != nil {
			return err
		}
		c, err := joined(ctx, s, conn) // it takes positions and answers nothing
		if err != nil {
			return err
		}
		return c.Close()
	}
	return relays(ctx, s)
}

// relays reports whether what one client sends reaches another.
func relays(ctx context.Context, s *Server) error {
	from, err := client.Dial(ctx, s.Addr, s.Good, Good+"/1")
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := client.Dial(ctx, s.Addr, s.Good, Good+"/2")
	if err != nil {
		return err
	}
	defer to.Close()
	if err := to.Ping(ctx); err != nil {
		return err
	}
	if err := from.Send(ctx, cot.TypePosition); err != nil {
		return err
	}
	for {
		ev, err := to.Next(ctx)
		if err != nil {
			return fmt.Errorf("waiting for the event: %w", err)
		}
		if ev.UID == Good+"/1" {
			return nil
		}
	}
}
