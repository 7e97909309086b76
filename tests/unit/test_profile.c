#include <check.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/str.h"
#include "plan/profile.h"

Suite *profile_suite(void);

#define COUNT(a) ((int)(sizeof(a) / sizeof(*a)))
#define HEAD "plugfest: profile/1\nid: p\nversion: \"1\"\ntitle: T\nauthority: A\n"

static char folder[] = "/tmp/plugfest-profile-XXXXXX", path[64];

static void set_up(void)
{
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/mine.yaml", folder);
}

static void tear_down(void)
{
	unlink(path);
	rmdir(folder);
}

static void write_profile(const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static void profile_cleanup(struct profile **p) { profile_free(*p); }

START_TEST(profile_is_read_by_name_and_by_path)
{
	static const char text[] = HEAD "title_ko: \"\xed\x95\x9c\"\nrequirements:\n"
				   "  MCI-KEY-01: mandatory\n  MCI-VM-01: conditional\n"
				   "  MCI-SEC-06: advisory\n";
	AUTO(profile) struct profile *p = NULL;
	AUTO(profile) struct profile *q = NULL;
	struct error err;
	char digest[65];

	write_profile(text);
	ck_assert_int_eq(profile_read("mine", folder, &p, &err), ERR_OK);
	ck_assert_int_eq(profile_read(path, "/nonexistent", &q, &err), ERR_OK);
	sha256_hex(text, strlen(text), digest);
	ck_assert_str_eq(p->digest, digest);
	ck_assert_str_eq(q->digest, digest);
	ck_assert_str_eq(p->id, "p");
	ck_assert_str_eq(p->version, "1");
	ck_assert_str_eq(p->title, "T");
	ck_assert_str_eq(p->title_ko, "\xed\x95\x9c");
	ck_assert_str_eq(p->authority, "A");
	ck_assert_uint_eq(p->item_count, 3);
	ck_assert_int_eq(profile_find(p, "MCI-VM-01")->level, LEVEL_CONDITIONAL);
	ck_assert_int_eq(profile_find(p, "MCI-SEC-06")->level, LEVEL_ADVISORY);
	ck_assert_int_eq(profile_find(p, "MCI-SEC-06")->line, 10);
	ck_assert_ptr_null(profile_find(p, "MCI-SEC-07"));
}
END_TEST

START_TEST(requirements_may_be_a_list)
{
	AUTO(profile) struct profile *p = NULL;
	struct error err;

	write_profile(HEAD "requirements:\n- {id: MCI-KEY-01, level: mandatory}\n"
			   "- id: MCI-VM-01\n  level: advisory\n");
	ck_assert_int_eq(profile_read("mine", folder, &p, &err), ERR_OK);
	ck_assert_int_eq(profile_find(p, "MCI-VM-01")->level, LEVEL_ADVISORY);
	ck_assert_str_eq(p->title_ko, "");
}
END_TEST

static const struct { const char *text; int line; const char *words; } mistakes[] = {
	{ "id: p\n", 1, "lacks the line \"plugfest: profile/1\"" },
	{ "plugfest: target/1\n", 1, "not a profile" },
	{ "[]\n", 1, "not a profile" },
	{ HEAD, 1, "lacks \"requirements\"" },
	{ HEAD "requirements: {}\n", 6, "there are none" },
	{ HEAD "requirements: all\n", 6, "expected a map or a list" },
	{ HEAD "requirements:\n  MCI-KEY-01: must\n", 7, "found \"must\"; expected mandatory" },
	{ HEAD "requirements:\n  MCI-KEY-01: mandatory\n  MCI-KEY-01: advisory\n", 8, "duplicate key" },
	{ HEAD "requirements:\n- {id: MCI-KEY-01, level: mandatory}\n- {id: MCI-KEY-01, level: advisory}\n",
	  8, "stands twice (first on line 7)" },
	{ HEAD "requirements:\n- {id: MCI-KEY-01}\n", 7, "lacks \"level\"" },
	{ HEAD "requirements:\n- {id: MCI-KEY-01, lvel: x, level: mandatory}\n", 7, "did you mean \"level\"?" },
	{ HEAD "requirements:\n- MCI-KEY-01\n", 7, "expected a map" },
	{ HEAD "requirements:\n  key pairs: mandatory\n", 7, "not the id of a requirement" },
	{ HEAD "requirements:\n  MCI-KEY-: mandatory\n", 7, "not the id of a requirement" },
	{ HEAD "requirements:\n  MCI-KEY: mandatory\n", 7, "not the id of a requirement" },
	{ HEAD "requirments: {}\n", 6, "did you mean \"requirements\"?" },
	{ "plugfest: profile/1\nid: P p\nversion: \"1\"\ntitle: T\nauthority: A\nrequirements: {}\n",
	  2, "a-z, 0-9" },
	{ "plugfest: profile/1\nid: p\nversion: \"\"\ntitle: T\nauthority: A\nrequirements: {}\n",
	  3, "version: is empty" },
};

START_TEST(mistake_is_one_clear_line)
{
	struct profile *p;
	struct error err;

	write_profile(mistakes[_i].text);
	ck_assert_int_eq(profile_read("mine", folder, &p, &err), ERR_INVALID);
	ck_assert_ptr_null(p);
	ck_assert_str_eq(err.file, path);
	ck_assert_msg(strstr(err.text, mistakes[_i].words) != NULL, "%s", err.text);
	ck_assert_int_eq(err.line, mistakes[_i].line);
}
END_TEST

START_TEST(unknown_name_gets_the_nearest)
{
	struct profile *p;
	struct error err;

	write_profile(HEAD);
	ck_assert_int_eq(profile_read("mien", folder, &p, &err), ERR_NOT_FOUND);
	ck_assert_msg(strstr(err.text, "did you mean \"mine\"?") != NULL, "%s", err.text);
	ck_assert_int_eq(profile_read("x", "/nonexistent", &p, &err), ERR_NOT_FOUND);
	ck_assert_int_eq(profile_read("/nonexistent/x.yaml", folder, &p, &err), ERR_HARNESS);
}
END_TEST

START_TEST(levels_have_names)
{
	ck_assert_str_eq(level_name(LEVEL_MANDATORY), "mandatory");
	ck_assert_str_eq(level_name(LEVEL_CONDITIONAL), "conditional");
	ck_assert_str_eq(level_name(LEVEL_ADVISORY), "advisory");
}
END_TEST

static json_t *read_catalogue(void)
{
	AUTO(str_buf) struct str s = { 0 };
	FILE *f = fopen("standards/mci.json", "r");
	char part[4096];
	struct error err;
	json_t *doc;
	size_t n;

	ck_assert_msg(f != NULL, "run from the top of the source tree");
	while ((n = fread(part, 1, sizeof(part), f)))
		str_addn(&s, part, n);
	fclose(f);
	ck_assert_int_eq(json_read(s.text, s.len, NULL, &doc, &err), ERR_OK);
	return doc;
}

/* Each requirement of the shipped profile is one of the catalogue. */
START_TEST(shipped_profile_agrees_with_the_catalogue)
{
	AUTO(profile) struct profile *p = NULL;
	json_auto_t *doc = read_catalogue();
	struct error err;
	json_t *one;
	size_t k;

	ck_assert_int_eq(profile_read("iaas-core", "profiles", &p, &err), ERR_OK);
	ck_assert_uint_gt(p->item_count, 0);
	for (size_t i = 0; i < p->item_count; i++) {
		bool found = false;

		json_array_foreach(json_object_get(doc, "requirements"), k, one)
			found |= !strcmp(json_text(one, "id"), p->items[i].requirement);
		ck_assert_msg(found, "%s", p->items[i].requirement);
	}
}
END_TEST

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (word && !strcmp(word, *words))
			return true;
	return false;
}

/* No clause that nobody has read, no word that the reports do not know. */
START_TEST(catalogue_is_sound)
{
	static const char *const levels[] = { "shall", "should", "may", "info", "n-a", "unknown", NULL };
	static const char *const confidence[] = { "verified", "title", "not-verified", NULL };
	json_auto_t *doc = read_catalogue();
	json_t *one, *trace;
	size_t i, k;

	ck_assert_uint_eq(json_array_size(json_object_get(doc, "requirements")), 161);
	json_array_foreach(json_object_get(doc, "requirements"), i, one) {
		const char *id = json_text(one, "id");
		bool unified = !strncmp(id, "MCI-UA-", 7);

		ck_assert_str_eq(json_text(one, "scope"), unified ? "unified-api" : "any");
		ck_assert_uint_gt(json_array_size(json_object_get(one, "traces")), 0);
		json_array_foreach(json_object_get(one, "traces"), k, trace) {
			const char *clause = json_text(trace, "clause");

			ck_assert_ptr_nonnull(json_text(trace, "document"));
			ck_assert(is_one_of(json_text(trace, "level"), levels));
			ck_assert(is_one_of(json_text(trace, "confidence"), confidence));
			ck_assert_msg(!clause || !strchr(clause, '?'), "%s", id);
			/* A number goes with having seen it. */
			ck_assert_msg(!clause || strcmp(json_text(trace, "confidence"), "not-verified"),
				      "%s", id);
		}
	}
}
END_TEST

Suite *profile_suite(void)
{
	Suite *s = suite_create("plan/profile");
	TCase *tc = tcase_create("profile");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, profile_is_read_by_name_and_by_path);
	tcase_add_test(tc, requirements_may_be_a_list);
	tcase_add_loop_test(tc, mistake_is_one_clear_line, 0, COUNT(mistakes));
	tcase_add_test(tc, unknown_name_gets_the_nearest);
	tcase_add_test(tc, levels_have_names);
	tcase_add_test(tc, shipped_profile_agrees_with_the_catalogue);
	tcase_add_test(tc, catalogue_is_sound);
	suite_add_tcase(s, tc);
	return s;
}
