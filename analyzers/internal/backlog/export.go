package backlog

import (
	"cmp"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// export makes facts of what other packages can reach: functions and fields of
// this package. A driver drops those of objects that no importer can name.
func (s *solver) export() {
	for _, fn := range s.x.funcs {
		obj, ok := fn.Object().(*types.Func)
		if flows := s.flows[fn]; ok && len(flows) > 0 && nameable(fn, obj) {
			s.pass.ExportObjectFact(obj, &FuncFact{Flows: sorted(flows)})
		}
	}
	for v, r := range s.fields {
		if v.Pkg() == s.pass.Pkg && v.Exported() {
			s.pass.ExportObjectFact(v, &FieldFact{Range: r})
		}
	}
}

func nameable(fn *ssa.Function, obj *types.Func) bool {
	return obj.Pkg() != nil && fn.Pkg != nil && obj.Pkg() == fn.Pkg.Pkg && obj.Exported()
}

func sorted(flows []Flow) []Flow {
	out := slices.Clone(flows)
	slices.SortStableFunc(out, func(a, b Flow) int {
		return cmp.Or(cmp.Compare(a.Operand, b.Operand), cmp.Compare(a.Field, b.Field),
			cmp.Compare(a.Range.Lo, b.Range.Lo), cmp.Compare(a.Range.Hi, b.Range.Hi))
	})
	return out
}
