#ifndef TC_ALIKE_H
#define TC_ALIKE_H

#include "tc/testcase.h"

/*
 * What serves many kinds alike, read from the model table and the dialect.  A
 * check here is a check of the case that calls it: it names the requirement it
 * is given.
 */

/* A valid request for a fresh resource of the kind, name included, on what the
 * site holds of what it needs (the network of a subnet, all of a VM's). */
void tc_want(struct tc *t, enum kind kind, const struct tc_site *site, struct resource *want);

/* Makes what the kind needs and the site does not hold yet (*site starts as {0}). */
CO_FN int tc_ground(struct tc *t, enum kind kind, struct tc_site *site);
/* That, and one of the kind, waited for until it is ready and read. */
CO_FN int tc_make(struct tc *t, enum kind kind, struct tc_site *site, struct resource *ret);

/* Each field that the request gave and the model says reads back, does; the name too. */
CO_FN void tc_check_same(struct tc *t, const char *req, const struct resource *asked,
			 const struct resource *seen);
/* The subnet that a VM says it is in: likely, or what a read of another one says. */
CO_FN int tc_vm_subnet(struct tc *t, const struct resource *vm, const struct resource *likely,
		       struct resource *ret);
/* The kind's list holds what was read (by tc_get) once, and each field that the
 * list shows says the same. */
CO_FN void tc_check_list_agrees(struct tc *t, const char *req, const struct resource *read);
/* One entry of a list against what a read of it says; fields it does not show pass. */
void tc_check_alike(struct tc *t, const char *req, const struct resource *listed,
		    const struct resource *read);
/* A sample of what the kind's list holds: each entry can be read, and says the same. */
CO_FN void tc_check_sample_reads(struct tc *t, const char *req, enum kind kind);
/* What was just created is shown by read and list, at once or within the declared
 * ixit.consistency_s; how long it took stands in the step. */
CO_FN void tc_check_shown(struct tc *t, const char *req, const struct resource *made);
/* The whole of such a case: one of the kind, on what it needs, looked for as soon as its
 * create was answered. */
CO_FN void tc_check_new_shown(struct tc *t, const char *req, enum kind kind);
/* How many of the kind bear the name, by the list; -1 and a failed step without one. */
CO_FN int64_t tc_count_named(struct tc *t, const char *req, const struct resource *want);
/* Nothing of that name is there: neither by the list nor, where the driver can look there,
 * behind it.  A list that cannot be had is a failed step, and nothing is counted. */
CO_FN void tc_check_none_named(struct tc *t, const char *req, const struct resource *want);
/* There is one of that name by the list, which may lag. */
CO_FN void tc_check_named_once(struct tc *t, const char *req, const struct resource *want);

/* ---- lists that may lag behind a create or delete (lists.c) ---- */

/* Whether it shows what it has to. */
typedef bool tc_shows(const struct resource_list *all, const void *arg);
struct tc_look {
	enum kind kind;
	const char *parent;	/* NULL: all of the kind */
	tc_shows *shows;
	const void *arg;
};
/* The list as it is when it shows that, or when the IXIT (consistency_s) lets it lag no
 * longer: what is missing or too much in it then counts. */
CO_FN int tc_list_until(struct tc *t, const struct tc_look *look, struct resource_list *ret);
/* ... each of n of a kind and parent once. */
CO_FN int tc_list_with(struct tc *t, const struct resource *made, size_t n,
		       struct resource_list *ret);
/* ... so many entries. */
CO_FN int tc_list_counting(struct tc *t, enum kind kind, const char *parent, size_t n,
			   struct resource_list *ret);

/* One answer of many; TC_PENDING: not there yet. */
enum { TC_PENDING = 1 };
struct tc_answer { int r; struct error err; struct resource made; };
/* Sends the same create n times at once; how many were accepted. */
CO_FN size_t tc_create_at_once(struct tc *t, const struct resource *want, size_t n,
			       struct tc_answer *ret);
/* Sends n different creates at once. */
CO_FN size_t tc_create_all_at_once(struct tc *t, const struct resource want[], size_t n,
				   struct tc_answer *ret);
/* The same through a session, and watched: what the watch does takes place while they are
 * under way, again and again until it returns false. */
struct tc_many {
	struct cloud *session;
	const struct resource *want;
	size_t n;
	CO_FN bool (*watch)(struct tc *t, const struct tc_answer *answers, size_t n, void *arg);
	void *arg;
};
CO_FN size_t tc_create_watched(struct tc *t, const struct tc_many *m, struct tc_answer *ret);
/* How many of the accepted ones the kind's list does not hold exactly once, within the time
 * that the IXIT grants it to lag; -1: it cannot be listed, and a failed step says so. */
CO_FN int64_t tc_count_lacking(struct tc *t, const char *req, enum kind kind,
			       const struct tc_answer *answers, size_t n);
/* The same, with the answers checked: where names are unique exactly one wins and
 * the others are conflicts, else each gets an id of its own. */
CO_FN void tc_check_at_once(struct tc *t, const char *req, const struct resource *want, size_t n);

/* Two actions on one of the kind that does not exist, with a VM that does, are refused as
 * not-found. */
CO_FN void tc_check_act_absent(struct tc *t, const char *req, enum kind kind, enum action one,
			       enum action other);

/* The order is refused, as invalid or because something it names is not found, and
 * nothing of its name is there. */
CO_FN void tc_check_order_refused(struct tc *t, const char *req, const char *what,
				  struct resource *want);

/* Makes n of the kind, on what the site holds (it starts as {0}), and lists it by pages
 * of that size: each stands on them once, and there are as many pages as that takes. */
CO_FN void tc_check_paged(struct tc *t, const char *req, enum kind kind, struct tc_site *site,
			  unsigned n, int64_t page_size);

/* The use that the quota shows of the kind is what its list holds, and within the limit
 * (quota.c). */
CO_FN void tc_check_use_agrees(struct tc *t, const char *req, enum kind kind);

/* ---- states of a VM ---- */

/* A fresh VM (*site becomes what it stands on), running, stopped or suspended; false
 * with a failed step. */
CO_FN bool tc_vm_in_state(struct tc *t, const char *req, enum state state, struct tc_site *site,
			  struct resource *vm);
/* An action that its present state does not allow: refused or, where the documents
 * leave that open, without effect.  It then still is in the state it was in. */
CO_FN void tc_check_illegal(struct tc *t, const char *req, const struct resource *vm,
			    enum action action, enum state stays);

/* ---- names ---- */

/* A fresh name of so many characters, ASCII. */
const char *tc_name_of_length(struct tc *t, enum kind kind, unsigned characters,
			      char to[NAME_LEN]);
/* The longest name the documents allow, as far as an id of ours holds it. */
unsigned tc_longest_name(const struct tc *t, enum kind kind);
/* Created under want->name, it shows that name in answer, read and list. */
CO_FN void tc_check_name_kept(struct tc *t, const char *req, struct resource *want);
/* A create under want->name (which may be empty) is refused as invalid and makes nothing. */
CO_FN void tc_check_name_refused(struct tc *t, const char *req, const char *what,
				 struct resource *want);
/* Letters outside ASCII: kept or refused, as the dialect has it. */
CO_FN void tc_check_unicode_name(struct tc *t, const char *req, struct resource *want);

#endif
