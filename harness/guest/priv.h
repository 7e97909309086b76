#ifndef GUEST_PRIV_H
#define GUEST_PRIV_H

#include <stdbool.h>

#include "base/str.h"
#include "guest/guest.h"

/* What the files of this folder share. */
struct guest {
	struct loop *loop;
	const struct guest_config *cfg;
	char *address, *user_agent, *vm;
	struct secret key;		/* ssh: PEM */
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
/* A shell's greetings may come first: the answer of a kit is the last line that is not
 * empty.  Line ends behind it are cut off. */
const char *guest_last_line(struct str *out);
/* 1 to GUEST_TEXT_MAX bytes of printable ASCII, else ERR_HARNESS. */
int guest_check_text(const char *text, struct error *err);

/* agent.c: the same questions by HTTP. */
CO_FN int agent_who(struct guest *g, int port, struct guest_who *ret, struct error *err);
CO_FN int agent_put(struct guest *g, const char *disk, const char *text, struct error *err);
CO_FN int agent_get(struct guest *g, const char *disk, struct guest_disk *ret, struct error *err);
CO_FN int agent_reach(struct guest *g, const char *address, int port, struct guest_who *ret,
		      struct error *err);

/* key.c: an Ed25519 key of "BEGIN PRIVATE KEY" in OpenSSH's form; NULL: it is none, and
 * goes as it is.  The caller wipes and frees it. */
char *guest_openssh_key(const char *pem);

/* kit.c: the script, and the command line that runs it from standard input. */
extern const char guest_kit[];
size_t guest_kit_size(void);
void guest_kit_command(const char *const *words, struct str *to);

/*
 * ssh.c: one command, input on its standard input.  ERR_OK: it ended, whatever its
 * status.  ERR_NETWORK: nobody there; ERR_PROTOCOL: no SSH server, another host key
 * than before, broken off; ERR_UNAUTHENTICATED: the key or user is refused.
 */
struct ssh_run {
	const char *command, *input;
	size_t input_len;
	int status;			/* out: exit status */
	struct str out;
	char fingerprint[80];		/* of the host key; "" before it was seen */
};
CO_FN int ssh_run(struct guest *g, struct ssh_run *run, struct error *err);

/* login.c: the questions over SSH, and agent_who() that the kit answers. */
CO_FN int login_who(struct guest *g, int port, struct guest_who *ret, struct error *err);
CO_FN int login_put(struct guest *g, const char *disk, const char *text, struct error *err);
CO_FN int login_get(struct guest *g, const char *disk, struct guest_disk *ret, struct error *err);
CO_FN int login_reach(struct guest *g, const char *address, int port, struct guest_who *ret,
		      struct error *err);

/* What is network trouble although somebody began to answer (heard) is no silence;
 * left_ms: until the caller's own deadline when the question began. */
int guest_judge(int r, bool heard, int64_t left_ms, int64_t bound_ms, struct error *err);

#endif
