// Package keeper keeps what it is given; it is analyzed, as it imports package net.
package keeper

import (
	"net"

	"sockvet.test/connclose/unseen/api"
)

// Keeper has a writer.
type Keeper struct {
	w    api.Writer
	from net.Addr
}

func New(w api.Writer) *Keeper { return &Keeper{w: w} }

func (k *Keeper) Name() string { return k.from.String() }

func (k *Keeper) CloseConnection(safe bool, code int, reason string) { k.w.CloseData(code, reason) }

var keepers = map[string]*Keeper{}

// Register keeps the writer for good.
func Register(w api.Writer) { keepers["a"] = New(w) }
