package rig

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"github.com/sockvet/sockvet/integration/ownnet"
)

// dropResets brings up the loopback device of this process's network and drops all TCP resets on it.
func dropResets() error {
	lo, err := ownnet.LoopbackUp()
	if err != nil {
		return err
	}
	qdisc := &netlink.GenericQdisc{
		QdiscAttrs: netlink.QdiscAttrs{
			LinkIndex: lo,
			Handle:    netlink.MakeHandle(0xffff, 0),
			Parent:    netlink.HANDLE_CLSACT,
		},
		QdiscType: "clsact",
	}
	if err := netlink.QdiscAdd(qdisc); err != nil {
		return fmt.Errorf("add a clsact qdisc: %w", err)
	}
	if err := addFilter(lo); err != nil {
		return fmt.Errorf("add a bpf filter: %w", err)
	}
	return nil
}

// The verdicts of a filter, from linux/pkt_cls.h.
const (
	verdictPass = 0
	verdictDrop = 2
)

// noResets is a classic BPF program that drops IPv4 TCP segments with the RST flag. It sees the Ethernet header.
func noResets() []unix.SockFilter {
	const (
		etherType, ip    = 12, 14
		protocol, rst    = ip + 9, 0x04
		flagsAfterHeader = ip + 13
	)
	return []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_H | unix.BPF_ABS, K: etherType},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: unix.ETH_P_IP, Jf: 6},
		{Code: unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, K: protocol},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: unix.IPPROTO_TCP, Jf: 4},
		{Code: unix.BPF_LDX | unix.BPF_B | unix.BPF_MSH, K: ip}, // x = length of the IP header
		{Code: unix.BPF_LD | unix.BPF_B | unix.BPF_IND, K: flagsAfterHeader},
		{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: rst, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: verdictDrop},
		{Code: unix.BPF_RET | unix.BPF_K, K: verdictPass},
	}
}

// addFilter puts noResets on what comes in at a link. The netlink library knows extended BPF programs only, so the
// message is put together here.
func addFilter(link int) error {
	var ops bytes.Buffer
	prog := noResets()
	if err := binary.Write(&ops, binary.NativeEndian, prog); err != nil {
		return err
	}
	req := nl.NewNetlinkRequest(unix.RTM_NEWTFILTER, unix.NLM_F_CREATE|unix.NLM_F_EXCL|unix.NLM_F_ACK)
	req.AddData(&nl.TcMsg{
		Family:  nl.FAMILY_ALL,
		Ifindex: int32(link),
		Handle:  1,
		Parent:  netlink.HANDLE_MIN_INGRESS,
		Info:    netlink.MakeHandle(1, nl.Swap16(unix.ETH_P_ALL)),
	})
	req.AddData(nl.NewRtAttr(nl.TCA_KIND, nl.ZeroTerminated("bpf")))
	options := nl.NewRtAttr(nl.TCA_OPTIONS, nil)
	options.AddRtAttr(nl.TCA_BPF_OPS_LEN, nl.Uint16Attr(uint16(len(prog))))
	options.AddRtAttr(nl.TCA_BPF_OPS, ops.Bytes())
	options.AddRtAttr(nl.TCA_BPF_FLAGS, nl.Uint32Attr(nl.TCA_BPF_FLAG_ACT_DIRECT))
	req.AddData(options)
	_, err := req.Execute(unix.NETLINK_ROUTE, 0)
	return err
}
