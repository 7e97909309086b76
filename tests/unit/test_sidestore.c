/* What a run keeps beside its journal is for its user alone, and is written where it is meant. */
#include <check.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "journal/sidestore.h"

static char folder[] = "/tmp/plugfest-store-XXXXXX";

static void set_up(void)
{
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void tear_down(void)
{
	AUTO(str) char *command = xasprintf("rm -rf %s", folder);

	ck_assert_int_eq(system(command), 0);
}

static int put(char digest[65], struct error *err)
{
	AUTO(str_buf) struct str members = { 0 };

	str_add(&members, "\"a\":1");
	return sidestore_put(folder, "t", &members, digest, err);
}

static unsigned mode_of(const char *path)
{
	struct stat st;

	ck_assert_int_eq(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

START_TEST(it_is_for_its_user_alone)
{
	AUTO(str_buf) struct str back = { 0 };
	AUTO(str) char *store = xasprintf("%s/exchanges", folder);
	AUTO(str) char *target = xasprintf("%s/t", store);
	AUTO(str) char *file = NULL;
	char digest[65];
	struct error err;

	umask(0);
	ck_assert_int_eq(put(digest, &err), ERR_OK);
	file = xasprintf("%s/%.2s/%s.json", target, digest, digest);
	ck_assert_uint_eq(mode_of(store), 0700);
	ck_assert_uint_eq(mode_of(target), 0700);
	ck_assert_uint_eq(mode_of(file), 0600);
	ck_assert_int_eq(sidestore_get(folder, "t", digest, &back, &err), ERR_OK);
}
END_TEST

START_TEST(a_link_is_not_followed)
{
	AUTO(str) char *store = xasprintf("%s/exchanges", folder);
	AUTO(str) char *target = xasprintf("%s/t", store);
	char elsewhere[] = "/tmp/plugfest-store-XXXXXX", digest[65];
	struct error err;

	ck_assert_ptr_nonnull(mkdtemp(elsewhere));
	ck_assert_int_eq(symlink(elsewhere, store), 0);
	ck_assert_int_eq(put(digest, &err), ERR_HARNESS);
	ck_assert_msg(strstr(err.text, "exchanges") && strstr(err.text, "link"), "%s", err.text);
	ck_assert_int_eq(unlink(store), 0);
	ck_assert_int_eq(mkdir(store, 0700), 0);
	ck_assert_int_eq(symlink(elsewhere, target), 0);
	ck_assert_int_eq(put(digest, &err), ERR_HARNESS);
	/* nothing is in it */
	ck_assert_int_eq(rmdir(elsewhere), 0);
}
END_TEST

START_TEST(a_planted_half_is_not_filled)
{
	AUTO(str_buf) struct str kept = { 0 }, written = { 0 };
	AUTO(str) char *precious = xasprintf("%s/precious", folder);
	AUTO(str) char *path = xasprintf("%s/report", folder);
	AUTO(str) char *half = xasprintf("%s.part%d", path, (int)getpid());
	struct error err;

	ck_assert_int_eq(file_write(precious, "mine", 4, &err), ERR_OK);
	ck_assert_int_eq(symlink(precious, half), 0);
	ck_assert_int_eq(file_write(path, "new", 3, &err), ERR_OK);
	ck_assert_int_eq(file_read(precious, 100, &kept, &err), ERR_OK);
	ck_assert_int_eq(file_read(path, 100, &written, &err), ERR_OK);
	ck_assert_str_eq(kept.text, "mine");
	ck_assert_str_eq(written.text, "new");
}
END_TEST

Suite *sidestore_suite(void);
Suite *sidestore_suite(void)
{
	Suite *s = suite_create("sidestore");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, it_is_for_its_user_alone);
	tcase_add_test(tc, a_link_is_not_followed);
	tcase_add_test(tc, a_planted_half_is_not_filled);
	suite_add_tcase(s, tc);
	return s;
}
