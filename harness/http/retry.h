#ifndef HTTP_RETRY_H
#define HTTP_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "http/http.h"

/* What is decided about a second attempt.  Pure: no clock, no state. */

/* Milliseconds that a Retry-After header (delta-seconds or HTTP-date) asks for,
 * as of wall_now_us; 0 for a date gone by, -1 for what is neither. */
int64_t retry_after_ms(const char *header, int64_t wall_now_us);

/* The pause before attempt 2, 3, ...: doubles from base_ms up to cap_ms, of
 * which the upper half is drawn by `random` so that callers do not march in step. */
int64_t retry_backoff_ms(unsigned attempt, int64_t base_ms, int64_t cap_ms, uint32_t random);

/*
 * True when sending the call again cannot do its work twice: it changes nothing,
 * or it was definitely refused (429, 503 with Retry-After, or never sent).
 * r and err are what http_do() returned.
 */
bool retry_is_safe(const struct http_call *call, int r, const struct error *err);

/* Milliseconds to pause before the call is sent again, -1 when the answer stands.
 * attempt: the one that was answered, from 1; left_ms: all that may be waited. */
int64_t retry_pause_ms(const struct http_call *call, int r, const struct error *err,
		       unsigned attempt, int64_t left_ms, uint32_t random);

/* True when the method, or what the call says of itself, changes nothing. */
bool retry_only_reads(const struct http_call *call);

#endif
