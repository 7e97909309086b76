/* Korean for what the reports quote of the cases and the catalogue. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/str.h"
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

static bool is_verified(const char *id)
{
	const struct testcase *tc;

	for (size_t i = 0; (tc = testcase_at(i)); i++)
		for (size_t k = 0; tc->verifies[k]; k++)
			if (!strcmp(tc->verifies[k], id))
				return true;
	return false;
}

/* Of a requirement that no case verifies nothing is covered, and a page never shows one
 * language's sentence beside another's. */
START_TEST(what_is_covered_is_said_in_both_languages)
{
	AUTO(str_buf) struct str s = { 0 };
	FILE *f = fopen("standards/mci.json", "r");
	json_auto_t *doc = NULL;
	size_t i, n, partly = 0;
	struct error err;
	char part[4096];
	json_t *one;

	ck_assert_msg(f != NULL, "run from the top of the source tree");
	while ((n = fread(part, 1, sizeof(part), f)))
		str_addn(&s, part, n);
	fclose(f);
	ck_assert_int_eq(json_read(s.text, s.len, NULL, &doc, &err), ERR_OK);
	json_array_foreach(json_object_get(doc, "requirements"), i, one) {
		const char *id = json_text(one, "id"), *covered = json_text(one, "covered");

		ck_assert_msg(!covered == !*covered_in(LANG_KO, id),
			      "%s: covered in one of standards/mci.json and reports/lang/covered_ko.def", id);
		ck_assert_msg(!covered || is_verified(id), "%s: covered, and by no case", id);
		partly += covered != NULL;
	}
	ck_assert_uint_gt(partly, 0);
}
END_TEST

Suite *translations_suite(void)
{
	Suite *s = suite_create("translations");
	TCase *t = tcase_create("Korean");

	tcase_add_test(t, every_case_and_its_requirements_have_one);
	tcase_add_test(t, what_is_covered_is_said_in_both_languages);
	suite_add_tcase(s, t);
	return s;
}
