// The demo command plays faults to two servers side by side, one with a bug that sockvet reports and one without, and
// draws what becomes of their clients.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/sockvet/sockvet/integration/rig"
)

func main() {
	if code, child := rig.Main(); child {
		os.Exit(code)
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run() error {
	var (
		names  = flag.String("scene", "all", "scenes or checks to play, separated by commas")
		length = flag.Duration("length", 8*time.Second, "how long a scene is")
		page   = flag.String("html", "", "write a page with the plots to this `file`")
		list   = flag.Bool("list", false, "list the scenes and play none")
	)
	flag.Parse()
	if *list {
		for _, sc := range scenes() {
			fmt.Printf("%-18s %-18s %s\n", sc.name, sc.check, sc.about)
		}
		return nil
	}
	picked, err := pick(strings.Split(*names, ","))
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	takes, err := performAll(ctx, picked, *length)
	if err != nil || *page == "" {
		return err
	}
	return writePage(*page, takes)
}

func performAll(ctx context.Context, picked []scene, length time.Duration) ([]*take, error) {
	lab, err := rig.NewLab()
	if err != nil {
		return nil, err
	}
	scr := newScreen(os.Stdout)
	var takes []*take
	for _, sc := range picked {
		t, err := perform(ctx, lab, sc, length, scr.show)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", sc.name, err)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		scr.finish(t)
		takes = append(takes, t)
	}
	return takes, nil
}
