#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "dr/check.h"

enum { HEAD = 104, EVENT = 32, BLOCK = 64 };

/*
 * A fuzzer makes no digests.  An input that begins with 'c' is a head's numbers and records, which
 * become blocks whose chain holds; any other is the file itself.
 */
static size_t dress(const uint8_t *data, size_t n, uint8_t *to)
{
	char digest[65];
	size_t len = HEAD;
	uint8_t seq = 0;

	memset(to, '0', HEAD);
	memcpy(to, "plugfest-hist/1\n", 16);
	memset(to + 16, 0, 24);
	memcpy(to + 16, data, n < 24 ? n : 24);
	sha256_hex(to, HEAD, digest);
	for (size_t at = 24; at < n && seq < 255; at += BLOCK * EVENT) {
		size_t some = (n - at) / EVENT < BLOCK ? (n - at) / EVENT : BLOCK;
		uint8_t *b = to + len;

		if (!some)
			break;
		memcpy(b, (uint8_t[]){ ++seq, 0, 0, 0, (uint8_t)some, 0, 0, 0 }, 8);
		memcpy(b + 8, data + at, some * EVENT);
		sha256_hex_two(digest, 64, b, 8 + some * EVENT, digest);
		memcpy(b + 8 + some * EVENT, digest, 64);
		len += 8 + some * EVENT + 64;
	}
	return len;
}

static void judge(const struct history *h, bool exclusive)
{
	struct check_options o = { .good = 2, .late_us = 1000, .exclusive = exclusive };
	struct dr_result c = { 0 };
	struct error err = { 0 };

	if (check_history(h, &o, &c, &err) < 0) {
		PROMISE(err.code == ERR_INVALID && *err.text && !c.found);
		return;
	}
	PROMISE(c.final.lost <= c.final.acked && c.final.lost_after <= c.final.acked_after);
	PROMISE(c.at_switch.lost <= c.at_switch.acked && c.recovered <= c.touched);
	PROMISE(c.count[FOUND_LOST] == c.final.lost + c.final.lost_after);
	PROMISE(c.count[FOUND_LOST_SWITCH] == c.at_switch.lost + c.at_switch.lost_after);
	PROMISE(c.rto.state == FIGURE_MEASURED || *c.rto.why);
	PROMISE(c.rto.state != FIGURE_MEASURED ||
		(c.rto.least_us <= c.rto.us && c.rto.us <= c.rto.most_us));
	PROMISE(c.final.judged || *c.final.why);
	PROMISE(h->whole || c.final.rpo.state == FIGURE_INCONCLUSIVE);
	PROMISE(exclusive || !c.count[FOUND_SPLIT_BRAIN]);
	check_cleanup(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	uint8_t *bytes = malloc(2 * n + 1024);
	struct history_state st;
	struct history h = { 0 };
	struct error err = { 0 };
	const char *path;

	if (n && *data == 'c')
		path = fuzz_file("history", bytes, dress(data + 1, n - 1, bytes));
	else
		path = fuzz_file("history", data, n);
	free(bytes);
	if (history_load(path, 1000, &h, &st, &err) < 0) {
		PROMISE(err.code == ERR_INVALID && *err.text && !strcmp(err.file, path) &&
			!h.events);
		return 0;
	}
	PROMISE(st.events == h.n && (!h.whole || (h.n && !st.torn)));
	judge(&h, true);
	judge(&h, false);
	history_cleanup(&h);
	return 0;
}
