/* Coming again after a refusal that passes, and the rate limit. */
#include <stdio.h>

#include "base/clock.h"
#include "base/digest.h"
#include "http/priv.h"
#include "http/retry.h"

int64_t http_rate_take(struct http_rate *r, int64_t now_us)
{
	double each_us = r->per_s > 0 ? 1e6 / r->per_s : 0, at_once_us = 1e5, wait_us;

	if (!each_us)
		return 0;
	if (r->full_at_us < (double)now_us)
		r->full_at_us = (double)now_us;
	if (at_once_us < each_us)
		at_once_us = each_us;
	wait_us = r->full_at_us - (double)now_us - (at_once_us - each_us);
	r->full_at_us += each_us;
	return wait_us > 0 ? (int64_t)wait_us : 0;
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

CO_FN int http_ask(struct http *h, struct http_call *call, struct error *err)
{
	int64_t patience_ms = h->cfg.total_timeout_ms, left_ms, pause_ms;
	uint32_t random = 0;
	int r;

	call->paused_us = call->refused_pause_s = 0;
	for (call->attempt = 1;; call->attempt++) {
		r = http_do(h, call, err);
		if (call->status == 429 || call->status == 503)	/* else there is no pause */
			random_bytes(&random, sizeof(random));
		left_ms = least(patience_ms, co_deadline_left());
		pause_ms = retry_pause_ms(call, r, err, call->attempt, left_ms, random);
		if (pause_ms < 0 || h->cfg.once)
			break;
		r = co_sleep(pause_ms);
		if (r < 0)
			return err_set(err, (enum err)r, "%s while pausing as %s asked (HTTP %ld)",
				       err_name((enum err)r), h->label, call->status);
		call->paused_us = pause_ms * 1000;
		patience_ms -= pause_ms;
	}
	if (r == ERR_OK && !h->cfg.once && (call->status == 429 || call->status == 503) &&
	    (int64_t)call->retry_after_s * 1000 >= left_ms)
		call->refused_pause_s = call->retry_after_s;
	return r;
}

void http_ask_note(const struct http_call *call, char *to, size_t room)
{
	*to = '\0';
	if (call->refused_pause_s > 0)
		snprintf(to, room, " (attempt %u; it asks to wait %lld s, more than is left)",
			 call->attempt, (long long)call->refused_pause_s);
	else if (call->attempt > 1)
		snprintf(to, room, " (attempt %u)", call->attempt);
}
