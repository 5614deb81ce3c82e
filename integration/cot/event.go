// Package cot reads and writes Cursor-on-Target events, the XML messages that TAK clients exchange.
//
// Only what a relaying server looks at is modelled: who sent the event, what kind it is, where and when. The
// detail element is carried through unread.
package cot

import (
	"encoding/xml"
	"time"
)

// Types of the events that the server itself understands; every other type is relayed.
const (
	// TypePosition is a friendly ground unit reporting where it is.
	TypePosition = "a-f-G-U-C"
	// TypePing asks the server for a sign of life.
	TypePing = "t-x-c-t"
	// TypePong is the answer to TypePing.
	TypePong = "t-x-c-t-r"
)

// timeLayout is the form CoT prescribes: UTC with milliseconds.
const timeLayout = "2006-01-02T15:04:05.000Z"

// An Event is one CoT message.
type Event struct {
	XMLName xml.Name `xml:"event"`
	Version string   `xml:"version,attr"`
	UID     string   `xml:"uid,attr"`
	Type    string   `xml:"type,attr"`
	How     string   `xml:"how,attr"`
	Time    string   `xml:"time,attr"`
	Start   string   `xml:"start,attr"`
	Stale   string   `xml:"stale,attr"`
	Point   Point    `xml:"point"`
	Detail  *Detail  `xml:"detail,omitempty"`
}

// A Point is a WGS-84 position with its circular and linear error, in metres.
type Point struct {
	Lat float64 `xml:"lat,attr"`
	Lon float64 `xml:"lon,attr"`
	HAE float64 `xml:"hae,attr"`
	CE  float64 `xml:"ce,attr"`
	LE  float64 `xml:"le,attr"`
}

// A Detail is the free part of an event, kept as it came.
type Detail struct {
	Inner []byte `xml:",innerxml"`
}

// New returns an event of the given sender and type, valid for a minute from now.
func New(uid, typ string, now time.Time) Event {
	stamp := now.UTC().Format(timeLayout)
	return Event{
		Version: "2.0",
		UID:     uid,
		Type:    typ,
		How:     "m-g",
		Time:    stamp,
		Start:   stamp,
		Stale:   now.UTC().Add(time.Minute).Format(timeLayout),
		Point:   Point{CE: 9999999, LE: 9999999},
	}
}

// Encode returns the event's wire form: one XML element and a line feed.
func (e Event) Encode() ([]byte, error) {
	b, err := xml.Marshal(e)
	if err != nil {
		return nil, err
	}
	return append(b, '\n'), nil
}
