package hub

import (
	"os"
	"slices"
	"testing"

	"github.com/sockvet/sockvet/integration/tidy"
)

func TestMain(m *testing.M) { os.Exit(tidy.Main(m)) }

func TestBroadcast(t *testing.T) {
	h := New()
	a, b := NewSubscriber(), NewSubscriber()
	h.Join(a)
	h.Join(b)
	h.Broadcast(a, []byte("x"))
	if got := string(<-b.Queue()); got != "x" {
		t.Errorf("b received %q", got)
	}
	if len(a.Queue()) != 0 {
		t.Error("the sender received its own")
	}
	h.Leave(b)
	h.Broadcast(a, []byte("y"))
	if len(b.Queue()) != 0 || h.Len() != 1 || h.Joined() != 2 {
		t.Errorf("after b left: %d queued, %d subscribers, %d ever", len(b.Queue()), h.Len(), h.Joined())
	}
	h.Leave(b) // once more does no harm
}

func TestSlowSubscriberLosesOnlyItsOwn(t *testing.T) {
	h := New()
	slow, quick := NewSubscriber(), NewSubscriber()
	h.Join(slow)
	h.Join(quick)
	const events = queueLen + 10
	var got []byte
	for i := range events {
		h.Broadcast(nil, []byte{byte(i)})
		got = append(got, <-quick.Queue()...)
	}
	if len(got) != events || !slices.IsSorted(got) {
		t.Errorf("the quick one received %d of %d events, in order: %t", len(got), events, slices.IsSorted(got))
	}
	if len(slow.Queue()) != queueLen || h.Dropped() != events-queueLen {
		t.Errorf("%d queued for the slow one, %d dropped", len(slow.Queue()), h.Dropped())
	}
}

func TestStop(t *testing.T) {
	s := NewSubscriber()
	s.Offer([]byte("before"))
	s.Stop()
	s.Stop()
	if s.Offer([]byte("after")) {
		t.Error("a stopped subscriber takes more")
	}
	<-s.Done()
	if got := string(<-s.Queue()); got != "before" {
		t.Errorf("queued was %q", got)
	}
}
