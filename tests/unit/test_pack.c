/* Which row begins next. */
#include <check.h>
#include <string.h>

#include "plan/pack.h"

static struct cloud_config cfg;
static struct pack pack;

static const struct testcase small = { .id = "a.key.x", .impact = IMPACT_CREATE },
	vm = { .id = "a.vm.x", .impact = IMPACT_CREATE, .budget = { .vms = 1, .vpcs = 1 } },
	pair = { .id = "a.vm.y", .impact = IMPACT_CREATE, .budget = { .vms = 2, .vpcs = 1 } },
	net = { .id = "a.vpc.x", .impact = IMPACT_CREATE, .budget = { .vpcs = 1 } },
	any = { .id = "a.vm.z", .impact = IMPACT_CREATE, .budget = { .vms = 1, .vpcs = 1 },
		.any_vpc = true },
	outside = { .id = "a.vm.o", .impact = IMPACT_CREATE,
		    .budget = { .vms = 1, .vpcs = 1, .addresses = 1 }, .any_vpc = true },
	share = { .id = "a.vm.s", .impact = IMPACT_CREATE, .budget = { .vms = 1, .vpcs = 1 },
		  .any_site = true },
	group = { .id = "a.sg.s", .impact = IMPACT_CREATE, .budget = { .vpcs = 1 }, .any_site = true };

static struct row rows[400];
static size_t row_count;

static void setup(void)
{
	memset(&cfg, 0, sizeof(cfg));
	for (int k = 0; k < KIND_COUNT; k++) {
		cfg.limit[k] = -1;
		cfg.existing[k] = "";
	}
	cfg.parallel = 8;
	row_count = 0;
}

static void teardown(void) { pack_free(&pack); }

static void add(const struct testcase *test)
{
	rows[row_count] = (struct row){ .number = (int)row_count + 1, .test = test,
					.decided = VERDICT_COUNT };
	pack_add(&pack, &rows[row_count++]);
}

static int next(void)
{
	const struct row *row = pack_next(&pack);

	return row ? row->number : 0;
}

START_TEST(rows_begin_in_the_order_of_the_plan)
{
	pack_init(&pack, &cfg, 2);
	add(&small);
	add(&vm);
	add(&net);
	ck_assert_int_eq(next(), 1);
	ck_assert_int_eq(next(), 2);
	ck_assert_int_eq(next(), 0);
	pack_ended(&pack, &rows[0]);
	ck_assert_int_eq(next(), 3);
}
END_TEST

START_TEST(small_rows_fill_the_gaps)
{
	cfg.limit[KIND_VM] = 2;
	pack_init(&pack, &cfg, 0);
	add(&vm);
	add(&pair);
	add(&vm);
	add(&small);
	ck_assert_int_eq(next(), 1);
	/* The pair waits for both machines; nobody may take the second one. */
	ck_assert_int_eq(next(), 4);
	ck_assert_int_eq(next(), 0);
	pack_ended(&pack, &rows[0]);
	ck_assert_int_eq(next(), 2);
	ck_assert_int_eq(next(), 0);
	pack_ended(&pack, &rows[1]);
	ck_assert_int_eq(next(), 3);
}
END_TEST

START_TEST(the_first_in_line_keeps_its_place)
{
	cfg.limit[KIND_VM] = 2;
	cfg.limit[KIND_VPC] = 2;
	pack_init(&pack, &cfg, 0);
	add(&vm);
	add(&pair);
	add(&net);
	add(&net);
	ck_assert_int_eq(next(), 1);
	/* One network is left, and it is the pair's. */
	ck_assert_int_eq(next(), 0);
}
END_TEST

START_TEST(what_is_left_behind_takes_room)
{
	enum kind kind;
	int64_t room;

	cfg.limit[KIND_VM] = 2;
	pack_init(&pack, &cfg, 0);
	add(&vm);
	add(&vm);
	add(&pair);
	ck_assert_int_eq(next(), 1);
	pack_left(&pack, KIND_VM, 1);
	pack_ended(&pack, &rows[0]);
	/* The pair will never fit again, and no longer keeps the others waiting. */
	ck_assert_ptr_eq(pack_drop(&pack, &kind, &room), &rows[2]);
	ck_assert_int_eq(kind, KIND_VM);
	ck_assert_int_eq(room, 1);
	ck_assert_ptr_null(pack_drop(&pack, &kind, &room));
	ck_assert_int_eq(next(), 2);
	add(&vm);
	ck_assert_int_eq(next(), 0);
	/* It went after all. */
	pack_left(&pack, KIND_VM, -1);
	ck_assert_int_eq(next(), 4);
}
END_TEST

START_TEST(what_the_site_leaves_behind_takes_room)
{
	enum kind kind;
	int64_t room;

	cfg.limit[KIND_VPC] = 1;
	pack_init(&pack, &cfg, 0);
	add(&share);
	add(&net);
	ck_assert_int_eq(next(), 1);
	pack_ended(&pack, &rows[0]);
	ck_assert(pack_ends_site(&pack));
	pack_left(&pack, KIND_VPC, 1);
	pack_site_gone(&pack);
	ck_assert_ptr_eq(pack_drop(&pack, &kind, &room), &rows[1]);
	ck_assert_int_eq(kind, KIND_VPC);
	ck_assert_int_eq(room, 0);
}
END_TEST

START_TEST(abandoned_rows_share_nothing_any_longer)
{
	pack_init(&pack, &cfg, 1);
	add(&share);
	add(&share);
	add(&small);
	ck_assert_int_eq(next(), 1);
	ck_assert_ptr_eq(pack_abandon(&pack), &rows[1]);
	ck_assert_ptr_eq(pack_abandon(&pack), &rows[2]);
	ck_assert_ptr_null(pack_abandon(&pack));
	pack_ended(&pack, &rows[0]);
	ck_assert(pack_ends_site(&pack));
}
END_TEST

START_TEST(what_never_fits_is_told)
{
	cfg.limit[KIND_VM] = 1;
	pack_init(&pack, &cfg, 0);
	ck_assert_int_eq(pack_lacks(&pack, &vm), -1);
	ck_assert_int_eq(pack_lacks(&pack, &pair), KIND_VM);
	pack_bound(&pack, KIND_VM, 5);
	ck_assert_int_eq(pack_lacks(&pack, &pair), KIND_VM);
	pack_bound(&pack, KIND_VM, -3);
	ck_assert_int_eq(pack_lacks(&pack, &vm), KIND_VM);
	ck_assert_int_eq(pack_lacks(&pack, &net), -1);
}
END_TEST

START_TEST(an_existing_network_counts_for_those_that_take_any)
{
	cfg.limit[KIND_VPC] = 0;
	pack_init(&pack, &cfg, 0);
	ck_assert_int_eq(pack_lacks(&pack, &any), KIND_VPC);
	cfg.existing[KIND_VPC] = "vpc-1";
	ck_assert_int_eq(pack_lacks(&pack, &any), -1);
	ck_assert_int_eq(pack_lacks(&pack, &vm), KIND_VPC);
	pack_bound(&pack, KIND_SUBNET, 0);
	ck_assert_int_eq(pack_lacks(&pack, &any), KIND_SUBNET);
	cfg.existing[KIND_SUBNET] = "sn-1";
	ck_assert_int_eq(pack_lacks(&pack, &any), -1);
	/* A public address leaves by the router that is there. */
	pack_bound(&pack, KIND_ROUTER, 0);
	ck_assert_int_eq(pack_lacks(&pack, &outside), -1);
	cfg.existing[KIND_SUBNET] = "";
	pack.room[KIND_SUBNET] = -1;
	ck_assert_int_eq(pack_lacks(&pack, &outside), KIND_ROUTER);
}
END_TEST

START_TEST(what_is_shared_is_held_once)
{
	cfg.limit[KIND_VPC] = 2;
	pack_init(&pack, &cfg, 0);
	for (int i = 0; i < 3; i++)
		add(&share);
	add(&net);
	add(&net);
	for (int i = 1; i <= 4; i++)
		ck_assert_int_eq(next(), i);
	ck_assert_int_eq(pack.held[KIND_VPC], 2);
	ck_assert_int_eq(pack.held[KIND_SG], 2);	/* the shared, the network's */
	ck_assert_int_eq(next(), 0);
	for (int i = 0; i < 3; i++) {
		ck_assert(!pack_ends_site(&pack));
		pack_ended(&pack, &rows[i]);
	}
	ck_assert(pack_ends_site(&pack));
	ck_assert(!pack_ends_site(&pack));	/* told once */
	ck_assert_int_eq(next(), 0);		/* it is still there */
	pack_site_gone(&pack);
	ck_assert_int_eq(next(), 5);
}
END_TEST

START_TEST(what_is_shared_makes_room_when_nothing_else_can_begin)
{
	cfg.limit[KIND_VPC] = 1;
	pack_init(&pack, &cfg, 1);
	add(&share);
	add(&net);
	add(&share);
	ck_assert_int_eq(next(), 1);
	pack_ended(&pack, &rows[0]);
	ck_assert_int_eq(pack.sharers, 1);
	ck_assert(pack_ends_site(&pack));
	ck_assert_int_eq(next(), 0);
	pack_site_gone(&pack);
	ck_assert_int_eq(next(), 2);
	pack_ended(&pack, &rows[1]);
	ck_assert_int_eq(next(), 3);
}
END_TEST

START_TEST(nobody_begins_on_what_is_being_removed)
{
	pack_init(&pack, &cfg, 0);
	add(&share);
	ck_assert_int_eq(next(), 1);
	pack_ended(&pack, &rows[0]);
	ck_assert(pack_ends_site(&pack));
	add(&group);
	add(&vm);
	ck_assert_int_eq(next(), 3);
	pack_site_gone(&pack);
	ck_assert_int_eq(next(), 2);
}
END_TEST

START_TEST(more_of_it_is_held_as_more_is_needed)
{
	pack_init(&pack, &cfg, 0);
	add(&group);
	add(&share);
	ck_assert_int_eq(next(), 1);
	ck_assert_int_eq(pack.held[KIND_KEYPAIR], 1);
	ck_assert_int_eq(pack.held[KIND_SG], 1);
	ck_assert_int_eq(next(), 2);
	ck_assert_int_eq(pack.held[KIND_VPC], 1);
	ck_assert_int_eq(pack.held[KIND_SG], 2);
	ck_assert_int_eq(pack.held[KIND_KEYPAIR], 2);
}
END_TEST

/* Whatever the bounds, every row that fits runs, in bounds, and none is overtaken
 * by one that takes what it waits for. */
START_TEST(every_row_runs)
{
	static const struct testcase *const all[] = { &small, &vm, &pair, &net, &any, &share,
						      &group };
	const struct row *running[64];
	unsigned noise = (unsigned)_i * 2654435761u + 1, flying = 0, ran = 0;

	cfg.limit[KIND_VM] = 2 + _i % 4;
	cfg.limit[KIND_VPC] = 1 + _i % 3;
	cfg.limit[KIND_SG] = _i % 5 ? -1 : 1;
	cfg.limit[KIND_KEYPAIR] = _i % 7 ? -1 : 1;
	pack_init(&pack, &cfg, 1 + _i % 9);
	for (int i = 0; i < 200; i++) {
		noise = noise * 1103515245 + 12345;
		add(all[(noise >> 16) % 7]);
	}
	while (ran < 200) {
		const struct row *row;

		while ((row = pack_next(&pack))) {
			running[flying++] = row;
			for (int k = 0; k < KIND_COUNT; k++)
				ck_assert(pack.room[k] < 0 || pack.held[k] <= pack.room[k]);
			ck_assert_int_le(pack.running, pack.jobs);
		}
		/* Nothing runs and nothing may begin: a deadlock. */
		ck_assert_uint_gt(flying, 0);
		noise = noise * 1103515245 + 12345;
		unsigned i = (noise >> 16) % flying;
		pack_ended(&pack, running[i]);
		running[i] = running[--flying];
		if (pack_ends_site(&pack))
			pack_site_gone(&pack);
		ran++;
	}
	for (int k = 0; k < KIND_COUNT; k++)
		ck_assert_int_eq(pack.held[k], 0);
}
END_TEST

Suite *pack_suite(void);
Suite *pack_suite(void)
{
	Suite *s = suite_create("pack");
	TCase *tc = tcase_create("packing");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, rows_begin_in_the_order_of_the_plan);
	tcase_add_test(tc, small_rows_fill_the_gaps);
	tcase_add_test(tc, the_first_in_line_keeps_its_place);
	tcase_add_test(tc, what_is_left_behind_takes_room);
	tcase_add_test(tc, what_the_site_leaves_behind_takes_room);
	tcase_add_test(tc, abandoned_rows_share_nothing_any_longer);
	tcase_add_test(tc, what_never_fits_is_told);
	tcase_add_test(tc, an_existing_network_counts_for_those_that_take_any);
	tcase_add_test(tc, what_is_shared_is_held_once);
	tcase_add_test(tc, what_is_shared_makes_room_when_nothing_else_can_begin);
	tcase_add_test(tc, nobody_begins_on_what_is_being_removed);
	tcase_add_test(tc, more_of_it_is_held_as_more_is_needed);
	tcase_add_loop_test(tc, every_row_runs, 0, 60);
	suite_add_tcase(s, tc);
	return s;
}
