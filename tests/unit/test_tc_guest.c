#include <check.h>

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

Suite *tc_guest_suite(void);
Suite *tc_guest_suite(void)
{
	Suite *s = suite_create("tc_guest");
	TCase *tc = tcase_create("identity");

	tcase_add_test(tc, own_or_another);
	tcase_add_test(tc, a_disk_by_the_id_that_guests_know);
	suite_add_tcase(s, tc);
	return s;
}
