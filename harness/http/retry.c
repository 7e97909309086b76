#include "http/retry.h"

#include <ctype.h>
#include <curl/curl.h>
#include <string.h>

/* A longer pause than any run lasts is as good as this one. */
#define LONGEST_S ((int64_t)366 * 24 * 3600)

static int64_t delta_seconds(const char *p)
{
	int64_t s = 0;

	for (; isdigit((unsigned char)*p); p++) {
		s = s * 10 + (*p - '0');
		if (s > LONGEST_S)
			s = LONGEST_S;
	}
	while (*p == ' ' || *p == '\t')
		p++;
	return *p ? -1 : s * 1000;
}

int64_t retry_after_ms(const char *header, int64_t wall_now_us)
{
	int64_t at;

	while (*header == ' ' || *header == '\t')
		header++;
	if (isdigit((unsigned char)*header))
		return delta_seconds(header);
	/* All three forms of an HTTP-date begin with the day's name and have a
	 * time; curl alone would take much less for a date. */
	if (!isalpha((unsigned char)*header) || !strchr(header, ':'))
		return -1;
	at = (int64_t)curl_getdate(header, NULL);
	if (at < 0)
		return -1;
	at = at * 1000 - wall_now_us / 1000;
	if (at > LONGEST_S * 1000)
		at = LONGEST_S * 1000;
	return at > 0 ? at : 0;
}

int64_t retry_backoff_ms(unsigned attempt, int64_t base_ms, int64_t cap_ms, uint32_t random)
{
	int64_t ms = base_ms < cap_ms ? base_ms : cap_ms;

	for (; attempt > 2 && ms < cap_ms; attempt--)
		ms = ms > cap_ms / 2 ? cap_ms : ms * 2;
	return ms - (int64_t)((uint64_t)(ms / 2) * random >> 32);
}

bool retry_only_reads(const struct http_call *call)
{
	return call->mutates_nothing || !strcmp(call->method, "GET") ||
	       !strcmp(call->method, "HEAD");
}

bool retry_is_safe(const struct http_call *call, int r, const struct error *err)
{
	if (r == ERR_OK)
		return call->status == 429 || (call->status == 503 &&
		       (call->retry_after_s >= 0 || retry_only_reads(call)));
	if (r != ERR_NETWORK && r != ERR_TIMEOUT)
		return false;
	return retry_only_reads(call) || !err->sent;
}

enum { PAUSE_FIRST_MS = 250, PAUSE_MOST_MS = 8000 };

int64_t retry_pause_ms(const struct http_call *call, int r, const struct error *err,
		       unsigned attempt, int64_t left_ms, uint32_t random)
{
	int64_t ms;

	/* A 503 that names no time is the cloud's failure, not a request to wait. */
	if (r != ERR_OK || !retry_is_safe(call, r, err) ||
	    (call->status == 503 && call->retry_after_s < 0))
		return -1;
	/* "At once" is not taken at its word: the next answer may be the same. */
	ms = call->retry_after_s > 0 ? (int64_t)call->retry_after_s * 1000 :
	     retry_backoff_ms(attempt + 1, PAUSE_FIRST_MS, PAUSE_MOST_MS, random);
	return ms < left_ms ? ms : -1;
}
