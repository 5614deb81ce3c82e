// Command realcode scores sockvet against bugs of real servers.
//
// Its input is a list of rows (-status). A row names a work tree of somebody
// else's repository at one commit, a package in it, a function and the analyzer
// the row is about, and says by its kind what to expect there:
//
//	parent  the commit before a fix: a report inside the function
//	head    a bug that is still there: a report inside the function
//	fix     the commit that mended it: no report inside the function
//	right   code that looks wrong and is not: no report inside the function
//
// A row may list places that stand for its function ("also"), for a check whose
// report stands elsewhere by its own rule; they are vetted too, a report there is
// the row's, and the table says so.
//
// For each row it runs
//
//	go vet -vettool=BIN -json -ANALYZER PACKAGE
//
// in the work tree, so it asks the very path that users take, dependencies and
// facts included. A row whose package does not type-check with today's Go is
// listed as not scored with its cause, and counts neither way.
//
// Usage:
//
//	go run ./integration/realcode -status rows.json -sockvet ./sockvet
//
// It exits with 0 whatever the score: the figures are for people to read, and
// the rows are not part of this repository.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

type options struct {
	status   string
	sockvet  string
	analyzer string
	id       string
	jobs     int
	timeout  time.Duration
	asJSON   bool
	others   bool
	out      string
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "realcode:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	opts, err := parseOptions(args)
	if err != nil {
		return err
	}
	rows, err := readRows(opts.status)
	if err != nil {
		return err
	}
	results := scoreAll(selectRows(rows, opts.analyzer, opts.id), opts)
	return writeReport(newReport(results), opts, stdout)
}

func parseOptions(args []string) (options, error) {
	var o options
	fs := flag.NewFlagSet("realcode", flag.ContinueOnError)
	fs.StringVar(&o.status, "status", "", "JSON `file` with the rows")
	fs.StringVar(&o.sockvet, "sockvet", "", "the vet tool to score (`binary`)")
	fs.StringVar(&o.analyzer, "analyzer", "", "only the rows of this analyzer")
	fs.StringVar(&o.id, "id", "", "only the rows whose id contains this")
	fs.IntVar(&o.jobs, "j", 2, "rows to run at once")
	fs.DurationVar(&o.timeout, "timeout", 10*time.Minute, "limit for one row")
	fs.BoolVar(&o.asJSON, "json", false, "write JSON instead of a table")
	fs.BoolVar(&o.others, "others", false, "also list the reports of the package that are outside the row's function")
	fs.StringVar(&o.out, "o", "", "write to this `file` instead of standard output")
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	if o.status == "" || o.sockvet == "" {
		return o, fmt.Errorf("-status and -sockvet are needed")
	}
	// vet changes into each work tree, so a relative tool would not be found.
	abs, err := filepath.Abs(o.sockvet)
	o.sockvet = abs
	o.jobs = max(o.jobs, 1)
	return o, err
}

// scoreAll keeps the order of the rows, so that two runs can be compared line by line.
func scoreAll(rows []row, opts options) []result {
	results := make([]result, len(rows))
	next := make(chan int)
	var wg sync.WaitGroup
	for range opts.jobs {
		wg.Go(func() {
			for i := range next {
				results[i] = scoreWithin(opts.timeout, opts.sockvet, rows[i])
			}
		})
	}
	for i := range rows {
		next <- i
	}
	close(next)
	wg.Wait()
	return results
}

func scoreWithin(limit time.Duration, tool string, r row) result {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return score(ctx, tool, r)
}

func writeReport(rep report, opts options, stdout io.Writer) error {
	w := stdout
	if opts.out != "" {
		f, err := os.Create(opts.out)
		if err != nil {
			return err
		}
		defer f.Close()
		w = f
	}
	if opts.asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", " ")
		return enc.Encode(rep)
	}
	return writeTable(w, rep, opts.others)
}
