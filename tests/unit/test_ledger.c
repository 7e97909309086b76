/*
 * R6: nothing that a run made is left behind, and nothing that it did not make is
 * touched.  A scripted cloud in this file stands for the system under test.
 */
#include <check.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "co/loop.h"
#include "journal/emit.h"
#include "tc/private.h"

/* ---- the scripted cloud ---- */

static struct {
	struct resource_list held;
	enum err create_answers;	/* of the next create */
	bool create_happens;		/* whatever it answers */
	int lists_before_shown;		/* a new one is hidden for so many lists */
	int refusals;			/* of deletes of the kind below, before they work */
	enum kind refused;
	bool forbids;			/* deletes of key pairs, for good */
	char deleted[16][ID_MAX];
	unsigned deletes, detaches;
	int64_t create_takes_ms;
	uint64_t durable_at_create;	/* what the journal had acknowledged then */
} sut;

static uint64_t *acked;

static int fake_create(struct cloud *c, const struct resource *want, struct resource *ret,
		       struct error *err)
{
	(void)c;
	sut.durable_at_create = *acked;
	if (sut.create_takes_ms && co_sleep(sut.create_takes_ms) < 0)
		return err_set(err, ERR_TIMEOUT, "scripted");
	if (sut.create_happens) {
		struct resource *r = resource_list_add(&sut.held);

		*r = *want;
		snprintf(r->id, sizeof(r->id), "id-%.40s-%zu", want->name, sut.held.count);
		if (sut.create_answers == ERR_OK)
			*ret = *r;
	}
	return sut.create_answers == ERR_OK ? ERR_OK :
	       (err_set(err, sut.create_answers, "scripted"), err->sent = true, err->code);
}

static int fake_get(struct cloud *c, const struct ref *ref, struct resource *ret, struct error *err)
{
	const struct resource *r = resource_list_find(&sut.held, ref->id);

	(void)c;
	if (!r)
		return err_set(err, ERR_NOT_FOUND, "no such thing");
	*ret = *r;
	return ERR_OK;
}

static int list_kind(enum kind kind, struct resource_list *ret)
{
	if (sut.lists_before_shown-- > 0)
		return ERR_OK;
	for (size_t i = 0; i < sut.held.count; i++)
		if (sut.held.at[i].kind == kind)
			*resource_list_add(ret) = sut.held.at[i];
	return ERR_OK;
}

static int list_keypairs(struct cloud *c, const char *parent, struct resource_list *ret,
			 struct error *err)
{
	(void)c, (void)parent, (void)err;
	return list_kind(KIND_KEYPAIR, ret);
}

static int list_vpcs(struct cloud *c, const char *parent, struct resource_list *ret,
		     struct error *err)
{
	(void)c, (void)parent, (void)err;
	return list_kind(KIND_VPC, ret);
}

static int fake_destroy(struct cloud *c, const struct ref *ref, struct error *err)
{
	(void)c;
	if (ref->kind == KIND_KEYPAIR && sut.forbids)
		return err_set(err, ERR_DENIED, "not yours to delete");
	if (ref->kind == sut.refused && sut.refusals-- > 0)
		return err_set(err, ERR_CONFLICT, "in use");
	if (ref->kind == KIND_DISK && resource_list_find(&sut.held, ref->id) &&
	    resource_list_find(&sut.held, ref->id)->state == STATE_BOUND)
		return err_set(err, ERR_CONFLICT, "in use by a VM");
	for (size_t i = 0; i < sut.held.count; i++)
		if (!strcmp(sut.held.at[i].id, ref->id) && sut.held.at[i].kind == ref->kind) {
			str_copy(sut.deleted[sut.deletes++], ID_MAX, ref->id);
			sut.held.at[i] = sut.held.at[--sut.held.count];
			return ERR_OK;
		}
	return err_set(err, ERR_NOT_FOUND, "no such thing");
}

static int list_disks(struct cloud *c, const char *parent, struct resource_list *ret,
		      struct error *err)
{
	(void)c, (void)parent, (void)err;
	return list_kind(KIND_DISK, ret);
}

static int list_tags(struct cloud *c, const char *parent, struct resource_list *ret,
		     struct error *err)
{
	(void)c;
	if (!parent || strcmp(parent, "vpc/v-1"))
		return err_set(err, ERR_INVALID, "tags are listed by what bears them");
	return list_kind(KIND_TAG, ret);
}

static int fake_detach(struct cloud *c, const struct ref *ref, enum action action,
		       const struct resource *object, struct error *err)
{
	struct resource *r = (struct resource *)resource_list_find(&sut.held, ref->id);

	(void)c;
	if (!r || action != ACT_DETACH || !object || strcmp(object->id, r->disk.vm))
		return err_set(err, ERR_CONFLICT, "not attached to that");
	r->state = STATE_AVAILABLE;
	r->disk.vm[0] = '\0';
	sut.detaches++;
	return ERR_OK;
}

static int fake_open(struct cloud *c, struct error *err) { (void)c, (void)err; return ERR_OK; }
static void fake_close(struct cloud *c) { (void)c; }

static const struct kind_ops keypairs = { fake_create, fake_get,     list_keypairs,
					  NULL,	       fake_destroy, NULL };
static const struct kind_ops vpcs = { fake_create, fake_get, list_vpcs, NULL, fake_destroy, NULL };
static const struct kind_ops disks = { fake_create, fake_get,	  list_disks,
				       NULL,	    fake_destroy, fake_detach };
static const struct kind_ops tags = { fake_create, fake_get, list_tags, NULL, fake_destroy, NULL };
static const struct dialect dialect = { .source = "this test" };
static const struct setting_info settings[] = { { 0 } };

DRIVER(scripted) {
	.name = "scripted", .abi = DRIVER_ABI, .title = "scripted", .scope = "native-api",
	.settings = settings, .dialect = &dialect, .open = fake_open, .close = fake_close,
	.ops = { [KIND_KEYPAIR] = &keypairs, [KIND_VPC] = &vpcs, [KIND_DISK] = &disks,
		 [KIND_TAG] = &tags },
};

/* ---- a supervisor that acknowledges everything ---- */

static void acknowledge(int fd)
{
	struct { struct frame_head head; uint64_t events; } __attribute__((packed)) ack = {
		.head = { .length = sizeof(uint64_t), .type = FRAME_ACK } };
	struct frame_head head;
	char skip[4096];

	while (recv(fd, &head, sizeof(head), MSG_WAITALL) == sizeof(head)) {
		for (uint32_t left = head.length; left;) {
			ssize_t n = recv(fd, skip, left < sizeof(skip) ? left : sizeof(skip), 0);

			if (n <= 0)
				_exit(1);
			left -= (uint32_t)n;
		}
		*acked = ack.events += head.type != FRAME_SAY && head.type != FRAME_DONE &&
				       head.type != FRAME_SYNC;
		if (send(fd, &ack, sizeof(ack), MSG_NOSIGNAL) < 0)
			_exit(0);
	}
	_exit(0);
}

/* ---- running a test inside a coroutine ---- */

static struct {
	struct cloud_config cfg;
	struct cloud *cloud;
	struct tc t;
	struct tc_private p;
} world;

static int begin(void *test)
{
	void (*fn)(void);
	struct error err;

	memcpy(&fn, test, sizeof(fn));
	ck_assert_int_eq(cloud_open(co_loop(), &world.cfg, NULL, &world.cloud, &err), ERR_OK);
	world.p = (struct tc_private){ .row = 1, .attempt = 1, .target = "t",
				       .ledger = { .target = "t", .row = 1 } };
	tc_init(&world.t, &world.p, world.cloud, NULL);
	fn();
	tc_release(&world.t);
	cloud_close(world.cloud);
	return ERR_OK;
}

static void inside(void (*fn)(void))
{
	struct loop *loop = loop_new();
	int pair[2], status;
	pid_t child;

	memset(&sut, 0, sizeof(sut));
	sut.create_happens = true;
	sut.refused = KIND_COUNT;
	world.cfg = (struct cloud_config){ .file = "t", .name = "t", .driver = "scripted",
					   .delete_deadline_s = 5, .time_scale = 0.02 };
	for (int k = 0; k < KIND_COUNT; k++)
		world.cfg.settle_s[k] = 5;
	acked = mmap(NULL, sizeof(*acked), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	child = fork();
	if (!child) {
		close(pair[0]);
		acknowledge(pair[1]);
	}
	close(pair[1]);
	emit_open(loop, pair[0], NULL, NULL);
	co_detach(co_spawn(loop, "test", begin, &fn));
	loop_run(loop);
	emit_close();
	close(pair[0]);
	waitpid(child, &status, 0);
	loop_free(loop);
	resource_list_cleanup(&sut.held);
}

static struct resource wanted(enum kind kind, const char *name)
{
	struct resource r;

	resource_init(&r, kind);
	str_copy(r.name, sizeof(r.name), name);
	return r;
}

static void somebody_elses(enum kind kind, const char *name, const char *id)
{
	struct resource *r = resource_list_add(&sut.held);

	*r = wanted(kind, name);
	str_copy(r->id, sizeof(r->id), id);
}

/* ---- the tests ---- */

static void create_then_clean(void)
{
	struct resource want = wanted(KIND_KEYPAIR, ""), made;

	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_OK);
	ck_assert_uint_ge(sut.durable_at_create, 1);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.held.count, 0);
}
START_TEST(the_intent_is_durable_before_the_create) { inside(create_then_clean); }
END_TEST

static void lost_answer(void)
{
	struct resource want = wanted(KIND_KEYPAIR, "pabc00001-keypair"), made;

	somebody_elses(KIND_KEYPAIR, "pabc00001-keypai", "near-1");
	somebody_elses(KIND_KEYPAIR, "pabc00001-keypair2", "near-2");
	somebody_elses(KIND_KEYPAIR, "Pabc00001-keypair", "near-3");
	somebody_elses(KIND_VPC, "pabc00001-keypair", "near-4");
	sut.create_answers = ERR_TIMEOUT;
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_TIMEOUT);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 1);
	ck_assert_uint_eq(sut.held.count, 4);
	ck_assert_int_eq(strncmp(sut.deleted[0], "id-pabc00001-keypair-", 21), 0);
}
START_TEST(a_lost_answer_is_found_by_its_exact_name_and_nothing_else_is_touched)
{
	inside(lost_answer);
}
END_TEST

static void late_appearance(void)
{
	struct resource want = wanted(KIND_KEYPAIR, ""), made;

	sut.create_answers = ERR_NETWORK;
	sut.lists_before_shown = 3;
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_NETWORK);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_UNKNOWN);
	ck_assert_uint_eq(sut.held.count, 1);
	ck_assert_int_eq(ledger_settle(world.cloud, &world.p.ledger, false), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.held.count, 0);
}
START_TEST(what_comes_to_light_late_is_removed) { inside(late_appearance); }
END_TEST

static void never_made(void)
{
	struct resource want = wanted(KIND_KEYPAIR, ""), made;

	sut.create_answers = ERR_TIMEOUT;
	sut.create_happens = false;
	(void)tc_create(&world.t, &want, &made);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_UNKNOWN);
	ck_assert_int_eq(ledger_settle(world.cloud, &world.p.ledger, false), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 0);
}
START_TEST(absence_counts_only_after_the_settle_time) { inside(never_made); }
END_TEST

static void refused_duplicate(void)
{
	struct resource want = wanted(KIND_KEYPAIR, ""), made, again, second;

	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_OK);
	again = wanted(KIND_KEYPAIR, want.name);
	sut.create_answers = ERR_CONFLICT;
	sut.create_happens = false;
	ck_assert_int_eq(tc_create(&world.t, &again, &second), ERR_CONFLICT);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 1);
	ck_assert_str_eq(sut.deleted[0], made.id);
}
START_TEST(a_refused_duplicate_is_not_the_first_one) { inside(refused_duplicate); }
END_TEST

static void refused_but_made(void)
{
	struct resource want = wanted(KIND_KEYPAIR, ""), made;

	/* The cloud says no and does it all the same. */
	sut.create_answers = ERR_INVALID;
	(void)tc_create(&world.t, &want, &made);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.held.count, 0);
}
START_TEST(a_refused_create_is_looked_for) { inside(refused_but_made); }
END_TEST

static void in_the_way(void)
{
	struct resource vpc = wanted(KIND_VPC, ""), kp = wanted(KIND_KEYPAIR, ""), made;

	ck_assert_int_eq(tc_create(&world.t, &vpc, &made), ERR_OK);
	ck_assert_int_eq(tc_create(&world.t, &kp, &made), ERR_OK);
	sut.refused = KIND_VPC;
	sut.refusals = 2;
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 2);
	/* Newest first. */
	ck_assert_str_eq(sut.deleted[0], made.id);
}
START_TEST(a_refused_delete_is_tried_again) { inside(in_the_way); }
END_TEST

/* What is forbidden keeps another one in use: no reason to ask until the deadline. */
static void forbidden_child(void)
{
	struct resource vpc = wanted(KIND_VPC, ""), kp = wanted(KIND_KEYPAIR, ""), made;

	ck_assert_int_eq(tc_create(&world.t, &vpc, &made), ERR_OK);
	ck_assert_int_eq(tc_create(&world.t, &kp, &made), ERR_OK);
	sut.forbids = true;
	sut.refused = KIND_VPC;
	sut.refusals = 1000000;
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_LEFTOVER);
	ck_assert_int_eq(1000000 - sut.refusals, 3);
	/* And it is no leftover any more once it may go. */
	sut.forbids = false;
	sut.refusals = 5;
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
}
START_TEST(what_is_held_by_something_forbidden_is_not_waited_for) { inside(forbidden_child); }
END_TEST

static void cannot_be_removed(void)
{
	struct resource want = wanted(KIND_VPC, ""), made;

	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_OK);
	sut.refused = KIND_VPC;
	sut.refusals = 1000000;
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_LEFTOVER);
	ck_assert_uint_eq(sut.held.count, 1);
}
START_TEST(what_cannot_be_removed_is_a_leftover) { inside(cannot_be_removed); }
END_TEST

/* The case has a second of its own; the IXIT grants 300 s, at the scale of this world. */
static void slow_create(void)
{
	struct resource want = wanted(KIND_KEYPAIR, ""), made;
	struct co_deadline of_case;

	sut.create_takes_ms = 1300;
	co_deadline_push(&of_case, 1000);
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_OK);
	ck_assert_int_gt(co_deadline_left(), 0);
	co_deadline_pop(&of_case);
}
START_TEST(a_granted_create_does_not_eat_the_time_of_the_case) { inside(slow_create); }
END_TEST

static void endless_create(void)
{
	struct resource want = wanted(KIND_KEYPAIR, ""), made;

	sut.create_takes_ms = 3600 * 1000;
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_TIMEOUT);
}
START_TEST(a_create_ends_with_what_was_granted) { inside(endless_create); }
END_TEST

static const struct testcase loaded = { .id = "t", .verifies = REQS("MCI-X") };

static void under_load(void)
{
	const char *cause;

	world.t.test = &loaded;
	world.p.bulk = true;
	for (int i = 0; i < 1000; i++)
		CHECK_INT(&world.t, "MCI-X", "as expected", 1, 1);
	ck_assert_uint_eq(world.p.step_count, 0);
	CHECK_INT(&world.t, "MCI-X", "not as expected", 1, 2);
	ck_assert_uint_eq(world.p.step_count, 1);
	tc_held(&world.t);
	ck_assert_uint_eq(world.p.step_count, 2);
	ck_assert_int_eq(verdict_of_steps(world.p.steps, 2, &cause), VERDICT_FAIL);
	ck_assert_int_eq(verdict_of_steps(world.p.steps + 1, 1, &cause), VERDICT_PASS);
}
START_TEST(under_load_what_holds_is_counted) { inside(under_load); }
END_TEST

static void bound_disk(void)
{
	struct resource want = wanted(KIND_DISK, ""), made;
	struct resource *r;

	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_OK);
	somebody_elses(KIND_DISK, "other", "d-2");
	for (size_t i = 0; i < sut.held.count; i++) {
		r = &sut.held.at[i];
		r->state = STATE_BOUND;
		str_copy(r->disk.vm, sizeof(r->disk.vm), "vm-1");
	}
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.detaches, 1);
	ck_assert_uint_eq(sut.deletes, 1);
	ck_assert_uint_eq(sut.held.count, 1);
	ck_assert_int_eq(resource_list_find(&sut.held, "d-2")->state, STATE_BOUND);
}
START_TEST(a_bound_disk_is_detached_first_and_others_are_not) { inside(bound_disk); }
END_TEST

static void lost_tag(void)
{
	struct resource want = wanted(KIND_TAG, ""), made;

	str_copy(want.parent, sizeof(want.parent), "vpc/v-1");
	sut.create_answers = ERR_TIMEOUT;
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_TIMEOUT);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 1);
}
START_TEST(a_lost_tag_is_looked_for_on_its_resource) { inside(lost_tag); }
END_TEST

/* What the second tenant made is removed as it, and is nobody else's of that name. */
static void second_tenant(void)
{
	struct resource want = wanted(KIND_KEYPAIR, "pabc00009-keypair"), made, theirs;
	struct ledger *l = &world.p.ledger;
	struct cloud *second;
	struct error err;

	ck_assert_int_eq(cloud_open(co_loop(), &world.cfg, NULL, &second, &err), ERR_OK);
	l->second = second;
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_OK);
	ck_assert_int_eq(tc_create_as(&world.t, second, &want, &theirs), ERR_OK);
	ck_assert(l->newest->second && !l->newest->older->second);
	ck_assert_ptr_null(ledger_find(l, KIND_KEYPAIR, theirs.id));
	l->second = NULL;
	ck_assert_int_eq(ledger_clean(world.cloud, l), CLEANUP_LEFTOVER);
	ck_assert_uint_eq(sut.held.count, 1);
	l->second = second;
	ck_assert_int_eq(ledger_clean(world.cloud, l), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.held.count, 0);
	cloud_close(second);
}
START_TEST(the_second_tenants_is_removed_as_it) { inside(second_tenant); }
END_TEST

START_TEST(names_are_unique_in_nine_characters)
{
	char a[NAME_LEN], b[NAME_LEN], sample[NAME_LEN], mark[8];

	ledger_mark("0a1b2c3d4e5f", mark);
	ck_assert_str_eq(mark, "p0a1b2");
	ledger_set_mark(mark);
	for (int i = 0; i < 2000; i++) {
		ledger_name(KIND_VM, a);
		ledger_name(KIND_VM, b);
		ck_assert_int_ne(strncmp(a, b, 9), 0);
		ck_assert_uint_eq(strspn(a, "abcdefghijklmnopqrstuvwxyz0123456789"), 9);
	}
	ledger_sample(KIND_VM, sample);
	ck_assert_str_eq(sample, "p0a1b2000-vm");
}
END_TEST

Suite *ledger_suite(void);
Suite *ledger_suite(void)
{
	Suite *s = suite_create("tc/ledger");
	TCase *tc = tcase_create("clean-up");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, the_intent_is_durable_before_the_create);
	tcase_add_test(tc, a_lost_answer_is_found_by_its_exact_name_and_nothing_else_is_touched);
	tcase_add_test(tc, what_comes_to_light_late_is_removed);
	tcase_add_test(tc, absence_counts_only_after_the_settle_time);
	tcase_add_test(tc, a_refused_duplicate_is_not_the_first_one);
	tcase_add_test(tc, a_refused_create_is_looked_for);
	tcase_add_test(tc, a_refused_delete_is_tried_again);
	tcase_add_test(tc, what_is_held_by_something_forbidden_is_not_waited_for);
	tcase_add_test(tc, what_cannot_be_removed_is_a_leftover);
	tcase_add_test(tc, a_granted_create_does_not_eat_the_time_of_the_case);
	tcase_add_test(tc, a_create_ends_with_what_was_granted);
	tcase_add_test(tc, under_load_what_holds_is_counted);
	tcase_add_test(tc, a_bound_disk_is_detached_first_and_others_are_not);
	tcase_add_test(tc, a_lost_tag_is_looked_for_on_its_resource);
	tcase_add_test(tc, the_second_tenants_is_removed_as_it);
	tcase_add_test(tc, names_are_unique_in_nine_characters);
	suite_add_tcase(s, tc);
	return s;
}
