// Command groups runs its servers in groups, and ends when one of them fails.
package main

import (
	"context"
	"log"
	"net"
	"os"

	"github.com/oklog/run"
	"golang.org/x/sync/errgroup"
)

func main() {
	if err := serve(context.Background()); err != nil {
		log.Fatal(err)
	}
	if err := actors(); err != nil {
		log.Fatal(err)
	}
	if err := alone(); err != nil {
		log.Fatal(err)
	}
	goOn(context.Background())
	select {}
}

// serve waits for a group that stops when one of it fails.
func serve(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return goodListen(ctx, ":1") })
	g.Go(func() error {
		ln, err := net.Listen("unix", "/run/groups")
		if err != nil {
			return err
		}
		if err := os.Chmod("/run/groups", 0o600); err != nil {
			return err
		}
		<-ctx.Done()
		return ln.Close()
	})
	return g.Wait()
}

func goodListen(ctx context.Context, addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return err
	}
	<-ctx.Done()
	return ln.Close()
}

// actors runs until the first of them returns.
func actors() error {
	var g run.Group
	ctx, cancel := context.WithCancel(context.Background())
	g.Add(func() error { return goodActor(ctx, ":2") }, func(error) { cancel() })
	return g.Run()
}

func goodActor(ctx context.Context, addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return err
	}
	<-ctx.Done()
	return ln.Close()
}

// alone has a group without a context: the others go on.
func alone() error {
	var g errgroup.Group
	g.Go(func() error { return badAlone(":3") })
	g.Go(func() error { select {} })
	return g.Wait()
}

func badAlone(addr string) error {
	ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is not closed when os.Chmod fails"
	if err != nil {
		return err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return err
	}
	return ln.Close()
}

// goOn only logs how the group has ended.
func goOn(ctx context.Context) {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return badLogged(ctx, ":4") })
	if err := g.Wait(); err != nil {
		log.Print(err)
	}
}

func badLogged(ctx context.Context, addr string) error {
	ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is not closed when os.Chmod fails"
	if err != nil {
		return err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return err
	}
	<-ctx.Done()
	return ln.Close()
}
