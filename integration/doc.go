// Package integration proves sockvet's reports at run time: server packages that sockvet reports fail under a fault,
// and those it is silent on hold under the same fault. See README.md.
package integration
