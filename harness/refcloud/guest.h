#ifndef REFCLOUD_GUEST_H
#define REFCLOUD_GUEST_H

#include "refcloud/priv.h"

/*
 * The guests: what runs inside the VMs of the images guest-echo and guest-ledger.
 * Each listens on its public address, on two ports, for as long as it runs and some
 * rule opens them; an agent answers there (harness/guest/guest.h has the words).
 * What the files of the guests share; nobody else includes it.
 */
struct MHD_Connection;

enum { GUEST_PORTS = 2, GUEST_PORT = 7007, GUEST_TEXT = 400 };
/* Where the guest listens besides when its system is another process: SSH. */
enum { GUEST_EAR_SSH = GUEST_PORTS, GUEST_EARS, GUEST_SSH_ABOVE = 15 };

struct guest_ear {			/* a listening socket, or none: fd -1 */
	struct ref_guest *guest;
	int port;
	bool watched;
	struct loop_fd watch;
};

struct guest_line {			/* an established connection; libmicrohttpd owns fd */
	struct refcloud *rc;
	struct ref_guest *guest;	/* NULL: cut */
	struct MHD_Connection *connection;
	int fd, port;
	unsigned boot;
	char peer[ADDR_LEN];
	bool held;			/* its request waits for the guest to wake up */
	struct guest_line *prev, *next;
};

struct ref_guest {
	struct refcloud *rc;
	struct ref_entry *vm;
	struct guest_ear ears[GUEST_EARS];
	unsigned booted;		/* since then it */
	bool up;			/* has learnt who it is, and its agent runs */
	char address[ADDR_LEN];		/* where it stands; "": nowhere */
	struct rule *known;		/* at its birth, when a fault plan needs them */
	size_t known_count;
	struct guest_line *lines;

	/* Of its key pair at its birth; and, when its system is another process, where that
	 * is asked in the present boot. */
	char *key, *key_name;
	bool key_imported, powered;
	char inner[ADDR_LEN];
	unsigned inner_boot;
	struct guest_pipe *pipes;

	struct loop_timer settle;	/* when the state change under way ends */
	struct ref_guest *prev, *next;
};

/* ---- guest_rules.c: who reaches whom ---- */

int ref_guest_port(const struct refcloud *rc);	/* the lower of the two */
/* All that it listens on: so many, and the i-th. */
int ref_guest_ears(const struct refcloud *rc);
int ref_guest_ear_port(const struct refcloud *rc, int i);
/* Stopped guests are deaf, suspended ones silent. */
enum guest_mode { GUEST_DEAF, GUEST_SILENT, GUEST_AWAKE };
enum guest_mode ref_guest_mode(const struct ref_guest *g);
/* Some rule opens the port to somebody. */
bool ref_guest_hears(const struct ref_guest *g, int port);
/* Some rule opens the port to that source. */
bool ref_guest_admits(const struct ref_guest *g, int port, const char *source);
/* The guest that this one reaches there, over private addresses; NULL. */
struct ref_guest *ref_guest_beyond(const struct ref_guest *g, const char *address, int port);
/* The metadata service answers it: some rule lets it ask there. */
bool ref_guest_learns(const struct ref_guest *g);
/* How often it has booted. */
unsigned ref_guest_boots(const struct ref_guest *g);

/* ---- guest.c ---- */

void ref_guests_end(struct refcloud *rc);

/* ---- guest_faults.c: what the fault plan does to it ---- */

/* accept-illegal: what is ignored when it comes to reach it. */
bool ref_guest_waives(const struct ref_guest *g, const char *what);
/* refuse of that very field; mix-field of it. */
bool ref_guest_refused(const struct ref_guest *g, const char *field);
bool ref_guest_mixes(const struct ref_guest *g, const char *field);
/* refuse: it is not reached from "outside" or "inside". */
bool ref_guest_refuses(const struct ref_guest *g, const char *where);
/* refuse: of its i-th group, the rule does not count. */
bool ref_guest_ignores(const struct ref_guest *g, int i, const struct rule *u);
/* The rules of its groups are remembered when ref_guest_ignores() will want them. */
void ref_guest_learn(struct ref_guest *g);
/* Where it stands, now that its VM's addresses are what they are. */
void ref_guest_place(const struct ref_guest *g, char to[ADDR_LEN]);
/* The one that answers in its stead: itself, or its neighbour. */
struct ref_guest *ref_guest_answering(struct ref_guest *g);
/* set-field, mix-field of {"id", "name", "boot"}. */
void ref_guest_spoil_who(const struct ref_guest *g, json_t *who);
/* Where the text of a disk is kept: at the disk, or where all have theirs. */
char **ref_guest_text(const struct ref_guest *g, struct ref_entry *disk);
/* accept-illegal: disks that are not its own, refuse: none that are. */
bool ref_guest_sees(const struct ref_guest *g, const struct ref_entry *disk);
/* false: what is written is not kept; else it is spoiled as the plan has it. */
bool ref_guest_keeps(const struct ref_guest *g, const struct ref_entry *disk, char *text);
/* set-field, keep-first of {"text", "bytes"}. */
void ref_guest_spoil_disk(const struct ref_guest *g, const struct ref_entry *disk, json_t *read);

/* ---- guest_disk.c: what stands on its disks ---- */

/* The disk that the guest knows by that name: its own ("root"), or one that is
 * attached, by id or name; NULL. */
struct ref_entry *ref_guest_disk(const struct ref_guest *g, const char *name);
/* {"disk", "text"}, and "bytes" of a read.  New reference. */
json_t *ref_guest_read(const struct ref_guest *g, struct ref_entry *disk, const char *name);
json_t *ref_guest_write(const struct ref_guest *g, struct ref_entry *disk, const char *name,
			const char *text);

/* ---- guest_agent.c: what it answers ---- */

/* Hands a connection over; the descriptor is no longer the caller's. */
void ref_guest_line_open(struct ref_guest *g, int port, const char *peer, int fd);
/* Ends it without another byte. */
void ref_guest_line_cut(struct guest_line *line);
/* The requests that were held are answered. */
void ref_guest_lines_wake(struct ref_guest *g);
/* {"id", "name", "boot", "nonce"}: new reference. */
json_t *ref_guest_who(const struct ref_guest *g, const char *nonce);

/* ---- guest_keys.c: whom it lets in ---- */

void ref_guest_learn_key(struct ref_guest *g);
/* Public keys, a line each. */
void ref_guest_keys(const struct ref_guest *g, struct str *to);

/* ---- guest_machine.c, guest_pipe.c: a system that is another process ---- */

/* Switched on or off, or on anew when it has booted. */
void ref_guest_power(struct ref_guest *g, bool on);
/* Somebody comes to log in: what the system finds is brought up to date. */
void ref_guest_login(const struct ref_guest *g);
/* Carries a connection on; the descriptor is no longer the caller's. */
void ref_guest_pipe_open(struct ref_guest *g, int port, const char *peer, int fd);
void ref_guest_pipes_cut(struct ref_guest *g);
/* Those that its rules no longer let in are cut; of one that sleeps the others wait. */
void ref_guest_pipes_check(struct ref_guest *g, bool awake);

#endif
