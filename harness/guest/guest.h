#ifndef GUEST_GUEST_H
#define GUEST_GUEST_H

#include <stdint.h>

#include "base/error.h"
#include "cloud/model.h"
#include "co/co.h"

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
 * An error is {"error": "text"}, by HTTP under 4xx or 5xx, by the kit with exit status 1.
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

/*
 * Asks at an address who is there, with a fresh nonce.  ERR_NETWORK: nobody answers
 * (refused, reset, silent until the deadline): the only error that may count as "not
 * reachable".  ERR_PROTOCOL: what answers there is no guest, or a wrong nonce.
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
