package observe

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// procSockets is Sockets from /proc/net/tcp, which does not tell the length of a listener's queue.
func procSockets(at netip.AddrPort) ([]Socket, error) {
	f, err := os.Open("/proc/net/tcp")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var socks []Socket
	lines := bufio.NewScanner(f)
	lines.Scan() // the heading
	for lines.Scan() {
		s, err := parseSocket(lines.Text())
		if err != nil {
			return nil, err
		}
		if s.Local == at {
			socks = append(socks, s)
		}
	}
	return socks, lines.Err()
}

// parseSocket reads a line such as
//
//	3: 0100007F:1F90 00000000:0000 0A 00000000:00000002 00:00000000 ...
//
// in which the addresses are in the byte order of the machine.
func parseSocket(line string) (Socket, error) {
	field := strings.Fields(line)
	if len(field) < 5 {
		return Socket{}, fmt.Errorf("observe: short line %q", line)
	}
	local, err1 := parseAddr(field[1])
	remote, err2 := parseAddr(field[2])
	state, err3 := strconv.ParseUint(field[3], 16, 8)
	var rq, wq int
	_, err4 := fmt.Sscanf(field[4], "%x:%x", &wq, &rq)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return Socket{}, fmt.Errorf("observe: line %q: %w", line, err)
	}
	s := Socket{Local: local, Remote: remote, State: State(state), RQueue: rq, WQueue: wq}
	if s.State == Listen {
		s.WQueue = Unknown
	}
	return s, nil
}

func parseAddr(hex string) (netip.AddrPort, error) {
	host, port, ok := strings.Cut(hex, ":")
	if !ok {
		return netip.AddrPort{}, fmt.Errorf("no port in %q", hex)
	}
	h, err := strconv.ParseUint(host, 16, 32)
	if err != nil {
		return netip.AddrPort{}, err
	}
	p, err := strconv.ParseUint(port, 16, 16)
	if err != nil {
		return netip.AddrPort{}, err
	}
	var ip [4]byte
	binary.NativeEndian.PutUint32(ip[:], uint32(h))
	return netip.AddrPortFrom(netip.AddrFrom4(ip), uint16(p)), nil
}

// ReadCounters reads the kernel's counters.
func ReadCounters() (Counters, error) {
	c := make(Counters)
	for _, name := range []string{"/proc/net/netstat", "/proc/net/snmp"} {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if err := c.parse(string(b)); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return c, nil
}

// parse reads pairs of lines: the names of a group, then its values.
func (c Counters) parse(text string) error {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		names, values := strings.Fields(lines[i]), strings.Fields(lines[i+1])
		if len(names) != len(values) || len(names) == 0 || names[0] != values[0] {
			return fmt.Errorf("lines %d and %d do not match", i+1, i+2)
		}
		group := strings.TrimSuffix(names[0], ":")
		for j := 1; j < len(names); j++ {
			if v, err := strconv.ParseUint(values[j], 10, 64); err == nil { // some are negative
				c[group+"."+names[j]] = v
			}
		}
	}
	return nil
}

// clockTick is the unit of the times in /proc/PID/stat; Linux has had it at 100 Hz for user space on all
// architectures that Go runs on.
const clockTick = 10 * time.Millisecond

// ReadProcess observes process pid.
func ReadProcess(pid int) (Process, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return Process{}, err
	}
	fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		return Process{}, err
	}
	p, err := parseStat(string(stat))
	p.FDs = len(fds)
	p.Starved = starved(pid)
	return p, err
}

// Stopped reports whether all threads of process pid are stopped by a signal. Some go on for a moment when it is sent.
func Stopped(pid int) (bool, error) {
	names, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	if err != nil {
		return false, err
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return false, nil // the thread has just ended
		}
		if _, state, _ := cutLast(string(b), ") "); !strings.HasPrefix(state, "T") {
			return false, nil
		}
	}
	return len(names) > 0, nil
}

// starved adds up the second field of the threads' schedstat, in nanoseconds. Systems that do not count it show a
// zero or have no such file.
func starved(pid int) time.Duration {
	names, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil {
		return 0
	}
	var sum time.Duration
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			continue // the thread has ended
		}
		var ran, waited, slices int64
		if _, err := fmt.Sscan(string(b), &ran, &waited, &slices); err == nil {
			sum += time.Duration(waited)
		}
	}
	return sum
}

// parseStat takes utime, stime and rss, the fields 14, 15 and 24 of proc(5). The second field is the command's name
// in brackets and may itself hold blanks and brackets.
func parseStat(stat string) (Process, error) {
	_, rest, _ := cutLast(stat, ") ")
	field := strings.Fields(rest)
	if len(field) < 22 {
		return Process{}, fmt.Errorf("observe: short stat %q", stat)
	}
	utime, err1 := strconv.ParseInt(field[14-3], 10, 64)
	stime, err2 := strconv.ParseInt(field[15-3], 10, 64)
	pages, err3 := strconv.ParseInt(field[24-3], 10, 64)
	if err := errors.Join(err1, err2, err3); err != nil {
		return Process{}, err
	}
	return Process{CPU: time.Duration(utime+stime) * clockTick, RSS: pages * int64(os.Getpagesize())}, nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
