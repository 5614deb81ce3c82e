// Package repair knows how to change source text and how to find out whether a
// change is right: it writes edits that keep comments and layout, and it tries
// a changed package in memory, compiled and analyzed anew, before anybody sees
// the fix.
//
// A fix that a check has in mind is a candidate. [Prove] keeps those after
// which the package compiles, the finding is gone and no new one has come.
package repair
