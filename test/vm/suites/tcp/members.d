/* SPDX-License-Identifier: MIT */
/* Every member of every argument, as key=value lines for judge.py. */
#pragma D option quiet
#pragma D option bufsize=4m
tcp:::send, tcp:::receive, tcp:::connect-request, tcp:::connect-established, tcp:::connect-refused,
tcp:::accept-established, tcp:::accept-refused
{
	printf("probe=%s pkt=%x addr=%x cid=%u pid=%d zone=%d ver=%d plen=%u from=%s to=%s ", probename,
	    args[0]->pkt_addr, args[1]->cs_addr, args[1]->cs_cid, args[1]->cs_pid, args[1]->cs_zoneid,
	    args[2]->ip_ver, args[2]->ip_plength, args[2]->ip_saddr, args[2]->ip_daddr);
	printf("sport=%d dport=%d seq=%u ack=%u hdr=%d flags=%d win=%d sum=%d urg=%d th=%d ",
	    args[4]->tcp_sport, args[4]->tcp_dport, args[4]->tcp_seq, args[4]->tcp_ack, args[4]->tcp_offset,
	    args[4]->tcp_flags, args[4]->tcp_window, args[4]->tcp_checksum, args[4]->tcp_urgent,
	    args[4]->tcp_hdr == NULL ? 0 : ntohs(args[4]->tcp_hdr->source));
	printf("sock=%x local=%d active=%d lport=%d rport=%d laddr=%s raddr=%s state=%s iss=%u irs=%u suna=%u snxt=%u ",
	    args[3]->tcps_addr, args[3]->tcps_local, args[3]->tcps_active, args[3]->tcps_lport,
	    args[3]->tcps_rport, args[3]->tcps_laddr, args[3]->tcps_raddr, tcp_state_string[args[3]->tcps_state],
	    args[3]->tcps_iss, args[3]->tcps_irs, args[3]->tcps_suna, args[3]->tcps_snxt);
	printf("rack=%u rnxt=%u swnd=%u sws=%d rwnd=%u rws=%d cwnd=%u ssthresh=%u fack=%u sacknxt=%u rto=%u mss=%u ",
	    args[3]->tcps_rack, args[3]->tcps_rnxt, args[3]->tcps_swnd, args[3]->tcps_snd_ws, args[3]->tcps_rwnd,
	    args[3]->tcps_rcv_ws, args[3]->tcps_cwnd, args[3]->tcps_cwnd_ssthresh, args[3]->tcps_sack_fack,
	    args[3]->tcps_sack_snxt, args[3]->tcps_rto, args[3]->tcps_mss);
	printf("again=%d rtt=%u rttsd=%u\n", args[3]->tcps_retransmit, args[3]->tcps_rtt, args[3]->tcps_rtt_sd);
}
tcp:::state-change
{
	printf("probe=%s cid=%u pid=%d zone=%d old=%s state=%s active=%d local=%d lport=%d rport=%d laddr=%s raddr=%s none=%d\n",
	    probename, args[1]->cs_cid, args[1]->cs_pid, args[1]->cs_zoneid,
	    tcp_state_string[args[5]->tcps_state], tcp_state_string[args[3]->tcps_state],
	    args[3]->tcps_active, args[3]->tcps_local, args[3]->tcps_lport, args[3]->tcps_rport,
	    args[3]->tcps_laddr, args[3]->tcps_raddr,
	    args[0] == NULL && args[2] == NULL && args[4] == NULL);
}
