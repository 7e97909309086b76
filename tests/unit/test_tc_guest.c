#include <check.h>

#include "scripted.h"
#include "tc/guest.h"

/* Who answered, as a guest tells it, against the VM that the API shows. */
START_TEST(own_or_another)
{
	static const char uuid[] = "4ac2c9bb-370b-4681-9c35-23074b945c53";
	static const struct {
		const char *id, *native, *name;		/* of the API */
		const char *guest_id, *guest_name;
		bool is;
	} all[] = {
		{ uuid, "", "p1-vm", uuid, "", true },
		{ "p1-vm", uuid, "p1-vm", uuid, "another", true },
		{ "p1-vm", uuid, "p1-vm", "p1-vm", "", true },
		/* The same form and another value: it is another, whatever its name. */
		{ uuid, "", "p1-vm", "4ac2c9bb-370b-4681-9c35-23074b945c54", "p1-vm", false },
		{ "p1-vm", uuid, "p1-vm", "4ac2c9bb-370b-4681-9c35-23074b945c54", "p1-vm", false },
		{ "p1-vm", "i-0abc", "p1-vm", "i-0abd", "p1-vm", false },
		/* An id that the API does not show: the host name decides. */
		{ uuid, "", "p1-vm", "i-00000007", "p1-vm", true },
		{ uuid, "", "p1-vm", "i-00000007", "p1-vm.example.org", true },
		{ uuid, "", "p1-vm", "i-00000007", "P1-VM", true },
		{ uuid, "", "p1-vm", "i-00000007", "p1-v", false },
		{ uuid, "", "p1-vm", "i-00000007", "p1-vm2", false },
		{ uuid, "", "p1-vm", "i-00000007", "", false },
		{ uuid, "", "p1-vm", "i-00000007", ".p1-vm", false },
		/* The name that the provider gave it. */
		{ "p1-vm", "/subscriptions/s/virtualMachines/p1-vm-0a1b", "p1-vm", "7b9e", "p1-vm-0a1b.x", true },
		{ "p1-vm", "p1-vm-0a1b", "p1-vm", "1234567", "p1-vm-0a1b", true },
		{ "p1-vm", "p1-vm-0a1b", "p1-vm", "1234567", "p1-vm-0a1c", false },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct guest_who who = { 0 };
		struct resource vm;

		resource_init(&vm, KIND_VM);
		str_copy(vm.id, sizeof(vm.id), all[i].id);
		str_copy(vm.native, sizeof(vm.native), all[i].native);
		str_copy(vm.name, sizeof(vm.name), all[i].name);
		str_copy(who.id, sizeof(who.id), all[i].guest_id);
		str_copy(who.name, sizeof(who.name), all[i].guest_name);
		ck_assert_msg(tc_guest_is(&who, &vm) == all[i].is, "row %zu: %s, %s", i, who.id, who.name);
	}
}
END_TEST

/* The guest knows the provider's id of a disk, where the API shows both. */
START_TEST(a_disk_by_the_id_that_guests_know)
{
	struct resource disk;

	resource_init(&disk, KIND_DISK);
	str_copy(disk.id, sizeof(disk.id), "p1-disk");
	ck_assert_str_eq(tc_guest_disk(&disk), "p1-disk");
	str_copy(disk.native, sizeof(disk.native), "vol-7");
	ck_assert_str_eq(tc_guest_disk(&disk), "vol-7");
}
END_TEST

/* What a cloud answers may be no address, and a key may be kept back: the way that was there
 * is asked on, and never one that is not. */
static void no_new_way(void)
{
	struct tc_guest *g;
	struct resource vm;

	resource_init(&vm, KIND_VM);
	world.cfg.guest.access = GUEST_SSH;
	world.p.login = secret_add("a key of sorts", 14);
	ck_assert_int_eq(tc_guest(&world.t, &vm, "127.0.0.1", &g), ERR_OK);
	ck_assert_int_eq(tc_guest_by_key(&world.t, g, (struct secret){ 0 }), ERR_INVALID);
	ck_assert_ptr_nonnull(g->way);
	ck_assert(secret_present(g->key));
	ck_assert_str_eq(g->at, "127.0.0.1");
	str_copy(g->at, sizeof(g->at), "nowhere");
	ck_assert_int_eq(tc_guest_by_key(&world.t, g, g->key), ERR_INVALID);
	ck_assert_ptr_nonnull(g->way);
	secret_forget_all();
}
START_TEST(without_a_new_way_the_old_one_stays) { inside(no_new_way); }
END_TEST

static enum verdict verdict(const char **cause)
{
	return verdict_of_steps(world.p.steps, world.p.step_count, cause);
}

/* The group is shown by a name; whose that is cannot be asked. */
static void group_by_name(void)
{
	struct resource asked, seen;
	const char *cause;

	resource_init(&asked, KIND_VM);
	seen = asked;
	str_copy(asked.vm.sgs[0], ID_MAX, "sg-1");
	str_copy(seen.vm.sgs[0], ID_MAX, "mine");
	sut.silent = true;
	tc_check_same(&world.t, "R", &asked, &seen);
	ck_assert_int_eq(verdict(&cause), VERDICT_INCONCLUSIVE);
	ck_assert_str_eq(cause, "unreachable");
	sut.silent = false;
	world.p.step_count = 0;
	tc_check_same(&world.t, "R", &asked, &seen);
	ck_assert_int_eq(verdict(&cause), VERDICT_FAIL);
	somebody_elses(KIND_SG, "mine", "sg-1");
	world.p.step_count = 0;
	tc_check_same(&world.t, "R", &asked, &seen);
	ck_assert_int_eq(verdict(&cause), VERDICT_PASS);
}
START_TEST(what_cannot_be_read_is_no_disagreement) { inside(group_by_name); }
END_TEST

/* A list that cannot be had holds neither none nor -1. */
static void no_list(void)
{
	struct resource want = wanted(KIND_KEYPAIR, "pabc00001-keypair");
	const char *cause;

	sut.silent = true;
	tc_check_none_named(&world.t, "R", &want);
	ck_assert_uint_eq(world.p.step_count, 1);
	ck_assert_int_eq(verdict(&cause), VERDICT_INCONCLUSIVE);
	sut.silent = false;
	world.p.step_count = 0;
	tc_check_none_named(&world.t, "R", &want);
	ck_assert_int_eq(verdict(&cause), VERDICT_PASS);
	somebody_elses(KIND_KEYPAIR, want.name, "keypair-9");
	world.p.step_count = 0;
	tc_check_none_named(&world.t, "R", &want);
	ck_assert_int_eq(verdict(&cause), VERDICT_FAIL);
}
START_TEST(without_a_list_nothing_is_counted) { inside(no_list); }
END_TEST

Suite *tc_guest_suite(void);
Suite *tc_guest_suite(void)
{
	Suite *s = suite_create("tc_guest");
	TCase *tc = tcase_create("identity");

	tcase_add_test(tc, own_or_another);
	tcase_add_test(tc, a_disk_by_the_id_that_guests_know);
	suite_add_tcase(s, tc);
	tc = tcase_create("checks");
	tcase_add_test(tc, without_a_new_way_the_old_one_stays);
	tcase_add_test(tc, what_cannot_be_read_is_no_disagreement);
	tcase_add_test(tc, without_a_list_nothing_is_counted);
	suite_add_tcase(s, tc);
	return s;
}
