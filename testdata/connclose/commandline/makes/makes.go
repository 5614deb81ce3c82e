// Package makes makes commands and handlers of functions.
package makes

import "context"

// Command is a command line.
type Command struct {
	run   func(context.Context, string) error
	serve func(context.Context, string) error
}

// New makes one.
func New(run, serve func(context.Context, string) error) *Command { return &Command{run, serve} }

// Run runs it.
func (c *Command) Run(ctx context.Context, args []string) error { return c.run(ctx, args[0]) }
