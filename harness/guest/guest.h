#ifndef GUEST_GUEST_H
#define GUEST_GUEST_H

#include <stdint.h>

#include "base/error.h"
#include "base/secret.h"
#include "cloud/config.h"
#include "cloud/model.h"
#include "co/co.h"
#include "http/http.h"

/*
 * The inside of a VM, as far as a case looks into it: who answers at an address,
 * what stands on a disk, and whom this guest can reach.  A guest is asked by HTTP
 * (an agent in its image, or one that the operator runs) or by SSH (the guest kit,
 * one POSIX-sh script).  Both answer the same JSON:
 *
 *   GET  /who?nonce=N                    kit who N            {"id", "name", "boot", "nonce"}
 *   PUT  /disk/D   (the body is text)    kit put D TEXT       {"disk", "text"}
 *   GET  /disk/D                         kit get D            {"disk", "text", "bytes"}
 *   GET  /reach?address=A&port=P&nonce=N kit reach A P N      {"reached": true, "id", "name",
 *                                                              "boot", "nonce"}
 *                                                             or {"reached": false}
 * An error is {"error": "text"}, by HTTP under 4xx or 5xx, by the kit with exit status 1;
 * of a disk that is not there, 404 and 4; of an image that lacks what the kit needs, 5.
 *
 * id and name are the VM's own (cloud-init's instance id and the host name; of the
 * reference cloud its ids); boot changes with every boot.  D is "root" or the id or
 * name of an attached disk; text is at most 400 bytes of printable ASCII; bytes is
 * the size of the disk.  The agent listens on two ports, one above the other, so that
 * a rule for one of them can be seen to leave the other closed.
 */
enum { GUEST_TEXT_MAX = 400 };

struct guest_who {
	char id[ID_MAX], name[NAME_LEN], boot[80];
};

struct guest_disk {
	char text[GUEST_TEXT_MAX + 1];
	int64_t bytes;
};

struct guest;

/* Where a VM is, and how we ask. */
struct guest_way {
	const struct guest_config *cfg;	/* must outlive the guest */
	const char *address;		/* IPv4, or IPv6 without brackets */
	const char *vm;			/* its id: each has one host key; NULL: the address */
	struct secret key;		/* ssh: the private key, in PEM */
	int64_t timeout_ms;		/* of one question; 0: 5 s.  Not scaled here */
	const char *user_agent;		/* NULL: "plugfest" */
	http_observer *observer;	/* told of each exchange; its http may be NULL */
	void *observer_arg;
};

/* Sends nothing.  ERR_INVALID: no such address. *ret is NULL on error. */
int guest_open(struct loop *loop, const struct guest_way *way, struct guest **ret,
	       struct error *err);
/* No question may be under way.  Accepts NULL. */
void guest_close(struct guest *g);

/* Where guests listen: n 0 is the port that a rule must open, n 1 another one. */
int guest_port(const struct guest_config *cfg, unsigned n);
/* With ssh: where we log in, which a rule must open besides, for the kit answers on
 * those ports only after somebody logged in and started it; guest_who() does.  Else 0.
 * guest_who() of this port itself asks by login. */
int guest_control_port(const struct guest_config *cfg);
/* Host keys that were seen are forgotten; for tests. */
void guest_forget_hosts(void);

/*
 * Every question comes over a connection of its own, so that none kept from before
 * answers for a rule that is gone.  A deadline of the caller's that passes first is
 * ERR_TIMEOUT, and says nothing about the guest.
 *
 * guest_who() asks at an address who is there, with a fresh nonce.  ERR_NETWORK:
 * nobody answers (refused, reset, silent for the whole time of a question): the only
 * error that may count as "not reachable".  ERR_PROTOCOL: what answers there is no
 * guest, or a wrong nonce.  ERR_UNAUTHENTICATED: the login is refused.
 */
CO_FN int guest_who(struct guest *g, int port, struct guest_who *ret, struct error *err);
/* Writes a text to the disk, durably, and reads it and the disk's size. */
CO_FN int guest_put(struct guest *g, const char *disk, const char *text, struct error *err);
CO_FN int guest_get(struct guest *g, const char *disk, struct guest_disk *ret, struct error *err);
/* From inside this guest, who answers there.  ERR_NETWORK as above: this guest
 * answers, and reaches nobody; ERR_UNAVAILABLE: this guest itself does not answer. */
CO_FN int guest_reach(struct guest *g, const char *address, int port, struct guest_who *ret,
		      struct error *err);

#endif
