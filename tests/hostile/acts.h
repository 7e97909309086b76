#ifndef TESTS_HOSTILE_ACTS_H
#define TESTS_HOSTILE_ACTS_H

#include "hostile.h"

/* What a row's `number` and `text` mean stands behind each. */
act_fn act_text;		/* 200 and the text, as JSON */
act_fn act_status;		/* that status, no body; text: further header lines */
act_fn act_raw;			/* exactly the text, then hangs up */
act_fn act_html;		/* a page under 200 */
act_fn act_type;		/* the real answer as text/plain */
act_fn act_truncated;		/* Content-Length a hundred too long */
act_fn act_declared, act_chunked;	/* so many bytes */
act_fn act_values;		/* so many "{}" in a list */
act_fn act_deep;		/* so many levels */
act_fn act_nul, act_not_utf8, act_twice;	/* within the real answer */
act_fn act_secrets;		/* so many invented passwords */
act_fn act_escapes;		/* so many MiB of escapes in one text */
act_fn act_drip;		/* the real answer, a byte a second */
act_fn act_reset, act_close;	/* instead of an answer; the first: from that hit on */
act_fn act_silence;		/* number: after how much of the answer: 0 nothing, 1 the head */
act_fn act_header;		/* the real answer with one header of so many bytes */
act_fn act_headers;		/* ... with so many headers */
act_fn act_redirect;		/* that status, to elsewhere */
act_fn act_catalogue;		/* the real answer with the compute service elsewhere */
act_fn act_token_dies;		/* the token that first reads a key pair, from then on */
act_fn act_token_wears;		/* so many seconds are stated and kept; answers come late */
act_fn act_retry;		/* that status; text: Retry-After; "date": in a second */
act_fn act_date;		/* the real answer, a Date so many seconds off */
act_fn act_hang_up;		/* the real answer, and the connection closed without a word */
act_fn act_half;		/* the real answer, and its own direction closed */
act_fn act_extra;		/* the real answer and the text after its end */
act_fn act_interim;		/* 102s and 103s before the real answer */
act_fn act_slow;		/* the real answer after so many ms */

#endif
