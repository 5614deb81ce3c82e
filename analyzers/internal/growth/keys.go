package growth

import "github.com/sockvet/sockvet/analyzers/internal/registry"

// otherKey: see below.
func (g *grower) otherKey(gr *Growth, o *registry.Op, steady []*registry.Op) bool { return false }
