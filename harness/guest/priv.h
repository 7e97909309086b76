#ifndef GUEST_PRIV_H
#define GUEST_PRIV_H

#include <stdbool.h>

#include "base/str.h"
#include "guest/guest.h"

/* What the files of this folder share. */
struct guest {
	struct loop *loop;
	const struct guest_config *cfg;
	char *address, *user_agent;
	int64_t timeout_ms;
	http_observer *observer;
	void *observer_arg;
};

/* A fresh one for each question: 32 hex digits and the NUL. */
enum { GUEST_NONCE = 33 };
void guest_nonce(char to[GUEST_NONCE]);

/*
 * reply.c: what agents and kits answer, checked.  ERR_PROTOCOL says what was found
 * and what was wanted; *ret is written on success only.
 */
int guest_read_who(const char *text, size_t n, const char *nonce, struct guest_who *ret,
		   struct error *err);
/* bytes are wanted of a get, not of a put. */
int guest_read_disk(const char *text, size_t n, bool bytes, struct guest_disk *ret,
		    struct error *err);
/* {"reached": false} is ERR_NETWORK. */
int guest_read_reach(const char *text, size_t n, const char *nonce, struct guest_who *ret,
		     struct error *err);
/* The text of {"error": ...}; false when it is none. */
bool guest_read_error(const char *text, size_t n, char *to, size_t room);
/* 1 to GUEST_TEXT_MAX bytes of printable ASCII, else ERR_HARNESS. */
int guest_check_text(const char *text, struct error *err);

/* agent.c: the same questions by HTTP. */
CO_FN int agent_who(struct guest *g, int port, struct guest_who *ret, struct error *err);
CO_FN int agent_put(struct guest *g, const char *disk, const char *text, struct error *err);
CO_FN int agent_get(struct guest *g, const char *disk, struct guest_disk *ret, struct error *err);
CO_FN int agent_reach(struct guest *g, const char *address, int port, struct guest_who *ret,
		      struct error *err);

#endif
