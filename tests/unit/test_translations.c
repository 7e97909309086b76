/* Korean for what the reports quote of the cases and the catalogue. */
#include <check.h>
#include <string.h>

#include "reports/lang/native.h"
#include "tc/testcase.h"

Suite *translations_suite(void);

/* Who adds a case gives it a title in Korean too, and a requirement that it verifies a text. */
START_TEST(every_case_and_its_requirements_have_one)
{
	const struct testcase *tc;

	ck_assert_ptr_nonnull(testcase_by_id("compute.vm.create-read"));
	for (size_t i = 0; (tc = testcase_at(i)); i++) {
		if (!strncmp(tc->id, "tests.", 6))	/* of the unit tests themselves */
			continue;
		ck_assert_msg(*case_in(LANG_KO, tc->id), "%s: no title in reports/lang/cases_ko.def", tc->id);
		for (size_t k = 0; tc->verifies[k]; k++)
			ck_assert_msg(*requirement_in(LANG_KO, tc->verifies[k]),
				      "%s: no text in reports/lang/requirements_ko.def", tc->verifies[k]);
	}
}
END_TEST

Suite *translations_suite(void)
{
	Suite *s = suite_create("translations");
	TCase *t = tcase_create("Korean");

	tcase_add_test(t, every_case_and_its_requirements_have_one);
	suite_add_tcase(s, t);
	return s;
}
