#ifndef FUZZ_REPLIES_H
#define FUZZ_REPLIES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Replies for a driver without a network: replies.c stands in for harness/http.
 * Each call of http_do() takes the next of them; past the last one the network
 * is down.  "%%\n" parts two; a reply is its status, a newline and its body;
 * before the body, lines "name: value" are headers.
 */
void replies_set(const char *text, size_t n);

/*
 * An input is one line, the operation and kind ("list vm"), and the replies.
 * Opens a session of the target (opening: what the server says until then; with
 * the operation "open" the input's replies come first), does it, closes.
 */
void replies_fuzz(const char *target, const char *opening, const uint8_t *data, size_t n);

#endif
