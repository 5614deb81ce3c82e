package main

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sockvet/sockvet/integration/observe"
	"github.com/sockvet/sockvet/integration/rig"
)

const (
	// sampleEvery is the distance of two samples.
	sampleEvery = 200 * time.Millisecond
	// visitEvery is the distance of two visits of good clients.
	visitEvery = 40 * time.Millisecond
	// smooth is how many samples are averaged for a rate.
	smooth = 5
)

// A sample is one server at one time.
type sample struct {
	at        time.Duration // since the scene began
	served    float64       // good clients a second
	queue     float64
	closeWait float64
	fds       float64
	cpu       float64 // percent of a processor
	registry  float64
}

// A metric is one part of a sample.
type metric struct {
	name, unit string
	// least is the least upper end of the scale, so that small numbers look small.
	least float64
	// less says that less is worse.
	less bool
	of   func(sample) float64
}

// title is the name with the unit in words.
func (m metric) title() string {
	switch m.unit {
	case "":
		return m.name
	case "/s":
		return m.name + ", per second"
	}
	return m.name + ", " + m.unit
}

// metrics returns all metrics in the order in which they are shown.
func metrics() []metric {
	return []metric{
		{"good clients served", "/s", 30, true, func(s sample) float64 { return s.served }},
		{"accept queue", "", 20, false, func(s sample) float64 { return s.queue }},
		{"CLOSE-WAIT", "", 20, false, func(s sample) float64 { return s.closeWait }},
		{"descriptors", "", 40, false, func(s sample) float64 { return s.fds }},
		{"processor", "%", 100, false, func(s sample) float64 { return s.cpu }},
		{"clients in the registry", "", 20, false, func(s sample) float64 { return s.registry }},
	}
}

// A take is a scene that was played, or as much of it as was played so far.
type take struct {
	scene  scene
	length time.Duration
	buggy  []sample
	fixed  []sample
}

// now is the time of the last sample.
func (t *take) now() time.Duration {
	if len(t.buggy) == 0 {
		return 0
	}
	return t.buggy[len(t.buggy)-1].at
}

// side is one of the two servers of a scene.
type side struct {
	server   *rig.Server
	visits   atomic.Uint64 // of good clients that were served
	registry atomic.Int64  // as last reported
	samples  []sample
	counts   []counted
	lastCPU  time.Duration
}

// counted is the number of visits at a time.
type counted struct {
	at     time.Time
	visits uint64
}

// perform plays sc for length and calls show after each sample.
func perform(ctx context.Context, lab *rig.Lab, sc scene, length time.Duration, show func(*take)) (*take, error) {
	buggy, err := lab.Start(sc.buggy, sc.limits)
	if err != nil {
		return nil, err
	}
	fixed, err := lab.Start(sc.fixed, sc.limits)
	if err != nil {
		return nil, errors.Join(err, buggy.Close())
	}
	t, err := performOn(ctx, sc, length, &side{server: buggy}, &side{server: fixed}, show)
	return t, errors.Join(err, buggy.Close(), fixed.Close())
}

func performOn(ctx context.Context, sc scene, length time.Duration, buggy, fixed *side, show func(*take)) (*take, error) {
	ctx, cancel := context.WithTimeout(ctx, length)
	defer cancel()
	var wg sync.WaitGroup
	reports := make([]error, 2)
	for i, sd := range []*side{buggy, fixed} {
		wg.Go(func() { sd.receive(ctx, sc) })
		wg.Go(func() { reports[i] = sd.ask(ctx) })
		for _, a := range sc.acts {
			wg.Go(func() { a.run(ctx, length, sd.server) })
		}
	}
	t := &take{scene: sc, length: length}
	err := t.watch(ctx, buggy, fixed, show)
	cancel()
	wg.Wait()
	return t, errors.Join(append(reports, err)...)
}

// run plays the act in its time.
func (a act) run(ctx context.Context, length time.Duration, s *rig.Server) {
	begin := time.Duration(a.from * float64(length))
	select {
	case <-time.After(begin):
	case <-ctx.Done():
		return
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(a.to*float64(length))-begin)
	defer cancel()
	a.play(ctx, s)
}

// receive lets good clients come at a steady rate, whatever becomes of those before.
func (sd *side) receive(ctx context.Context, sc scene) {
	var wg sync.WaitGroup
	defer wg.Wait()
	tick := time.NewTicker(visitEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		wg.Go(func() {
			if sc.visit(ctx, sd.server) == nil {
				sd.visits.Add(1)
			}
		})
	}
}

// ask keeps the length of the registry up to date. A server that is stopped for a moment answers late, which must not
// hold up the other observations.
func (sd *side) ask(ctx context.Context) error {
	tick := time.NewTicker(sampleEvery / 2)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
		r, err := sd.server.Report()
		if err != nil {
			return err
		}
		sd.registry.Store(int64(r.Stats.Registered))
	}
}

// watch takes samples of both servers until ctx ends.
func (t *take) watch(ctx context.Context, buggy, fixed *side, show func(*take)) error {
	began := time.Now()
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
		if err := errors.Join(buggy.sample(began), fixed.sample(began)); err != nil {
			return err
		}
		t.buggy, t.fixed = buggy.samples, fixed.samples
		show(t)
	}
}

// sample looks at the server.
func (sd *side) sample(began time.Time) error {
	st, err := sd.server.States()
	if err != nil {
		return err
	}
	q, err := sd.server.Queue()
	if err != nil {
		return err
	}
	p, err := sd.server.Process()
	if err != nil {
		return err
	}
	s := sample{
		at:        time.Since(began),
		served:    sd.rate(),
		queue:     float64(q.Len),
		closeWait: float64(st[observe.CloseWait]),
		fds:       float64(p.FDs),
		registry:  float64(sd.registry.Load()),
	}
	if n := len(sd.samples); n > 0 {
		s.cpu = 100 * float64(p.CPU-sd.lastCPU) / float64(s.at-sd.samples[n-1].at)
	}
	sd.lastCPU = p.CPU
	sd.samples = append(sd.samples, s)
	return nil
}

// rate counts the good clients served so far and returns how many there were a second lately.
func (sd *side) rate() float64 {
	sd.counts = append(sd.counts, counted{time.Now(), sd.visits.Load()})
	now := sd.counts[len(sd.counts)-1]
	then := sd.counts[max(0, len(sd.counts)-1-smooth)]
	if span := now.at.Sub(then.at).Seconds(); span > 0 {
		return float64(now.visits-then.visits) / span
	}
	return 0
}
