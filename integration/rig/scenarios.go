package rig

import (
	"fmt"
	"slices"
	"time"
)

// Scenarios returns all scenarios, at least one for each check.
func Scenarios() []Scenario {
	return []Scenario{
		{
			Name: "impostors", Buggy: "tak/connclose", Fixed: "tak/fixed",
			About:  "Clients that are turned away at their first event keep their descriptor, until there is none left.",
			Limits: Limits{HandshakeTimeout: patient, NoFile: 64, NoGC: true},
			Run:    impostors,
		},
		{
			Name: "garbage", Buggy: "tak/untilgc", Fixed: "tak/fixed",
			About:  "Clients that fail in the handshake keep their descriptor until a garbage collection.",
			Limits: Limits{HandshakeTimeout: patient, NoGC: true},
			Run:    garbage,
		},
		{
			Name: "leavers", Buggy: "tak/sleeper", Fixed: "tak/fixed",
			About:  "Clients leave, the server never hears of it, and their sockets stay in CLOSE-WAIT.",
			Limits: Limits{HandshakeTimeout: patient},
			Run:    leavers,
		},
		{
			Name: "port-reuse", Buggy: "tak/sleeper", Fixed: "tak/fixed",
			About:  "A client gets a port again whose old connection the server still holds: its SYN meets that socket.",
			Limits: Limits{HandshakeTimeout: patient},
			Run:    portReuse,
		},
		{
			Name: "port-reuse-no-resets", Buggy: "tak/sleeper", Fixed: "tak/fixed",
			About:    "The same where resets are filtered: the connect gets no answer and times out.",
			Limits:   Limits{HandshakeTimeout: patient},
			NoResets: true,
			Run:      portReuseNoResets,
		},
		{
			Name: "stalled-one", Buggy: "tak/acceptblock", Fixed: "tak/fixed",
			About:  "One client that says nothing keeps everybody else waiting.",
			Limits: Limits{HandshakeTimeout: patient},
			Run:    stalled(1),
		},
		{
			Name: "stalled-many", Buggy: "tak/halffix", Fixed: "tak/fixed",
			About:  "Under a short deadline it takes more silent clients than one.",
			Limits: Limits{HandshakeTimeout: patient},
			Run:    stalled(200),
		},
		{
			Name: "https-close", Buggy: "marti/acceptblock", Fixed: "marti/fixed",
			About:  "A silent client in a listener's Accept keeps out the others, and http.Server.Close waits for it too.",
			Limits: Limits{HandshakeTimeout: patient},
			Run:    httpsClose,
		},
		{
			Name: "busy-moment", Buggy: "tak/listenbacklog", Fixed: "tak/fixed",
			About:  "The server is busy for a moment, and its accept queue has room for two.",
			Limits: Limits{HandshakeTimeout: patient},
			Run:    busyMoment,
		},
		{
			Name: "comers-and-goers", Buggy: "tak/clientgrowth", Fixed: "tak/fixed",
			About:  "Every client that ever came stays in the registry, with its buffers.",
			Limits: Limits{HandshakeTimeout: patient},
			Run:    comersAndGoers,
		},
		{
			Name: "out-of-files-spin", Buggy: "tak/accepterror", Fixed: "tak/fixed",
			About:  "Out of descriptors, the accept loop takes a whole processor.",
			Limits: Limits{HandshakeTimeout: patient, NoFile: 32},
			Run:    outOfFilesSpin,
		},
		{
			Name: "out-of-files-end", Buggy: "tak/acceptgiveup", Fixed: "tak/fixed",
			About:  "Out of descriptors once, the server never accepts again, though there are enough by now.",
			Limits: Limits{HandshakeTimeout: patient, NoFile: 32},
			Run:    outOfFilesEnd,
		},
		{
			Name: "silent-crowd", Buggy: "tak/handshakedeadline", Fixed: "tak/fixed",
			About:  "Silent clients are waited for in their own goroutines, for ever, until there is no descriptor left.",
			Limits: Limits{HandshakeTimeout: time.Second, NoFile: 48},
			Run:    silentCrowd,
		},
	}
}

// patient is a handshake timeout that no scenario lives to see.
const patient = 5 * time.Minute

// ScenarioNamed returns the scenario with the given name.
func ScenarioNamed(name string) (Scenario, error) {
	all := Scenarios()
	i := slices.IndexFunc(all, func(s Scenario) bool { return s.Name == name })
	if i < 0 {
		return Scenario{}, fmt.Errorf("rig: no scenario %q", name)
	}
	return all[i], nil
}
