#ifndef TC_GUEST_H
#define TC_GUEST_H

#include "guest/guest.h"
#include "tc/testcase.h"

/*
 * The data plane in a case (.inside): VMs of the guest image, who answers at their
 * addresses, what stands on their disks, and whom they reach.
 *
 * Reachable means that the VM itself answered: a connection proves nothing, and an
 * answer of another VM is a failure of its own.  That nobody answers proves something
 * only of a guest that was seen to answer, or answers on its other port: a case has
 * such a control before, or beside, each tc_check_unreachable().
 */
#define GUEST_NEEDS (CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM))

struct tc_guest {
	struct resource vm;		/* as it was read last */
	struct resource address;	/* bound to it; id "" where the VM brings its own */
	char at[ADDR_LEN];		/* where it is asked */
	bool let_go;			/* its address may by now be another VM's */
	struct guest_who who;		/* as it answered last */
	struct guest *way;
	struct secret key;		/* by login: the private key that opens it */
	struct tc_guest *next;
};

/* Whether what answered is that VM: pure. */
bool tc_guest_is(const struct guest_who *who, const struct resource *vm);

/* The agent listens on this port and on the next one. */
int tc_guest_port(const struct tc *t);
/* Inbound TCP from where our probes come from. */
void tc_guest_rule(const struct tc *t, int from, int to, struct rule *ret);

/* A group of exactly these rules and, where guests are reached by login, one for that;
 * and, where nothing else lets them out, one that does. */
CO_FN int tc_guest_sg(struct tc *t, const struct resource *vpc, const struct rule rules[], size_t n,
		      struct resource *ret);
/* Network, subnet, such a group and a key pair and, where a public address needs it, the
 * router to outside. */
CO_FN int tc_guest_site(struct tc *t, const struct rule rules[], size_t n, struct tc_site *ret);
/* The same with one rule for both ports of the agent. */
CO_FN int tc_guest_open_site(struct tc *t, struct tc_site *ret);
/* With one more, *inner, that opens the first port to the subnet. */
CO_FN int tc_guest_inner_site(struct tc *t, struct tc_site *ret, struct rule *inner);

/* What a guest on that site is asked to be, without a name. */
void tc_guest_want(struct tc *t, const struct tc_site *site, struct resource *want);
/* Made and waited for until it runs, with an address where we can ask it.  Whether it
 * answers is for the case to check.  The guest belongs to the harness. */
CO_FN int tc_guest_made(struct tc *t, struct resource *want, struct tc_guest **ret);
CO_FN int tc_guest_vm(struct tc *t, const struct tc_site *site, struct tc_guest **ret);
/* Made and waited for, with no address of its own where the cloud gives none unasked. */
CO_FN int tc_guest_bare(struct tc *t, const struct tc_site *site, struct resource *ret);
/* A way into a VM that is there, at an address. */
CO_FN int tc_guest(struct tc *t, const struct resource *vm, const char *at, struct tc_guest **ret);
/* The same with another way of asking it: by that key. */
int tc_guest_by_key(struct tc *t, struct tc_guest *g, struct secret key);
/* Reads the VM again, and its address with it. */
CO_FN int tc_guest_again(struct tc *t, struct tc_guest *g);
/*
 * What most of these cases begin with, as steps under MCI-VM-01: a network and a group that
 * opens both ports, a VM (or two) that runs there, and its answer on the first port.  False
 * with a failed step.
 */
CO_FN bool tc_answering_guest(struct tc *t, struct tc_site *site, struct tc_guest **ret);
CO_FN bool tc_answering_guests(struct tc *t, struct tc_site *site, struct tc_guest **one,
			       struct tc_guest **two);
/* Acts on the VM and waits for the state that it leads to. */
CO_FN int tc_guest_act(struct tc *t, struct tc_guest *g, enum action action, enum state want);

/*
 * The VM answers on the nth port (0 or 1), within guest: boot_s; or, after a change of
 * rules or addresses, within guest: rule_lag_s.
 */
CO_FN bool tc_check_reachable(struct tc *t, const char *req, const char *what, struct tc_guest *g,
			      int nth);
CO_FN bool tc_check_opened(struct tc *t, const char *req, const char *what, struct tc_guest *g,
			   int nth);
/* It answers on the first port under another boot id than that, within guest: boot_s. */
CO_FN bool tc_check_rebooted(struct tc *t, const char *req, const char *what, struct tc_guest *g,
			     const char *old);
/* Nobody answers there any longer, within guest: rule_lag_s. */
CO_FN bool tc_check_unreachable(struct tc *t, const char *req, const char *what,
				struct tc_guest *g, int nth);
/* The control of that: with a rule for the nth port it answers there.  Nothing where the ICS
 * says that rules cannot be added. */
CO_FN void tc_check_can_open(struct tc *t, const char *req, const struct tc_site *site,
			     struct tc_guest *g, int nth);
/* From inside one guest the other's private address and first port are reached, or not,
 * within guest: rule_lag_s. */
CO_FN bool tc_check_reaches(struct tc *t, const char *req, const char *what,
			    struct tc_guest *from, struct tc_guest *to, bool reaches);

/* ---- logins: guest_login.c; only with access: ssh (.inside = INSIDE_SSH) ---- */

/* A key of our own: its public half as a line of OpenSSH's, the private one stays here. */
enum { PUBLIC_KEY_LEN = 200 };
struct secret tc_own_key(char public[PUBLIC_KEY_LEN]);
/* A network, a subnet and a group that opens the port of logins alone, with no key pair. */
CO_FN int tc_login_site(struct tc *t, struct tc_site *ret);
/* A VM on that site, made with that key pair from now on, which its private half opens. */
CO_FN int tc_login_vm(struct tc *t, struct tc_site *site, const struct resource *keypair,
		      struct secret key, struct tc_guest **ret);
/*
 * What these cases begin with, as steps under MCI-KEY-02: a key pair, generated, or of that
 * public key, whose private half is *key; and a VM made with it.  False with a failed step.
 */
struct tc_login {
	struct tc_site site;
	struct resource keypair;
	struct secret key;
	struct tc_guest *guest;
};
CO_FN bool tc_login_generated(struct tc *t, struct tc_login *ret);
CO_FN bool tc_login_imported(struct tc *t, const char *public, struct secret key,
			     struct tc_login *ret);
/* A key pair generated to be refused, of that name (NULL: a fresh one), and its private key. */
CO_FN bool tc_strange_key(struct tc *t, const char *what, const char *name, struct secret *ret);
/* With that key one gets into that very VM, within guest: boot_s. */
CO_FN bool tc_check_login(struct tc *t, const char *req, const char *what, struct tc_guest *g,
			  struct secret key);
/* The login with that key is refused by a VM that was seen to let another one in. */
CO_FN bool tc_check_no_login(struct tc *t, const char *req, const char *what, struct tc_guest *g,
			     struct secret key);

/* ---- disks: "root", or the name that tc_guest_disk() gives ---- */

/* A text that nobody else has written. */
enum { MARKER_LEN = 48 };
const char *tc_marker(char to[MARKER_LEN]);
const char *tc_guest_disk(const struct resource *disk);
/* Written; a disk that was just attached may take a moment to show up in the guest. */
CO_FN int tc_guest_put(struct tc *t, struct tc_guest *g, const char *disk, const char *text);
/* As steps under MCI-DSK-02: a disk of its own, attached to the VM, and a fresh text written
 * to it in there.  vm is what the steps call it ("the VM").  False with a failed step. */
CO_FN bool tc_disk_with_text(struct tc *t, struct tc_guest *g, const char *vm,
			     struct resource *disk, char marker[MARKER_LEN]);
/* The text stands on the disk. */
CO_FN bool tc_check_text_on(struct tc *t, const char *req, const char *what, struct tc_guest *g,
			    const char *disk, const char *text);
/* The guest sees a disk of that size. */
CO_FN bool tc_check_disk_size(struct tc *t, const char *req, const char *what,
			      struct tc_guest *g, const char *disk, int64_t size_gb);
/* The guest sees no such disk any longer. */
CO_FN bool tc_check_no_disk(struct tc *t, const char *req, const char *what, struct tc_guest *g,
			    const char *disk);
/* Attached (detached), and waited for until it is. */
CO_FN int tc_guest_attach(struct tc *t, const struct resource *disk, const struct tc_guest *g);
CO_FN int tc_guest_detach(struct tc *t, const struct resource *disk, const struct tc_guest *g);

#endif
