// Package sarif writes findings in the Static Analysis Results Interchange
// Format, version 2.1.0, for code scanning services and editors.
package sarif

import (
	"cmp"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/baseline"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/checks"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/paths"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/source"
)

const (
	schemaURI = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	srcRoot   = "%SRCROOT%"
	level     = "warning"
)

// Options are what the log says besides the findings.
type Options struct {
	Root     string // paths are relative to this directory
	Catalog  checks.Catalog
	Version  string
	ExitCode int
	Errors   []string // what kept packages from being analysed
	Warnings []string
	Sources  *source.Cache
}

// Write writes a log with one run.
func Write(w io.Writer, findings []finding.Finding, opts Options) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	c := converter{opts, baseline.Fingerprints{}}
	return enc.Encode(log{
		Schema:  schemaURI,
		Version: "2.1.0",
		Runs:    []run{c.run(findings)},
	})
}

type converter struct {
	Options
	prints baseline.Fingerprints
}

func (c *converter) run(findings []finding.Finding) run {
	r := run{
		Tool: tool{driver{
			Name:           "sockvet",
			Version:        c.Version,
			InformationURI: "https://github.com/sockvet/sockvet",
			Rules:          c.rules(),
		}},
		Invocations: []invocation{c.invocation()},
		OriginalURIBaseIDs: map[string]artifactLocation{
			srcRoot: {URI: strings.TrimSuffix(paths.FileURI(c.Root), "/") + "/"},
		},
		ColumnKind: "utf16CodeUnits",
		Results:    []result{},
	}
	for _, f := range findings {
		r.Results = append(r.Results, c.result(f))
	}
	return r
}

func (c *converter) rules() []rule {
	rules := []rule{}
	for _, k := range c.Catalog {
		first, _, _ := strings.Cut(k.Text, "\n\n")
		rules = append(rules, rule{
			ID:                   k.Name,
			ShortDescription:     message{Text: k.Title},
			FullDescription:      message{Text: cmp.Or(strings.Join(strings.Fields(first), " "), k.Title)},
			Help:                 message{Text: cmp.Or(k.PlainText(), k.Title), Markdown: k.Markdown()},
			HelpURI:              k.URL,
			DefaultConfiguration: configuration{level},
			Properties:           properties{Tags: []string{"reliability", "network"}},
		})
	}
	return rules
}

func (c *converter) invocation() invocation {
	in := invocation{ExecutionSuccessful: len(c.Errors) == 0, ExitCode: c.ExitCode}
	for _, text := range c.Errors {
		in.Notifications = append(in.Notifications, notification{"error", message{Text: text}})
	}
	for _, text := range c.Warnings {
		in.Notifications = append(in.Notifications, notification{"warning", message{Text: text}})
	}
	return in
}

func (c *converter) result(f finding.Finding) result {
	r := result{
		RuleID:              f.Check,
		Level:               level,
		Message:             message{Text: linked(f)},
		Locations:           []location{c.primary(f)},
		PartialFingerprints: map[string]string{"sockvet/v1": c.prints.Of(f, c.Sources)},
	}
	for i, k := range c.Catalog {
		if k.Name == f.Check {
			r.RuleIndex = &i
		}
	}
	var flow threadFlow
	for i, s := range f.Steps {
		id := i + 1
		loc := c.location(s.Span)
		loc.Message = &message{Text: s.Message}
		flow.Locations = append(flow.Locations, threadFlowLocation{Location: loc, ExecutionOrder: id})
		loc.ID = &id
		r.RelatedLocations = append(r.RelatedLocations, loc)
	}
	if len(f.Steps) > 0 {
		r.CodeFlows = []codeFlow{{ThreadFlows: []threadFlow{flow}}}
	}
	for _, x := range f.Fixes {
		r.Fixes = append(r.Fixes, c.fix(x))
	}
	return r
}

// linked is the message with a link to each step: viewers make "[text](id)" a
// link to the related location of that id.
func linked(f finding.Finding) string {
	// Brackets that would be read as a link, as in a call of a generic function.
	text := strings.ReplaceAll(f.Message, "](", `\](`)
	if len(f.Steps) == 0 {
		return text
	}
	escape := strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`)
	var steps []string
	for i, s := range f.Steps {
		steps = append(steps, "["+escape.Replace(s.Message)+"]("+strconv.Itoa(i+1)+")")
	}
	return text + ". Steps: " + strings.Join(steps, "; ") + "."
}

func (c *converter) primary(f finding.Finding) location {
	loc := c.location(f.Span)
	if fn := c.Sources.Get(f.File).FuncAt(f.Start.Line); fn != "" {
		loc.LogicalLocations = []logicalLocation{{FullyQualifiedName: f.Package + "." + fn, Kind: "function"}}
	}
	return loc
}

func (c *converter) location(s finding.Span) location {
	return location{PhysicalLocation: physicalLocation{c.artifact(s.File), c.region(s)}}
}

func (c *converter) artifact(file string) artifactLocation {
	if rel, ok := paths.Under(c.Root, file); ok {
		return artifactLocation{URI: paths.RelativeURI(rel), URIBaseID: srcRoot}
	}
	return artifactLocation{URI: paths.FileURI(file)}
}

func (c *converter) region(s finding.Span) *region {
	if s.Start.Line < 1 {
		return nil
	}
	f := c.Sources.Get(s.File)
	clamped, ok := f.Clamp(s)
	if !ok {
		// Only the line is sure: bytes cannot be turned into UTF-16 units.
		return &region{StartLine: s.Start.Line}
	}
	return &region{
		StartLine:   clamped.Start.Line,
		StartColumn: f.UTF16Col(clamped.Start),
		EndLine:     clamped.End.Line,
		EndColumn:   f.UTF16Col(clamped.End),
	}
}

func (c *converter) fix(x finding.Fix) fix {
	out := fix{Description: message{Text: x.Message}, ArtifactChanges: []artifactChange{}}
	index := make(map[string]int)
	for _, e := range x.Edits {
		i, ok := index[e.File]
		if !ok {
			i = len(out.ArtifactChanges)
			index[e.File] = i
			out.ArtifactChanges = append(out.ArtifactChanges, artifactChange{ArtifactLocation: c.artifact(e.File)})
		}
		change := &out.ArtifactChanges[i]
		change.Replacements = append(change.Replacements, c.replacement(e))
	}
	return out
}

func (c *converter) replacement(e finding.Edit) replacement {
	var r replacement
	if e.New != "" {
		r.InsertedContent = &content{e.New}
	}
	f := c.Sources.Get(e.File)
	start, ok1 := f.PosOf(e.Start)
	end, ok2 := f.PosOf(e.End)
	if !ok1 || !ok2 {
		length := e.End - e.Start
		r.DeletedRegion = region{ByteOffset: &e.Start, ByteLength: &length}
		return r
	}
	r.DeletedRegion = region{
		StartLine: start.Line, StartColumn: f.UTF16Col(start),
		EndLine: end.Line, EndColumn: f.UTF16Col(end),
	}
	return r
}
