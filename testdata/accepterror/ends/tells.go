package ends

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v4"
)

// -- ways in which the end of a loop is told --

type teller struct {
	ln       net.Listener
	mu       sync.Mutex
	err      atomic.Value
	failed   error
	errs     chan error
	once     sync.Once
	quit     chan struct{}
	closed   bool
	cancel   context.CancelFunc
	causes   context.CancelCauseFunc
	onExit   func(error)
	hooks    []func(error)
	state    atomic.Int32
	notify   interface{ Stopped(error) }
	logger   *slog.Logger
	events   chan event
	restart  func()
	timer    *time.Timer
	statusCh chan<- string
}

type event struct {
	kind int
	err  error
}

// goodErrs: on a channel.
func (t *teller) goodErrs() {
	for {
		c, err := t.ln.Accept()
		if err != nil {
			select {
			case t.errs <- err:
			default:
			}
			return
		}
		go handle(c)
	}
}

// goodHooks: each hook is called.
func (t *teller) goodHooks() {
	for {
		c, err := t.ln.Accept()
		if err != nil {
			for _, h := range t.hooks {
				h(err)
			}
			return
		}
		go handle(c)
	}
}

// goodCancel: the context of the server is cancelled.
func (t *teller) goodCancel() {
	defer t.cancel()
	for {
		c, err := t.ln.Accept()
		if err != nil {
			t.logger.Error("accept", "err", err)
			return
		}
		go handle(c)
	}
}

// goodCause: with the error as its cause.
func (t *teller) goodCause() {
	for {
		c, err := t.ln.Accept()
		if err != nil {
			t.causes(fmt.Errorf("accept: %w", err))
			return
		}
		go handle(c)
	}
}

// goodOnce: once.
func (t *teller) goodOnce() {
	for {
		c, err := t.ln.Accept()
		if err != nil {
			t.once.Do(func() {
				t.failed = err
				close(t.quit)
			})
			return
		}
		go handle(c)
	}
}

// goodStop: the server is stopped as its user stops it.
func (t *teller) goodStop() {
	defer t.Stop()
	for {
		c, err := t.ln.Accept()
		if err != nil {
			log.Print(err)
			return
		}
		go handle(c)
	}
}

// Stop ends it.
func (t *teller) Stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.closed = true
		close(t.quit)
		t.ln.Close()
	}
}

// goodNotify: an interface is told.
func (t *teller) goodNotify() {
	for {
		c, err := t.ln.Accept()
		if err != nil {
			t.notify.Stopped(err)
			return
		}
		go handle(c)
	}
}

// goodEvent: in an event.
func (t *teller) goodEvent() {
	for {
		c, err := t.ln.Accept()
		if err != nil {
			t.events <- event{2, err}
			return
		}
		go handle(c)
	}
}

// goodStored: in an atomic value, which somebody asks.
func (t *teller) goodStored() {
	for {
		c, err := t.ln.Accept()
		if err != nil {
			t.err.Store(err)
			return
		}
		go handle(c)
	}
}

// goodRestarted: it is started again.
func (t *teller) goodRestarted() {
	for {
		c, err := t.ln.Accept()
		if err != nil {
			time.AfterFunc(time.Second, t.goodRestarted)
			return
		}
		go handle(c)
	}
}

// goodReset: a timer starts it again.
func (t *teller) goodReset() {
	for {
		c, err := t.ln.Accept()
		if err != nil {
			t.timer.Reset(time.Second)
			return
		}
		go handle(c)
	}
}

// goodReturned: in a result that is no error.
func (t *teller) goodReturned() (ok bool, why string) {
	for {
		c, err := t.ln.Accept()
		if err != nil {
			return false, err.Error()
		}
		go handle(c)
	}
}

// goodRetry: a library waits between the tries.
func (t *teller) goodRetry() {
	for {
		var c net.Conn
		err := backoff.Retry(func() (err error) {
			c, err = t.ln.Accept()
			if errors.Is(err, net.ErrClosed) {
				return backoff.Permanent(err)
			}
			return err
		}, backoff.NewExponentialBackOff())
		if err != nil {
			t.onExit(err)
			return
		}
		go handle(c)
	}
}

// goodNextBackOff: it asks how long to wait.
func (t *teller) goodNextBackOff(ctx context.Context) {
	b := backoff.NewExponentialBackOff()
	for {
		c, err := t.ln.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return
			}
			time.Sleep(b.NextBackOff())
			continue
		}
		b.Reset()
		go handle(c)
	}
}

// goodTicker: one try each tick.
func (t *teller) goodTicker(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		c, err := t.ln.Accept()
		if err != nil {
			select {
			case <-tick.C:
				continue
			case <-ctx.Done():
				return
			}
		}
		go handle(c)
	}
}

// goodAsked: whoever stops it has said so, and other errors wait.
func (t *teller) goodAsked() {
	for {
		c, err := t.ln.Accept()
		select {
		case <-t.quit:
			return
		default:
		}
		if err != nil {
			log.Print(err)
			time.Sleep(50 * time.Millisecond)
			continue
		}
		go handle(c)
	}
}

// goodIterator: the caller's range ends, and it looks why.
func (t *teller) goodIterator(yield func(net.Conn, error) bool) {
	for {
		c, err := t.ln.Accept()
		if !yield(c, err) || err != nil {
			return
		}
	}
}

// badLogged: only the log knows.
func (t *teller) badLogged() {
	for {
		c, err := t.ln.Accept() // want `nobody is told`
		if err != nil {
			t.logger.Error("accept", "err", err)
			return
		}
		go handle(c)
	}
}
