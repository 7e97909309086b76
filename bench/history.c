/*
 * What it takes to judge a history:  bench-history FILE EVENTS
 * Writes one of so many events (unless the file is there), then reads it, checks its chain and
 * judges it.  The last line says time and peak memory of reading and judging.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/str.h"
#include "dr/check.h"

enum { WRITERS = 1000, INTERVAL_US = 100000, READS = 3 };	/* a read after each 3 writes */

static struct history_writer w;
static uint32_t last[WRITERS];
static uint64_t seed = 1;

static void add(struct history_event e)
{
	struct error err;

	if (history_add(&w, &e, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		exit(4);
	}
}

static void ledger(uint8_t reading, uint8_t side, int64_t at_us, const uint32_t *until)
{
	uint32_t markers = 0;

	for (uint32_t c = 0; c < WRITERS; c++) {
		/* One in each thousand is lost, so that rows are many. */
		for (uint32_t n = 1; n <= until[c]; n += 1000) {
			uint32_t some = until[c] - n + 1 > 999 ? 999 : until[c] - n + 1;

			add((struct history_event){ .kind = HISTORY_ROW,
						    .writer = c,
						    .number = n,
						    .took_us = some,
						    .side = side,
						    .detail = reading });
			markers += some;
		}
	}
	add((struct history_event){ .kind = HISTORY_LEDGER,
				    .side = side,
				    .detail = reading,
				    .due_us = at_us,
				    .number = markers });
}

/* Half of the time A serves, then it is gone for a second, and B serves. */
static void make(const char *path, uint32_t events)
{
	struct history_head head = { .interval_us = INTERVAL_US, .clients = WRITERS + 1 };
	const int64_t step = INTERVAL_US / WRITERS, fault = (int64_t)events / 2 * step,
		      back = fault + 1000000;
	static uint32_t at_switch[WRITERS];
	struct error err;

	if (history_create(&w, path, &head, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		exit(4);
	}
	add((struct history_event){ .kind = HISTORY_FAULT, .due_us = fault, .took_us = 1000 });
	add((struct history_event){ .kind = HISTORY_LOOK,
				    .client = WRITERS,
				    .number = 1,
				    .side = SIDE_B,
				    .due_us = 1000000 });
	for (uint32_t i = 0, n = 0; i < events; i++, n++) {
		uint32_t c = n % WRITERS;
		int64_t at = n * step;
		bool dark = at >= fault && at < back;
		struct history_event e = {
			.kind = HISTORY_WRITE, .due_us = at, .client = c, .writer = c
		};

		e.late_us = (uint32_t)(seeded_next(&seed) % 500);
		e.took_us = (uint32_t)(500 + seeded_next(&seed) % 2000);
		e.number = ++last[c];
		e.outcome = dark ? OUTCOME_UNKNOWN : OUTCOME_OK;
		e.side = dark ? SIDE_NONE : at < fault ? SIDE_A : SIDE_B;
		add(e);
		if (at < back + 1000000)
			at_switch[c] = last[c];
		if (n % READS || !last[(c + 500) % WRITERS] || dark)
			continue;
		e.writer = (c + 500) % WRITERS;
		e.number = last[e.writer];
		e.client = WRITERS;
		e.kind = HISTORY_READ;
		add(e);
		i++;
	}
	ledger(READING_SWITCH, SIDE_B, back + 1000000, at_switch);
	ledger(READING_FINAL, SIDE_A, (int64_t)events * step, last);
	ledger(READING_FINAL, SIDE_B, (int64_t)events * step, last);
	if (history_end(&w, (int64_t)events * step, &err) < 0)
		exit(4);
	history_close(&w);
}

int main(int argc, char **argv)
{
	struct check_options o = { .good = 3, .late_us = 100000, .exclusive = true };
	struct history h = { 0 };
	struct history_state st;
	struct dr_result c = { 0 };
	struct error err = { 0 };
	struct rusage u;
	int64_t t0, t1, t2;

	if (argc != 3)
		return 3;
	if (access(argv[1], F_OK) < 0)
		make(argv[1], (uint32_t)strtoul(argv[2], NULL, 10));
	t0 = clock_mono_us();
	if (history_load(argv[1], HISTORY_EVENTS_MAX, &h, &st, &err) < 0) {
		fprintf(stderr, "%s: %s\n", err.file, err.text);
		return 4;
	}
	t1 = clock_mono_us();
	if (check_history(&h, &o, &c, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return 4;
	}
	t2 = clock_mono_us();
	getrusage(RUSAGE_SELF, &u);
	printf("%zu events: %" PRIu64 " writes acknowledged, %" PRIu64 " reads answered, RTO %.1f ms, RPO %.1f ms\n",
	       h.n, c.writes[OUTCOME_OK], c.reads[OUTCOME_OK], (double)c.rto.us / 1e3,
	       (double)c.final.rpo.us / 1e3);
	for (int k = 0; k < FOUND_KINDS; k++)
		if (c.count[k])
			printf("  %s %" PRIu64 "\n", check_kind_name(k), c.count[k]);
	printf("read and chain checked in %.2f s, judged in %.2f s, peak %.0f MiB (%.0f bytes an event)\n",
	       (double)(t1 - t0) / 1e6, (double)(t2 - t1) / 1e6, (double)u.ru_maxrss / 1024,
	       (double)u.ru_maxrss * 1024 / (double)h.n);
	check_cleanup(&c);
	history_cleanup(&h);
	return 0;
}
