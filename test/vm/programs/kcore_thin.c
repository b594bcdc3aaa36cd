// SPDX-License-Identifier: MIT
/*
 * The thin path through the core without the compiler: BEGIN makes a record, END makes one, exit() in
 * BEGIN ends it. Prints one line per check; exit status 1 if one failed. Needs only dtrace.ko.
 */
#include <poll.h>

#include "raw.h"

#define MAGIC 0x1122334455667788ull

/* frame[64] = arg-independent value; the record is 8 bytes there. */
static struct bpf_insn begin_insns[] = {
    PROLOGUE,
    RAW(BPF_LD | BPF_DW | BPF_IMM, 8, 0, 0, 0x55667788),
    RAW(0, 0, 0, 0, 0x11223344),
    ST_DW(7, 8, 64),
    MOV_IMM(0, 1),
    EXIT(),
};
static struct bpf_insn end_insns[] = {PROLOGUE, MOV_IMM(8, 7), ST_DW(7, 8, 64), MOV_IMM(0, 1),
                                      EXIT()};
static struct bpf_insn false_insns[] = {PROLOGUE, MOV_IMM(0, 0), EXIT()};

static const struct dtrace_rec *next_record(const unsigned char *map, const struct dtrace_switch *s,
                                            unsigned long *at) {
  const struct dtrace_rec *rec = (const void *)(map + s->offset + *at);
  if (*at >= s->used) return NULL;
  *at += rec->size;
  return rec;
}

int main(void) {
  int fd = raw_open(), cpus = raw_nr_cpus(fd), total = 0, cpu;
  struct raw_request r;
  struct dtrace_go go;
  struct pollfd waiting = {.fd = fd, .events = POLLIN};

  raw_init(&r, 128);
  raw_bind(&r, raw_prog(&r, begin_insns, NR(begin_insns), 1, 64, 8), "dtrace", "", "", "BEGIN");
  raw_bind(&r, raw_prog(&r, false_insns, NR(false_insns), 1, 64, 8), "", "", "", "BEGIN");
  raw_bind(&r, raw_prog(&r, end_insns, NR(end_insns), 1, 64, 8), "dtrace", "", "", "E[MN]D");
  raw_check(raw_enable(fd, &r) == 0, "ENABLE: %s", r.log);
  raw_check(r.enable.nr_ecbs == 3, "%u clauses on probes", r.enable.nr_ecbs);
  raw_check(raw_enable(fd, &r) == EBUSY, "a second ENABLE is refused");
  raw_check(ioctl(fd, DTRACE_IOC_STOP, &go) && errno == EBUSY, "STOP before GO is refused");
  raw_check(!ioctl(fd, DTRACE_IOC_GO, &go), "GO, on CPU %u", go.cpu);
  raw_check(ioctl(fd, DTRACE_IOC_GO, &go) && errno == EBUSY, "a second GO is refused");

  struct dtrace_epid epid = {.epid = 3};
  raw_check(!ioctl(fd, DTRACE_IOC_EPID, &epid) && !strcmp(epid.probe.name, "END") &&
                epid.prog == 2,
            "EPID 3 is %s:%s, program %u", epid.probe.prov, epid.probe.name, epid.prog);
  epid.epid = 4;
  raw_check(ioctl(fd, DTRACE_IOC_EPID, &epid) && errno == ENOENT, "EPID 4 is unknown");
  raw_check(poll(&waiting, 1, 0) == 0, "nothing to wait for yet");
  raw_check(!ioctl(fd, DTRACE_IOC_STOP, &go), "STOP, on CPU %u", go.cpu);
  raw_check(poll(&waiting, 1, 0) == 1, "END's data waits");

  for (cpu = 0; cpu < cpus; cpu++) {
    struct dtrace_switch data = {.cpu = cpu, .kind = DTRACE_BUF_PRINCIPAL};
    const unsigned char *map = raw_map(fd, cpu, DTRACE_BUF_PRINCIPAL, 2 * r.enable.opt.bufsize);
    const struct dtrace_rec *rec;
    unsigned long at = 0;

    raw_check(map != NULL, "mmap of CPU %d", cpu);
    raw_check(!ioctl(fd, DTRACE_IOC_SWITCH, &data), "SWITCH of CPU %d: %llu bytes", cpu,
              data.used);
    raw_check(data.nr_records * 40 == data.used &&
                  data.end_offset == data.offset + data.used - (cpu == (int)go.cpu ? 40 : 0),
              "%llu records, END's behind the others", data.nr_records);
    while (map && (rec = next_record(map, &data, &at))) {
      __u64 value = *(const __u64 *)(rec + 1);
      __u64 want = rec->epid == 1 ? MAGIC : 7;
      raw_check(rec->size == 40 && rec->prog == rec->epid - 1 && value == want && rec->time,
                "record of epid %u, seq %llu, value %#llx", rec->epid, rec->seq, value);
      raw_check(rec->time <= data.time, "its time is not after the switch");
      total++;
    }
  }
  raw_check(total == 2, "%d records in all", total);
  raw_check(raw_status(fd).firings == 3, "%llu clauses ran", raw_status(fd).firings);
  close(fd);
  return raw_result();
}
