package cot

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sockvet/sockvet/integration/tidy"
)

func TestMain(m *testing.M) { os.Exit(tidy.Main(m)) }

func TestRoundTrip(t *testing.T) {
	want := New("ALPHA-1", TypePosition, time.Unix(1700000000, 0))
	want.Point.Lat, want.Point.Lon = 52.5, 13.25
	want.Detail = &Detail{Inner: []byte(`<contact callsign="Alpha"/>`)}
	b, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := NewDecoder(bytes.NewReader(b)).Next()
	if err != nil {
		t.Fatal(err)
	}
	if got.UID != want.UID || got.Type != want.Type || got.Point != want.Point || got.Stale != "2023-11-14T22:14:20.000Z" {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got.Detail == nil || !bytes.Equal(got.Detail.Inner, want.Detail.Inner) {
		t.Errorf("detail %v, want %v", got.Detail, want.Detail)
	}
}

func TestStream(t *testing.T) {
	// Real clients put an XML declaration before every event.
	one := `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<event uid="u" type="t"><point lat="1" lon="2"/></event>`
	d := NewDecoder(strings.NewReader(one + one + "\n" + one))
	for i := range 3 {
		if ev, err := d.Next(); err != nil || ev.UID != "u" {
			t.Fatalf("event %d: %+v, %v", i, ev, err)
		}
	}
	if _, err := d.Next(); err != io.EOF {
		t.Errorf("at the end: %v, want io.EOF", err)
	}
}

func TestRefused(t *testing.T) {
	for name, in := range map[string]struct {
		text string
		want error
	}{
		"cut off":  {`<event uid="u" type="t"><point`, nil},
		"no xml":   {"GET / HTTP/1.1\r\n\r\n<", nil},
		"no uid":   {`<event type="t"/>`, ErrInvalid},
		"too long": {`<event uid="u" type="t"><detail>` + strings.Repeat("x", 2*MaxEvent), ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewDecoder(strings.NewReader(in.text)).Next()
			if err == nil || err == io.EOF || in.want != nil && !errors.Is(err, in.want) {
				t.Errorf("got %v, want %v", err, in.want)
			}
		})
	}
}

func TestLongStreamOfSmallEvents(t *testing.T) {
	one, err := New("u", TypePing, time.Unix(0, 0)).Encode()
	if err != nil {
		t.Fatal(err)
	}
	n := 3 * MaxEvent / len(one)
	d := NewDecoder(bytes.NewReader(bytes.Repeat(one, n)))
	for i := range n {
		if _, err := d.Next(); err != nil {
			t.Fatalf("event %d of %d: %v", i, n, err)
		}
	}
}
