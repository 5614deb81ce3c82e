package main

import (
	"context"
	"fmt"
	"time"

	"github.com/sockvet/sockvet/integration/client"
	"github.com/sockvet/sockvet/integration/faults"
	"github.com/sockvet/sockvet/integration/rig"
)

// A scene is what is played to two servers at the same time.
type scene struct {
	name, check  string
	buggy, fixed string
	about        string
	limits       rig.Limits
	// visit is one visit of a good client.
	visit func(context.Context, *rig.Server) error
	// acts are the faults, in order of time.
	acts []act
}

// An act is a fault that begins at a time, given as a part of the scene's length so that scenes can be shorter or
// longer.
type act struct {
	from, to float64
	what     string
	play     func(context.Context, *rig.Server)
}

// scenes returns all scenes, in the order in which they are played.
func scenes() []scene {
	const patient = time.Minute
	return []scene{
		{
			name: "silent client", check: "acceptblock", buggy: "tak/acceptblock", fixed: "tak/fixed",
			about:  "The server shakes hands on the goroutine that accepts. One client connects and says nothing; then it leaves.",
			limits: rig.Limits{HandshakeTimeout: patient}, visit: ask,
			acts: []act{{0.25, 0.7, "one client says nothing", crowd(1)}},
		},
		{
			name: "half a fix", check: "acceptblock", buggy: "tak/halffix", fixed: "tak/fixed",
			about:  "As before, but under a deadline of half a second: it takes silent clients that keep coming instead of one.",
			limits: rig.Limits{HandshakeTimeout: patient}, visit: ask,
			acts: []act{{0.25, 0.7, "20 silent clients a second", every(50*time.Millisecond, stall)}},
		},
		{
			name: "full moment", check: "listenbacklog", buggy: "tak/listenbacklog", fixed: "tak/fixed",
			about:  "The accept queue has room for two. Again and again the server is busy for 300 ms while 20 clients connect.",
			limits: rig.Limits{HandshakeTimeout: patient}, visit: ask,
			acts: []act{{0.25, 0.7, "busy moments", every(700*time.Millisecond, busy)}},
		},
		{
			name: "impostors", check: "connclose", buggy: "tak/connclose", fixed: "tak/fixed",
			about:  "A client whose certificate does not cover its uid is turned away, and its connection is not closed. The server may have 64 descriptors.",
			limits: rig.Limits{HandshakeTimeout: patient, NoFile: 64}, visit: ask,
			acts: []act{{0.2, 0.7, "25 impostors a second", every(40*time.Millisecond, impostor)}},
		},
		{
			name: "sleeping handler", check: "connclose", buggy: "tak/sleeper", fixed: "tak/fixed",
			about:  "The handler sleeps in a loop without exit before its deferred Close. Clients come, say where they are, and leave; the server never notices.",
			limits: rig.Limits{HandshakeTimeout: patient, NoFile: 128}, visit: tell,
			acts: []act{{0.2, 0.8, "20 more visits a second", every(50*time.Millisecond, visitor)}},
		},
		{
			name: "registry", check: "clientgrowth", buggy: "tak/clientgrowth", fixed: "tak/fixed",
			about:  "Every client that comes is remembered, and none is forgotten.",
			limits: rig.Limits{HandshakeTimeout: patient}, visit: ask,
			acts: []act{{0.2, 0.8, "20 more visits a second", every(50*time.Millisecond, visitor)}},
		},
		{
			name: "spinning loop", check: "accepterror", buggy: "tak/accepterror", fixed: "tak/fixed",
			about:  "A crowd takes all of the 48 descriptors, then leaves. Neither server can accept meanwhile; the loop of the one tries again at once, and takes a processor.",
			limits: rig.Limits{HandshakeTimeout: patient, NoFile: 48}, visit: ask,
			acts: []act{{0.25, 0.6, "80 clients stay connected", crowd(80)}},
		},
		{
			name: "ended loop", check: "accepterror", buggy: "tak/acceptgiveup", fixed: "tak/fixed",
			about:  "The same crowd. Here the goroutine that accepts ends at the first error, and nobody hears of it.",
			limits: rig.Limits{HandshakeTimeout: patient, NoFile: 48}, visit: ask,
			acts: []act{{0.25, 0.5, "80 clients stay connected", crowd(80)}},
		},
		{
			name: "silent crowd", check: "handshakedeadline", buggy: "tak/handshakedeadline", fixed: "tak/fixed",
			about:  "Silent clients keep coming. Each is waited for in a goroutine of its own: by the one server for ever, by the other for a second.",
			limits: rig.Limits{HandshakeTimeout: time.Second, NoFile: 96}, visit: ask,
			acts: []act{{0.2, 0.7, "30 silent clients a second", every(33*time.Millisecond, stall)}},
		},
	}
}

// visitLimit is how long a client waits.
const visitLimit = time.Second

// ask is a good client that joins, asks for an answer and leaves.
func ask(ctx context.Context, s *rig.Server) error { return s.Served(ctx, visitLimit) }

// tell is a good client that joins, says where it is and leaves.
func tell(ctx context.Context, s *rig.Server) error {
	ctx, cancel := context.WithTimeout(ctx, visitLimit)
	defer cancel()
	c, err := client.Dial(ctx, s.Addr, s.Good, rig.Good)
	if err != nil {
		return err
	}
	return c.Close()
}

// crowd is n clients that say nothing as long as the act lasts.
func crowd(n int) func(context.Context, *rig.Server) {
	return func(ctx context.Context, s *rig.Server) {
		h, err := faults.Stalled(ctx, s.Addr, n)
		if err != nil {
			return // the server's loss shows in the plots
		}
		<-ctx.Done()
		_ = h.Close() // they leave either way
	}
}

// every does something again and again as long as the act lasts, whether or not the last time is over.
func every(pause time.Duration, one func(context.Context, *rig.Server)) func(context.Context, *rig.Server) {
	return func(ctx context.Context, s *rig.Server) {
		tick := time.NewTicker(pause)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				go one(ctx, s)
			case <-ctx.Done():
				return
			}
		}
	}
}

func stall(ctx context.Context, s *rig.Server) { crowd(1)(ctx, s) }

func impostor(ctx context.Context, s *rig.Server) {
	ctx, cancel := context.WithTimeout(ctx, visitLimit)
	defer cancel()
	_ = faults.Impostor(ctx, s.Addr, s.Mallory, rig.Good) // that it fails is what the plots show
}

func visitor(ctx context.Context, s *rig.Server) {
	_ = tell(ctx, s) // that it fails is what the plots show
}

// busy stops the server for a moment in which many clients connect.
func busy(ctx context.Context, s *rig.Server) {
	const moment, clients = 300 * time.Millisecond, 20
	resume, err := s.Pause(ctx)
	if err != nil {
		return
	}
	go faults.Burst(ctx, clients, func(ctx context.Context, _ int) error { return tell(ctx, s) })
	time.Sleep(moment)
	_ = resume() // the process is gone only when the scene is over
}

// pick returns the scenes with the given names, or all for "all".
func pick(names []string) ([]scene, error) {
	if len(names) == 1 && names[0] == "all" {
		return scenes(), nil
	}
	var picked []scene
	for _, name := range names {
		found := false
		for _, sc := range scenes() {
			if sc.name == name || sc.check == name {
				picked, found = append(picked, sc), true
			}
		}
		if !found {
			return nil, fmt.Errorf("no scene or check is called %q; -list names them", name)
		}
	}
	return picked, nil
}
