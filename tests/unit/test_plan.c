/* Which cases a plan runs, and why it leaves others out. */
#include <check.h>
#include <string.h>

#include "plan/plan.h"

/* Two cases of the tests alone: no case of the tree disturbs a cloud yet. */
static CO_FN void nothing(struct tc *t) { (void)t; }

#define SPECIAL(name_, id_, impact_)                                                            \
	TESTCASE(name_) {                                                                       \
		.id = id_, .title = "For the tests", .purpose = "For the tests.",               \
		.verifies = REQS("MCI-KEY-01"), .impact = impact_, .budget = { .requests = 1 }, \
		.timeout_s = 1, .run = nothing,                                                 \
	}
SPECIAL(loading, "tests.load.any", IMPACT_LOAD);
SPECIAL(disturbing, "tests.intrusive.any", IMPACT_INTRUSIVE);

#define LOOKS(name_, id_, inside_)                                                              \
	TESTCASE(name_) {                                                                       \
		.id = id_, .title = "For the tests", .purpose = "For the tests.",               \
		.verifies = REQS("MCI-KEY-01"), .impact = IMPACT_CREATE, .inside = inside_,     \
		.budget = { .vms = 1, .requests = 1 }, .timeout_s = 1, .run = nothing,          \
	}
LOOKS(looking, "tests.inside.guest", INSIDE_GUEST);
LOOKS(reading, "tests.inside.disks", INSIDE_DISKS);
LOOKS(logging_in, "tests.inside.ssh", INSIDE_SSH);

static struct cloud_config cfg;
static struct cloud_config *targets[] = { &cfg };
static struct profile *profile;

static void setup(void)
{
	struct error err;

	memset(&cfg, 0, sizeof(cfg));
	cfg.name = "t";
	cfg.driver = "spider";
	cfg.image = "i";
	cfg.spec = "s";
	cfg.zone = cfg.external_network = "";
	cfg.parallel = 4;
	cfg.guest = (struct guest_config){ .access = GUEST_SSH, .image = "g", .disks = true };
	for (int k = 0; k < KIND_COUNT; k++)
		cfg.limit[k] = -1;
	for (int c = 0; c < CAP_COUNT; c++)
		cfg.ics[c] = CLAIM_SUPPORTED;
	ck_assert_int_eq(profile_read("iaas-core", "profiles", &profile, &err), ERR_OK);
}

static void teardown(void)
{
	profile_free(profile);
}

static const struct row *row_of(const struct plan *p, const char *id)
{
	for (size_t i = 0; i < p->row_count; i++)
		if (!strcmp(p->rows[i].test->id, id))
			return &p->rows[i];
	return NULL;
}

static struct plan made(const struct plan_options *opt)
{
	struct plan p;
	struct error err;

	ck_assert_int_eq(plan_make(profile, targets, 1, opt, &p, &err), ERR_OK);
	return p;
}

START_TEST(every_case_is_well_made)
{
	struct error err;

	ck_assert_msg(testcases_check(&err) == ERR_OK, "%s", err.text);
}
END_TEST

START_TEST(what_is_claimed_runs)
{
	struct plan p = made(&(struct plan_options){ 0 });

	for (size_t i = 0; i < p.row_count; i++)
		if (p.rows[i].test->impact <= IMPACT_CREATE)
			ck_assert_int_eq(p.rows[i].decided, VERDICT_COUNT);
	ck_assert_int_gt(p.row_count, 20);
	plan_free(&p);
}
END_TEST

START_TEST(an_optional_capability_may_be_declined)
{
	struct plan p;

	cfg.ics[CAP_BIT_ADDRESS] = CLAIM_UNSUPPORTED;
	p = made(&(struct plan_options){ 0 });
	ck_assert_int_eq(row_of(&p, "network.address.allocate-release")->decided,
			 VERDICT_NOT_APPLICABLE);
	ck_assert_ptr_nonnull(strstr(row_of(&p, "network.address.allocate-release")->reason, "address"));
	plan_free(&p);
}
END_TEST

/* Claimed but absent is a failure, never a skip: mandatory things count as claimed. */
START_TEST(a_mandatory_capability_may_not_be_declined)
{
	struct plan p;

	cfg.ics[CAP_BIT_KEYPAIR] = CLAIM_UNSUPPORTED;
	p = made(&(struct plan_options){ 0 });
	ck_assert_int_eq(row_of(&p, "compute.keypair.create-read")->decided, VERDICT_COUNT);
	plan_free(&p);
}
END_TEST

/* An optional item that the ICS does not know is tried; "unsupported" is then not-run. */
START_TEST(an_unknown_optional_capability_is_tried)
{
	struct plan p;

	cfg.ics[CAP_BIT_ADDRESS] = cfg.ics[CAP_BIT_KEYPAIR] = CLAIM_UNKNOWN;
	p = made(&(struct plan_options){ 0 });
	ck_assert_int_eq(row_of(&p, "network.address.allocate-release")->decided, VERDICT_COUNT);
	ck_assert(row_of(&p, "network.address.allocate-release")->undeclared);
	ck_assert(!row_of(&p, "compute.keypair.create-read")->undeclared);
	plan_free(&p);
}
END_TEST

START_TEST(a_missing_image_is_named)
{
	struct plan p;

	cfg.image = "";
	p = made(&(struct plan_options){ 0 });
	ck_assert_int_eq(row_of(&p, "compute.vm.create-read")->decided, VERDICT_NOT_RUN);
	ck_assert_str_eq(row_of(&p, "compute.vm.create-read")->cause, "ixit");
	ck_assert_int_eq(row_of(&p, "compute.keypair.create-read")->decided, VERDICT_COUNT);
	plan_free(&p);
}
END_TEST

START_TEST(limits_are_kept)
{
	struct plan p;
	unsigned greediest = 0;

	for (size_t i = 0; testcase_at(i); i++)
		if (testcase_at(i)->budget.vms > greediest)
			greediest = testcase_at(i)->budget.vms;

	cfg.limit[KIND_VM] = 0;
	p = made(&(struct plan_options){ 0 });
	ck_assert_str_eq(row_of(&p, "compute.vm.create-read")->cause, "limit");
	ck_assert_int_eq(plan_peak(&p, 0, KIND_VM), 0);
	plan_free(&p);
	cfg.limit[KIND_VM] = 2;
	p = made(&(struct plan_options){ 0 });
	ck_assert_int_eq(plan_peak(&p, 0, KIND_VM), 2);
	plan_free(&p);
	cfg.limit[KIND_VM] = -1;
	p = made(&(struct plan_options){ 0 });
	/* No limit: the greediest case, as often as cases run at once. */
	ck_assert_int_eq(plan_peak(&p, 0, KIND_VM), 4 * greediest);
	plan_free(&p);
}
END_TEST

START_TEST(read_only_runs_reads_alone)
{
	struct plan p = made(&(struct plan_options){ .read_only = true });

	for (size_t i = 0; i < p.row_count; i++)
		ck_assert_int_eq(p.rows[i].decided == VERDICT_COUNT,
				 p.rows[i].test->impact == IMPACT_READ);
	plan_free(&p);
}
END_TEST

START_TEST(load_and_intrusion_want_permission)
{
	static const struct { bool load, intrusive, runs_load, runs_intrusive; } all[] = {
		{ false, false, false, false }, { true, false, true, false },
		{ false, true, true, true }, { true, true, true, true },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct plan p = made(&(struct plan_options){ .allow_load = all[i].load,
							     .allow_intrusive = all[i].intrusive });
		const struct row *load = row_of(&p, "tests.load.any");
		const struct row *intrusive = row_of(&p, "tests.intrusive.any");

		ck_assert_int_eq(load->decided == VERDICT_COUNT, all[i].runs_load);
		ck_assert_int_eq(intrusive->decided == VERDICT_COUNT, all[i].runs_intrusive);
		if (!all[i].runs_intrusive)
			ck_assert_str_eq(intrusive->cause, "not-allowed");
		plan_free(&p);
	}
}
END_TEST

/* Which of guest, disks, ssh run; whoever does not is neither passed nor not applicable. */
START_TEST(looking_inside_wants_a_way_in)
{
	static const struct {
		struct guest_config guest;
		bool runs[3];
		const char *cause;
	} all[] = {
		{ { .access = GUEST_NONE, .image = "" }, { false, false, false }, "no-data-plane" },
		{ { .access = GUEST_IMAGE, .image = "g", .disks = true }, { true, true, false },
		  "no-data-plane" },
		{ { .access = GUEST_AGENT_URL, .image = "g" }, { true, false, false }, "no-data-plane" },
		{ { .access = GUEST_SSH, .image = "g", .disks = true }, { true, true, true }, "" },
		{ { .access = GUEST_SSH, .image = "", .disks = true }, { false, false, false }, "ixit" },
	};
	static const char *const id[] = { "tests.inside.guest", "tests.inside.disks",
					  "tests.inside.ssh" };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct plan p;

		cfg.guest = all[i].guest;
		p = made(&(struct plan_options){ 0 });
		for (size_t k = 0; k < 3; k++) {
			const struct row *row = row_of(&p, id[k]);

			ck_assert_int_eq(row->decided == VERDICT_COUNT, all[i].runs[k]);
			if (all[i].runs[k])
				continue;
			ck_assert_int_eq(row->decided, VERDICT_NOT_RUN);
			ck_assert_str_eq(row->cause, all[i].cause);
		}
		plan_free(&p);
	}
}
END_TEST

/* Where a VM is given no public address, and the ICS says that none can be bound. */
START_TEST(looking_inside_wants_an_address)
{
	static const struct {
		const char *driver;
		bool private;
		enum cap lacks;
		bool runs;
	} all[] = {
		{ "spider", false, CAP_BIT_ADDRESS_BIND, true },
		{ "openstack", false, CAP_BIT_TAG, true },
		{ "openstack", false, CAP_BIT_ADDRESS_BIND, false },
		{ "openstack", false, CAP_BIT_ADDRESS, false },
		{ "openstack", true, CAP_BIT_ADDRESS_BIND, true },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		const struct row *row;
		struct plan p;

		cfg.driver = all[i].driver;
		cfg.guest.private_address = all[i].private;
		cfg.ics[all[i].lacks] = CLAIM_UNSUPPORTED;
		p = made(&(struct plan_options){ 0 });
		row = row_of(&p, "tests.inside.guest");
		ck_assert_int_eq(row->decided == VERDICT_COUNT, all[i].runs);
		if (!all[i].runs)
			ck_assert_str_eq(row->cause, "no-data-plane");
		plan_free(&p);
		cfg.ics[all[i].lacks] = CLAIM_SUPPORTED;
	}
}
END_TEST

START_TEST(patterns_choose)
{
	const char *const only[] = { "compute.*", NULL }, *const skip[] = { "*.vm.*", NULL };
	struct plan p = made(&(struct plan_options){ .only = only, .skip = skip });

	size_t run = 0;

	for (size_t i = 0; i < p.row_count; i++)
		if (p.rows[i].decided == VERDICT_COUNT) {
			ck_assert_int_eq(strncmp(p.rows[i].test->id, "compute.keypair.", 16), 0);
			run++;
		} else {
			/* Not run, and so the profile cannot be decided. */
			ck_assert_str_eq(p.rows[i].cause, "filtered");
		}
	ck_assert_int_gt(run, 0);
	ck_assert_int_eq(p.filtered, p.row_count - run);
	plan_free(&p);
}
END_TEST

START_TEST(a_pattern_that_fits_nothing_is_refused)
{
	const char *const only[] = { "nothing.*", NULL };
	struct plan p;
	struct error err;

	ck_assert_int_eq(
		plan_make(profile, targets, 1, &(struct plan_options){ .only = only }, &p, &err),
		ERR_INVALID);
}
END_TEST

Suite *plan_suite(void);
Suite *plan_suite(void)
{
	Suite *s = suite_create("plan");
	TCase *tc = tcase_create("decisions");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, every_case_is_well_made);
	tcase_add_test(tc, what_is_claimed_runs);
	tcase_add_test(tc, an_optional_capability_may_be_declined);
	tcase_add_test(tc, a_mandatory_capability_may_not_be_declined);
	tcase_add_test(tc, an_unknown_optional_capability_is_tried);
	tcase_add_test(tc, a_missing_image_is_named);
	tcase_add_test(tc, limits_are_kept);
	tcase_add_test(tc, read_only_runs_reads_alone);
	tcase_add_test(tc, load_and_intrusion_want_permission);
	tcase_add_test(tc, looking_inside_wants_a_way_in);
	tcase_add_test(tc, looking_inside_wants_an_address);
	tcase_add_test(tc, patterns_choose);
	tcase_add_test(tc, a_pattern_that_fits_nothing_is_refused);
	suite_add_tcase(s, tc);
	return s;
}
