#ifndef TC_TESTCASE_H
#define TC_TESTCASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/str.h"
#include "cloud/cloud.h"

/*
 * A test case is data and one function.  The function reads as a sequence of
 * stimuli (calls to the cloud) and checks (expected against observed); it holds
 * no clean-up: what it made stands in its ledger and is removed, last first, by
 * the runner, after a failure, a timeout or a cancel as well.
 */
enum severity { SEV_MINOR, SEV_MAJOR, SEV_BLOCKER };
enum impact { IMPACT_READ, IMPACT_CREATE, IMPACT_LOAD, IMPACT_INTRUSIVE };
const char *severity_name(enum severity s);
const char *impact_name(enum impact i);

/* The most of each that a case holds at once, a create that is to be refused included.  Of
 * subnets and security groups 0 means one for each network, of key pairs one in all, of
 * routers one where the case needs any. */
struct budget {
	unsigned vms, vpcs, addresses, disks, requests;
	unsigned subnets, sgs, keypairs, routers;
};

/* What of a VM's inside a case needs; where the target gives no such way in, the case
 * is not run (no-data-plane). */
enum inside {
	INSIDE_NOTHING,
	INSIDE_GUEST,	/* who answers, whom it reaches */
	INSIDE_DISKS,	/* and what stands on its disks */
	INSIDE_SSH,	/* a login with the case's own key */
};

struct tc;

struct testcase {
	const char *id;			/* service.resource.behaviour; never reused */
	const char *title;		/* what holds when it passes */
	const char *purpose;		/* the test purpose, in one sentence */
	const char *const *verifies;	/* requirement ids of standards/ */
	uint64_t needs;			/* CAN(...): a mandatory one counts as claimed */
	uint64_t if_claimed;		/* CAN(...): without the claim it is not applicable */
	bool apart;			/* only in profiles that name it under cases: */
	bool unbounded;			/* makes as many as there are: only one that is apart */
	enum severity severity;		/* how bad a failure is for an interop claim */
	enum impact impact;
	struct budget budget;		/* the most it may hold; the runner packs by it */
	/* As any_vpc, and what tc_site() or tc_some_vpc() gives may be the run's, which many
	 * cases use at once: the case only reads it and puts VMs or groups of its own there. */
	bool any_site;
	/* One network of the budget may be the one that the target file names under
	 * existing: the case neither changes nor deletes it, nor asks how many there are. */
	bool any_vpc;
	enum inside inside;
	unsigned timeout_s;		/* without clean-up, which has its own limit */
	CO_FN void (*run)(struct tc *t);
};

#define REQS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Enters a case in the link-time table; the linker gathers the pointers. */
#define TESTCASE(name_)                                                 \
	static const struct testcase name_;                             \
	static const struct testcase *const name_##_entry               \
		__attribute__((used, section("testcases"))) = &name_;   \
	static const struct testcase name_ =

/* The table, sorted by id.  NULL past the end. */
const struct testcase *testcase_at(size_t i);
const struct testcase *testcase_by_id(const char *id);
/* Duplicate or retired ids, a missing purpose, requirement or budget, an id that
 * does not follow its kind: one line each into err; ERR_HARNESS.  Run by `list`
 * and by the unit tests, so that such a build fails. */
int testcases_check(struct error *err);

/* What one case may hold of a kind; what of that it makes itself when the run's site is
 * shared.  A create beyond that is an error of the harness: the planner packs by it. */
unsigned budget_of(const struct testcase *test, enum kind kind);
unsigned budget_own(const struct testcase *test, enum kind kind);
/* Of the run's site: security groups are put into the network, VMs need the rest too. */
enum site_part { SITE_NONE, SITE_NETWORK, SITE_WHOLE };
enum site_part site_part(const struct testcase *test);

/* ---- what a case sees ---- */

struct tc_private;
struct tc {
	struct cloud *cloud;
	const struct cloud_config *cfg;
	const struct dialect *dialect;
	const struct testcase *test;
	struct error err;		/* of the call made last */
	struct tc_private *p;		/* the harness's own */
};

/*
 * Records one step.  A stimulus that failed with an error that says nothing
 * about the system's conformance (quota, network ...) makes the case
 * inconclusive; see verdict_of_steps().  Each returns ok.
 */
bool tc_stimulus(struct tc *t, const char *req, const char *what, int r, const char *at);
bool tc_check(struct tc *t, const char *req, const char *what, bool ok, const char *expected,
	      const char *observed, const char *at);
bool tc_check_text(struct tc *t, const char *req, const char *what, const char *expected,
		   const char *observed, const char *at);
bool tc_check_int(struct tc *t, const char *req, const char *what, int64_t expected,
		  int64_t observed, const char *at);
/* The call was refused with one of two classes (the same twice for one). */
bool tc_check_refused(struct tc *t, const char *req, const char *what, int r, enum err one,
		      enum err other, const char *at);

#define AT_TEXT2(line) #line
#define AT_TEXT(line) AT_TEXT2(line)
#define AT __FILE__ ":" AT_TEXT(__LINE__)

/* A call that must succeed for the case to go on. */
#define CALL(t, req, what, call) \
	do { if (!tc_stimulus(t, req, what, call, AT)) return; } while (0)
/* Records and goes on. */
#define CHECK(t, req, what, ok, expected, observed) \
	((void)tc_check(t, req, what, ok, expected, observed, AT))
#define CHECK_TEXT(t, req, what, expected, observed) \
	((void)tc_check_text(t, req, what, expected, observed, AT))
#define CHECK_INT(t, req, what, expected, observed) \
	((void)tc_check_int(t, req, what, expected, observed, AT))
#define CHECK_REFUSED(t, req, what, call, class_) \
	((void)tc_check_refused(t, req, what, call, class_, class_, AT))
#define CHECK_REFUSED_AS(t, req, what, call, one, other) \
	((void)tc_check_refused(t, req, what, call, one, other, AT))
/* Records, and ends the case when it does not hold. */
#define REQUIRE(t, req, what, ok, expected, observed) \
	do { if (!tc_check(t, req, what, ok, expected, observed, AT)) return; } while (0)

/* What the case needs of the target turns out, by reading, not to be there (room in a
 * quota, a field).  The case then returns; what it checked before still counts. */
void tc_not_applicable(struct tc *t, const char *req, const char *why);

/* ---- making and removing, through the ledger ---- */

/* A fresh name, unique to run and resource in its first 9 characters. */
const char *tc_name(struct tc *t, enum kind kind, char to[NAME_LEN]);

/*
 * Creates want (its name is filled in when empty) after its intent is durable,
 * and enters the result.  Returns what the cloud answered; after an unknown
 * outcome the resource is looked for by name and, if found, cleaned up too.
 */
CO_FN int tc_create(struct tc *t, struct resource *want, struct resource *ret);
/* The same through another session of the target. */
CO_FN int tc_create_as(struct tc *t, struct cloud *session, struct resource *want,
		       struct resource *ret);
/* With no name at all: for cases about that. */
CO_FN int tc_create_unnamed(struct tc *t, struct resource *want, struct resource *ret);
/* Deletes and waits until it is gone. */
CO_FN int tc_destroy(struct tc *t, const struct resource *r);
/* Only sends the delete: for cases about what comes after.  The ledger still
 * watches over the resource. */
CO_FN int tc_send_destroy(struct tc *t, const struct resource *r);
/* Waits for the state, within the kind's deadline; journalled as a wait. */
CO_FN int tc_wait(struct tc *t, const struct resource *r, enum state want, struct resource *ret,
		  struct wait_log *log);

/* Reads, lists and actions with t->err filled in. */
CO_FN int tc_get(struct tc *t, const struct resource *r, struct resource *ret);
CO_FN int tc_list(struct tc *t, enum kind kind, const char *parent, struct resource_list *ret);
CO_FN int tc_act(struct tc *t, const struct resource *r, enum action action,
		 const struct resource *object);

/*
 * The reply to the call made last, as it came: for cases about the API's own
 * hygiene.  Valid until the next call; status 0 before the first.
 */
struct tc_reply {
	long status;
	char content_type[80];
	char *text;		/* NULL: none, or longer than is kept (64 KiB) */
	size_t len;
};
const struct tc_reply *tc_reply(const struct tc *t);

/* Limits and their use per kind, as the target shows them. */
CO_FN int tc_quotas(struct tc *t, struct cloud *session, struct quota ret[KIND_COUNT]);

/* An id that is well-formed for the kind and that nobody has. */
void tc_unknown(struct tc *t, enum kind kind, struct resource *ret);

/* What most kinds promise alike: the new resource reads back under its own id and
 * name, and its list holds it exactly once (`listed` true) or not at all: within
 * the time that the IXIT grants a list to lag behind. */
CO_FN void tc_check_listed(struct tc *t, const char *req, const struct resource *r, bool listed);
/* Reading and deleting what is not there is refused as not-found (or, where the
 * dialect says so, a delete is accepted). */
CO_FN void tc_check_absent(struct tc *t, const char *req, const struct resource *r);

/* How many of that name the API's own lists do not show; -1: said already. */
CO_FN int64_t tc_count_behind(struct tc *t, const char *req, const struct resource *want);
/* A create that must be refused, as one of two classes, and leave nothing of that name:
 * neither by the answer nor in the list, nor behind it where the driver can look there. */
CO_FN void tc_check_create_refused(struct tc *t, const char *req, const char *what,
				   struct resource *want, enum err one, enum err other);
/* A spoiled request (enum probe); a key pair that it makes is entered and removed. */
CO_FN int tc_probe(struct tc *t, enum probe what);
/* Asked for, and done or refused as the dialect says (either: as conflict or invalid).
 * Returns whether it was done; *ok false: it went otherwise, and the step says so. */
bool tc_check_expected(struct tc *t, const char *req, const char *what, int r,
		       enum expect expect, bool *ok, const char *at);

/* A second session of the target that presents a damaged credential.  Closed
 * by the harness. */
CO_FN int tc_damaged_session(struct tc *t, struct cloud **ret);
/* One whose lists ask for pages of that many entries. */
CO_FN int tc_paged_session(struct tc *t, int64_t page_size, struct cloud **ret);
/* One that takes no refusal for a request to come again: for cases about refusals. */
CO_FN int tc_plain_session(struct tc *t, struct cloud **ret);
/* A session of another tenant (second_tenant: of the target file; ERR_HARNESS without
 * one).  For looking and for what must be refused: the ledger knows the first tenant
 * alone, so nothing may be made through it that would have to be removed. */
CO_FN int tc_second_tenant(struct tc *t, struct cloud **ret);

/* ---- what most cases need first (make.c) ---- */

/* The nth /20 of the IXIT's pool, of its own for each case of the run. */
const char *tc_cidr(struct tc *t, char to[ADDR_LEN]);
/* The nth /24 of that. */
const char *tc_subnet_cidr(struct tc *t, unsigned n, char to[ADDR_LEN]);

CO_FN int tc_keypair(struct tc *t, struct resource *ret);
CO_FN int tc_vpc(struct tc *t, struct resource *ret);
/* The same, or the existing network of the target or the run's where the case takes any. */
CO_FN int tc_some_vpc(struct tc *t, struct resource *ret);
CO_FN int tc_subnet(struct tc *t, const struct resource *vpc, struct resource *ret);
/* Named under existing: it is used and never changed, nor does a router of ours join it. */
bool tc_is_given(const struct tc *t, const struct resource *r);
/* With one inbound rule, tcp 22 from anywhere. */
CO_FN int tc_sg(struct tc *t, const struct resource *vpc, struct resource *ret);

/* Network, subnet, security group and key pair for VMs. */
struct tc_site { struct resource vpc, subnet, sg, keypair; };
CO_FN int tc_site(struct tc *t, struct tc_site *ret);
/* What a VM on that site is asked to be, without a name. */
void tc_vm_want(struct tc *t, const struct tc_site *site, struct resource *want);
/* Made, and waited for until it runs. */
CO_FN int tc_vm(struct tc *t, const struct tc_site *site, struct resource *ret);

/* The smallest disk of the IXIT; made, and waited for until it is available. */
void tc_disk_want(struct tc *t, struct resource *want);
CO_FN int tc_disk(struct tc *t, struct resource *ret);
/* Something to put tags on: of the kind that the IXIT names, else of the cheapest that the
 * dialect lets bear them. */
CO_FN int tc_taggable(struct tc *t, struct resource *ret);
/* A tag on it without a key; ERR_HARNESS when the id of that is too long. */
int tc_tag_want(struct tc *t, const struct resource *on, const char *value, struct resource *want);

void rule_set(struct rule *u, const char *direction, const char *protocol, int from, int to,
	      const char *cidr);
bool rule_in(const struct resource *sg, const struct rule *u);

#include "tc/alike.h"

#endif
