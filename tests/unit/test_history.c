/* The file of a history: what was written is read, and every byte of it counts. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/str.h"
#include "dr/history.h"

enum { HEAD = 104, BLOCK_HEAD = 8, EVENT = 32, DIGEST = 64 };

static char dir[64], path[96];

static void setup(void)
{
	snprintf(dir, sizeof(dir), "/tmp/plugfest-history-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/history", dir);
}

static void teardown(void)
{
	unlink(path);
	rmdir(dir);
}

static const struct history_head head = {
	.origin_us = 123456789, .utc_us = 1795320000000000, .interval_us = 10000, .clients = 7,
	.prev = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
};

static struct history_event event(size_t i)
{
	return (struct history_event){
		.due_us = (int64_t)i * 1000 + 0x123456789a,
		.late_us = (uint32_t)i,
		.took_us = 0xfffffff0u + i % 16,
		.client = i % 7,
		.writer = i % 7,
		.number = (uint32_t)i + 1,
		.kind = HISTORY_WRITE,
		.outcome = i % 3,
		.side = i % 2,
	};
}

/* n events in blocks of so many at most, and the end. */
static void write_history(size_t n, size_t block, char digest[65])
{
	struct history_writer w;
	struct error err = { 0 };

	unlink(path);
	ck_assert_msg(history_create(&w, path, &head, &err) == ERR_OK, "%s", err.text);
	for (size_t i = 0; i < n; i++) {
		struct history_event e = event(i);

		ck_assert_int_eq(history_add(&w, &e, &err), ERR_OK);
		if (i % block == block - 1)
			ck_assert_int_eq(history_flush(&w, &err), ERR_OK);
	}
	ck_assert_int_eq(history_end(&w, 99, &err), ERR_OK);
	memcpy(digest, w.digest, 65);
	history_close(&w);
}

static int load(struct history *h, struct history_state *st, struct error *err)
{
	*err = (struct error){ 0 };
	return history_load(path, HISTORY_EVENTS_MAX, h, st, err);
}

START_TEST(what_was_written_is_read)
{
	static const size_t many[] = { 0, 1, 2, 4095, 4096, 4097, 10000 };
	char digest[65];

	for (size_t k = 0; k < sizeof(many) / sizeof(*many); k++) {
		struct history_state st;
		struct history h;
		struct error err;

		write_history(many[k], k % 2 ? 5000 : 700, digest);
		ck_assert_msg(load(&h, &st, &err) == ERR_OK, "%s", err.text);
		ck_assert(h.whole && st.whole && !st.torn);
		ck_assert_uint_eq(h.n, many[k] + 1);
		ck_assert_uint_eq(st.events, many[k] + 1);
		ck_assert_str_eq(st.digest, digest);
		ck_assert_mem_eq(&h.head.origin_us, &head.origin_us, sizeof(head.origin_us));
		ck_assert_int_eq(h.head.utc_us, head.utc_us);
		ck_assert_uint_eq(h.head.clients, 7);
		ck_assert_uint_eq(h.head.interval_us, 10000);
		ck_assert_str_eq(h.head.prev, head.prev);
		for (size_t i = 0; i < many[k]; i++) {
			struct history_event e = event(i);

			ck_assert_mem_eq(&h.events[i], &e, sizeof(e));
		}
		ck_assert_uint_eq(h.events[many[k]].kind, HISTORY_END);
		history_cleanup(&h);
	}
}
END_TEST

/* The bytes themselves, so that no machine writes another order. */
START_TEST(the_bytes_are_little_endian)
{
	static const unsigned char want[] = {
		0x9a, 0x78, 0x56, 0x34, 0x12, 0, 0, 0, 0, 0, 0, 0, 0xf0,	  0xff, 0xff, 0xff,
		0,    0,    0,	  0,	0,    0, 0, 0, 1, 0, 0, 0, HISTORY_WRITE, 0,	0,    0
	};
	unsigned char b[HEAD + BLOCK_HEAD + EVENT];
	char digest[65];
	FILE *f;

	ck_assert_uint_eq(sizeof(struct history_event), EVENT);
	write_history(1, 10, digest);
	f = fopen(path, "r");
	ck_assert_uint_eq(fread(b, 1, sizeof(b), f), sizeof(b));
	fclose(f);
	ck_assert_mem_eq(b, "plugfest-hist/1\n", 16);
	ck_assert_mem_eq(b + 16, "\x15\xcd\x5b\x07\0\0\0\0", 8);
	ck_assert_mem_eq(b + 40, head.prev, 64);
	ck_assert_mem_eq(b + HEAD, "\1\0\0\0\2\0\0\0", 8);
	ck_assert_mem_eq(b + HEAD + BLOCK_HEAD, want, EVENT);
}
END_TEST

static void put(long at, const void *bytes, size_t n)
{
	FILE *f = fopen(path, "r+");

	ck_assert_int_eq(fseek(f, at, SEEK_SET), 0);
	ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
	fclose(f);
}

/* Three blocks of 2, 2 and 1 records: cut anywhere, what is whole before it is read. */
START_TEST(a_torn_end_is_seen)
{
	enum {
		TWO = BLOCK_HEAD + 2 * EVENT + DIGEST,
		ONE = BLOCK_HEAD + EVENT + DIGEST,
		ALL = HEAD + 2 * TWO + ONE
	};
	char digest[65];

	for (long cut = 0; cut < ALL; cut++) {
		int blocks = cut < HEAD ? 0 : (int)(cut - HEAD) / TWO;
		struct history_state st;
		struct history h;
		struct error err;
		int r;

		write_history(4, 2, digest);
		ck_assert_int_eq(truncate(path, cut), 0);
		r = load(&h, &st, &err);
		if (cut < HEAD) {
			ck_assert_int_eq(r, ERR_INVALID);
			ck_assert_str_eq(err.file, path);
			continue;
		}
		ck_assert_msg(r == ERR_OK, "cut at %ld: %s", cut, err.text);
		ck_assert(!h.whole && h.n == 2u * (unsigned)blocks);
		ck_assert_int_eq(st.torn, (cut - HEAD) % TWO != 0);
		if (st.torn)
			ck_assert_uint_eq(st.torn_at, HEAD + (unsigned)blocks * TWO);
		history_cleanup(&h);
	}
}
END_TEST

START_TEST(every_changed_byte_is_seen)
{
	char digest[65];
	long size;
	struct stat stat_;

	write_history(5, 2, digest);
	ck_assert_int_eq(stat(path, &stat_), 0);
	size = stat_.st_size;
	for (long at = 0; at < size; at++) {
		unsigned char b;
		struct history_state st;
		struct history h;
		struct error err;
		FILE *f;
		int r;

		f = fopen(path, "r");
		fseek(f, at, SEEK_SET);
		ck_assert_uint_eq(fread(&b, 1, 1, f), 1);
		fclose(f);
		b ^= 1;
		put(at, &b, 1);
		r = load(&h, &st, &err);
		/* A count that asks for more than there is looks torn; it is not whole. */
		if (r == ERR_OK) {
			ck_assert_msg(st.torn && !st.whole, "byte %ld", at);
			history_cleanup(&h);
		} else {
			ck_assert_int_eq(r, ERR_INVALID);
			ck_assert_str_eq(err.file, path);
			ck_assert_msg(!strncmp(err.text, "at byte ", 8), "%s", err.text);
		}
		b ^= 1;
		put(at, &b, 1);
	}
}
END_TEST

/* One block with a right digest, whatever is in it. */
static void forge(const unsigned char *events, uint32_t n)
{
	unsigned char b[BLOCK_HEAD + 8 * EVENT] = { 1 };
	char digest[65];
	struct history_writer w;
	struct error err = { 0 };
	FILE *f;

	unlink(path);
	ck_assert_int_eq(history_create(&w, path, &head, &err), ERR_OK);
	b[4] = (unsigned char)n;
	memcpy(b + BLOCK_HEAD, events, n * EVENT);
	sha256_hex_two(w.digest, DIGEST, b, BLOCK_HEAD + n * EVENT, digest);
	history_close(&w);
	f = fopen(path, "a");
	fwrite(b, 1, BLOCK_HEAD + n * EVENT, f);
	fwrite(digest, 1, DIGEST, f);
	fclose(f);
}

static const struct {
	int at;
	unsigned char byte;
	const char *says;
} wrongs[] = {
	{ 28, 0, "kind 0 found, at least 1 wanted" },
	{ 28, 14, "kind 14 found, at most 13 wanted" },
	{ 29, 3, "outcome 3 found, at most 2 wanted" },
	{ 30, 3, "side 3 found, at most 2 wanted" },
	{ 31, 1, "detail 1 found, at most 0 wanted" },
	{ 6, 1, "due_us 281474976710656 found, at most 281474976710655 wanted" },
	{ 16, 7, "client 7 found, at most 6 wanted" },
	{ 20, 1, "writer 1 found, 0 wanted: who writes is the client" },
	{ 20, 7, "writer 7 found, at most 6 wanted" },
	{ 24, 0, "number 0 found, at least 1 wanted" },
	{ 28, HISTORY_PHASE, "number 1 found, at most 0 wanted" },
	{ 28, HISTORY_END, "side 0 found, at least 2 wanted" },
	{ 28, HISTORY_ROW, "a row of markers 0 found, at least 1 wanted" },
};

START_TEST(a_record_that_means_nothing)
{
	unsigned char b[2 * EVENT] = {
		[24] = 1, [28] = HISTORY_WRITE, [EVENT + 24] = 1, [EVENT + 28] = HISTORY_WRITE
	};
	struct history_state st;
	struct history h;
	struct error err;

	b[EVENT + wrongs[_i].at] = wrongs[_i].byte;
	forge(b, 2);
	ck_assert_int_eq(load(&h, &st, &err), ERR_INVALID);
	ck_assert_msg(strstr(err.text, wrongs[_i].says), "%s", err.text);
	ck_assert_msg(!strncmp(err.text, "at byte 144, record 2 (", 23), "%s", err.text);
}
END_TEST

START_TEST(the_end_is_the_end)
{
	unsigned char b[2 * EVENT] = { [28] = HISTORY_END, [30] = SIDE_NONE };
	char digest[65];
	struct history_state st;
	struct history h;
	struct error err;
	FILE *f;

	memcpy(b + EVENT, b, EVENT);
	b[EVENT + 24] = 1;
	forge(b, 2);
	ck_assert_int_eq(load(&h, &st, &err), ERR_INVALID);
	ck_assert_str_eq(err.text, "at byte 144: a record found after the end");
	b[24] = 5;
	forge(b, 1);
	ck_assert_int_eq(load(&h, &st, &err), ERR_INVALID);
	ck_assert_str_eq(err.text, "at byte 112: the end counts 5 records, 0 stand before it");
	write_history(1, 1, digest);
	f = fopen(path, "a");
	fputc('x', f);
	fclose(f);
	ck_assert_int_eq(load(&h, &st, &err), ERR_INVALID);
	ck_assert_msg(strstr(err.text, "bytes found after the end"), "%s", err.text);
}
END_TEST

START_TEST(what_is_refused)
{
	struct history_event e = event(0);
	struct history_writer w;
	struct history_state st;
	struct history h;
	struct error err = { 0 };
	char digest[65];

	ck_assert_int_eq(load(&h, &st, &err), ERR_NOT_FOUND);
	write_history(100, 100, digest);
	ck_assert_int_eq(history_load(path, 50, &h, &st, &err), ERR_INVALID);
	ck_assert_str_eq(err.text, "over 50 records found");
	ck_assert_int_eq(history_create(&w, path, &head, &err), ERR_HARNESS);	/* it is there */
	history_close(&w);
	unlink(path);
	ck_assert_int_eq(history_create(&w, path, &head, &err), ERR_OK);
	e.client = 7;
	ck_assert_int_eq(history_add(&w, &e, &err), ERR_HARNESS);
	ck_assert_str_eq(err.text, "a record was refused: client 7 found, at most 6 wanted");
	history_close(&w);
}
END_TEST

Suite *history_suite(void);
Suite *history_suite(void)
{
	Suite *s = suite_create("history");
	TCase *t = tcase_create("history");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, what_was_written_is_read);
	tcase_add_test(t, the_bytes_are_little_endian);
	tcase_add_test(t, a_torn_end_is_seen);
	tcase_add_test(t, every_changed_byte_is_seen);
	tcase_add_loop_test(t, a_record_that_means_nothing, 0, sizeof(wrongs) / sizeof(*wrongs));
	tcase_add_test(t, the_end_is_the_end);
	tcase_add_test(t, what_is_refused);
	suite_add_tcase(s, t);
	return s;
}
