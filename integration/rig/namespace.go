package rig

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sockvet/sockvet/integration/child"
	"github.com/sockvet/sockvet/integration/ownnet"
)

// scenarioRequest asks a child in a network of its own to play a scenario there, or only whether it could.
type scenarioRequest struct {
	Probe    bool   `json:",omitempty"`
	Scenario string `json:",omitempty"`
	Pkg      string `json:",omitempty"`
}

type scenarioReply struct {
	Err     string `json:",omitempty"`
	Outcome Outcome
}

// scenarioLimit bounds a scenario in a child.
const scenarioLimit = time.Minute

// Namespace reports whether this machine lets us make a network of our own in which resets are dropped, by making
// one. The error says what is in the way.
func Namespace() error {
	_, err := inNamespace(scenarioRequest{Probe: true})
	return err
}

func playInNamespace(scenario, pkg string) (Outcome, error) {
	return inNamespace(scenarioRequest{Scenario: scenario, Pkg: pkg})
}

// inNamespace tries the ways to get a network in turn, and sends req to a child in the first that works.
func inNamespace(req scenarioRequest) (Outcome, error) {
	var errs []error
	for _, attr := range ownnet.Attrs() {
		proc, err := child.Start(scenarioMode, child.Options{Attr: attr})
		if err != nil {
			errs = append(errs, fmt.Errorf("make a network namespace: %w", err))
			continue
		}
		var r scenarioReply
		err = errors.Join(proc.Call(req, &r, scenarioLimit), proc.Close())
		if err == nil && r.Err != "" {
			err = errors.New(r.Err)
		}
		return r.Outcome, err
	}
	return nil, errors.Join(append(errs, errors.ErrUnsupported)...)
}

// answerScenario is the child's side.
func answerScenario(req scenarioRequest) scenarioReply {
	out, err := doScenario(req)
	if err != nil {
		return scenarioReply{Err: err.Error()}
	}
	return scenarioReply{Outcome: out}
}

func doScenario(req scenarioRequest) (Outcome, error) {
	if err := dropResets(); err != nil {
		return nil, err
	}
	if req.Probe {
		return nil, nil
	}
	sc, err := ScenarioNamed(req.Scenario)
	if err != nil {
		return nil, err
	}
	sc.NoResets = false // we are where it is to be played
	lab, err := NewLab()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), scenarioLimit)
	defer cancel()
	return lab.Play(ctx, sc, req.Pkg)
}
