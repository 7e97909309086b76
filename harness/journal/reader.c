#include "journal/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/str.h"

#define LINE_MAX_BYTES (4u << 20)
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/*
 * A line is handed on only when the next one has vouched for its digest, so
 * one line is always held back.
 */
struct reading {
	struct journal_state *state;
	int (*fn)(void *arg, const struct journal_line *line);
	void *arg;

	struct str line;	/* being gathered; never over LINE_MAX_BYTES + 1 */
	struct journal_line held;
	json_t *held_doc;	/* NULL: none */
	char held_digest[65];

	/* A mismatch waits for one more line to tell which side of it was changed. */
	bool mismatch;
	char suspect_digest[65];
	int stopped;		/* what fn returned */

	int segment;		/* being read, from 1 */
	bool first;		/* no line of this segment was read yet */
	struct str torn;	/* what the segment before it ends with, in the middle of a line */
};

static void broken(struct reading *rd, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static void broken(struct reading *rd, int line, const char *fmt, ...)
{
	char *why = rd->state->broken_why;
	size_t room = sizeof(rd->state->broken_why), n = 0;
	va_list ap;

	rd->state->broken_line = line;
	rd->state->whole = false;
	if (rd->segment > 1)
		n = (size_t)snprintf(why, room, "at or before journal-%d.jsonl: ", rd->segment);
	va_start(ap, fmt);
	vsnprintf(why + n, room - n, fmt, ap);
	va_end(ap);
}

static const char *text_of(const json_t *doc, const char *key)
{
	const char *s = json_string_value(json_object_get(doc, key));

	return s ? s : "";
}

static void note_end(struct reading *rd, const json_t *doc, int number)
{
	json_t *count = json_object_get(doc, "count");

	if (!json_is_integer(count) || json_integer_value(count) != number - 1)
		broken(rd, number, "the end counts other lines than the %d before it", number - 1);
	else if (strcmp(text_of(doc, "head"), text_of(doc, "prev")))
		broken(rd, number, "the end names another head than the line before it has");
	else
		rd->state->whole = true;
	str_copy(rd->state->outcome, sizeof(rd->state->outcome), text_of(doc, "outcome"));
}

/* Hands the held line on. */
static void deliver(struct reading *rd)
{
	struct journal_state *st = rd->state;
	int r;

	if (!rd->held_doc)
		return;
	st->whole = false;
	*st->outcome = '\0';
	if (!strcmp(rd->held.type, "end")) {
		note_end(rd, rd->held_doc, rd->held.number);
		if (st->broken_line)
			return;
	}
	st->lines = rd->held.number;
	memcpy(st->head, rd->held_digest, sizeof(st->head));
	r = rd->fn(rd->arg, &rd->held);
	rd->stopped = r < 0 ? r : 0;
	json_decref(rd->held_doc);
	rd->held_doc = NULL;
}

/* Which side of a mismatch was changed: the later line, or the one held? */
static void settle_mismatch(struct reading *rd, bool later_changed)
{
	int later = rd->held.number + 1;

	if (!later_changed) {
		broken(rd, rd->held.number, "its digest is not the one that line %d names", later);
		return;
	}
	deliver(rd);
	if (!rd->stopped)
		broken(rd, later, "it names another predecessor than line %d", later - 1);
}

static json_t *parse(struct reading *rd, const char *text, size_t n, int number)
{
	json_t *doc = NULL;
	struct error err = { 0 };

	if (memchr(text, '\0', n)) {
		broken(rd, number, "it holds a NUL byte");
		return NULL;
	}
	if (json_read(text, n, NULL, &doc, &err) < 0) {
		broken(rd, number, "it is no JSON: %.120s", err.text);
		return NULL;
	}
	if (!json_is_object(doc)) {
		broken(rd, number, "it is no JSON object");
	} else if (json_integer_value(json_object_get(doc, "seq")) != number) {
		broken(rd, number, "its seq is not %d", number);
	} else if (strlen(text_of(doc, "prev")) != 64) {
		broken(rd, number, "its prev is no digest");
	} else if (!*text_of(doc, "type")) {
		broken(rd, number, "it has no type");
	} else {
		return doc;
	}
	json_decref(doc);
	return NULL;
}

static void hold(struct reading *rd, json_t *doc, const char *digest)
{
	deliver(rd);
	if (rd->stopped || rd->state->broken_line) {
		json_decref(doc);
		return;
	}
	rd->held_doc = doc;
	rd->held = (struct journal_line){
		.seq = rd->held.number + 1,
		.number = rd->held.number + 1,
		.doc = doc,
		.type = text_of(doc, "type"),
	};
	memcpy(rd->held_digest, digest, sizeof(rd->held_digest));
}

/* A segment that follows a torn line begins by sealing it, and no other does. */
static const char *unsealed(struct reading *rd, const json_t *doc)
{
	char digest[65];
	bool seals = !strcmp(text_of(doc, "type"), "torn");

	if (!rd->first || rd->segment < 2)
		return NULL;
	rd->first = false;
	if (!rd->torn.len)
		return seals ? "it seals a torn line, and the file before it ends with a whole one" : NULL;
	sha256_hex(rd->torn.text, rd->torn.len, digest);
	if (seals && !strcmp(text_of(doc, "sha256"), digest))
		return NULL;
	return "it does not seal the torn line at the end of the file before it";
}

static void take_line(struct reading *rd)
{
	int number = rd->held.number + 1 + rd->mismatch;
	const char *expected = number == 1 ? ZEROS : rd->held_digest, *prev;
	char digest[65];
	json_t *doc;

	doc = parse(rd, str_text(&rd->line), rd->line.len, number);
	if (rd->mismatch) {
		rd->state->broken_line = 0;
		/* A line that vouches for the later one leaves only the held one. */
		settle_mismatch(rd, doc && strcmp(text_of(doc, "prev"), rd->suspect_digest));
		json_decref(doc);
		return;
	}
	if (!doc) {
		char why[sizeof(rd->state->broken_why)];

		/* The line before it has nobody left to vouch for it. */
		memcpy(why, rd->state->broken_why, sizeof(why));
		rd->state->broken_line = 0;
		deliver(rd);
		if (!rd->stopped)
			broken(rd, number, "%s", why);
		return;
	}
	prev = text_of(doc, "prev");
	sha256_hex(str_text(&rd->line), rd->line.len, digest);
	if (!strcmp(prev, expected)) {
		const char *why = unsealed(rd, doc);

		if (!why) {
			hold(rd, doc, digest);
			return;
		}
		deliver(rd);
		if (!rd->stopped)
			broken(rd, number, "%s", why);
		json_decref(doc);
		return;
	}
	if (number == 1) {
		broken(rd, 1, "the first line names a predecessor");
	} else if (!strcmp(text_of(doc, "type"), "end")) {
		/* Nothing follows an end, but it says the digest twice. */
		settle_mismatch(rd, !strcmp(text_of(doc, "head"), rd->held_digest));
	} else {
		rd->mismatch = true;
		memcpy(rd->suspect_digest, digest, sizeof(digest));
	}
	json_decref(doc);
}

static bool going(const struct reading *rd)
{
	return !rd->stopped && !rd->state->broken_line;
}

static void take_bytes(struct reading *rd, const char *p, size_t n)
{
	while (n && going(rd)) {
		const char *nl = memchr(p, '\n', n);
		size_t part = nl ? (size_t)(nl - p) : n;

		if (part > LINE_MAX_BYTES - rd->line.len) {
			int number = rd->held.number + 1 + rd->mismatch;

			if (rd->mismatch)
				settle_mismatch(rd, false);
			else
				deliver(rd);
			if (going(rd))
				broken(rd, number, "it is longer than 4 MiB");
			return;
		}
		str_addn(&rd->line, p, part);
		if (!nl)
			return;
		take_line(rd);
		str_clear(&rd->line);
		p += part + 1;
		n -= part + 1;
	}
}

static void take_end(struct reading *rd)
{
	if (!going(rd))
		return;
	if (rd->mismatch)
		settle_mismatch(rd, false);
	else
		deliver(rd);
	if (rd->line.len) {
		rd->state->torn = true;
		rd->state->whole = false;
	}
}

static int read_all(int fd, struct reading *rd, struct error *err)
{
	char *chunk = xmalloc(65536);
	ssize_t n = 0;

	while (going(rd)) {
		n = read(fd, chunk, 65536);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		take_bytes(rd, chunk, (size_t)n);
	}
	free(chunk);
	if (n < 0)
		return err_set(err, ERR_HARNESS, "reading the journal: %s", strerror(errno));
	return ERR_OK;
}

void journal_segment_name(int segment, char to[32])
{
	if (segment == 1)
		snprintf(to, 32, "journal.jsonl");
	else
		snprintf(to, 32, "journal-%d.jsonl", segment);
}

static int open_segment(const char *dir, int segment, struct error *err)
{
	char name[32];
	journal_segment_name(segment, name);
	char *path = xasprintf("%s/%s", dir, name);
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), r = fd;

	if (fd < 0)
		r = err_set(err, errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_HARNESS,
			    "opening %s: %s", path, strerror(errno));
	else if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		r = err_set(err, ERR_INVALID, "%s is no regular file", path);
	if (fd >= 0 && r < 0)
		close(fd);
	free(path);
	return r;
}

/* The next file of the chain, after whatever the one before it broke off with. */
static int next_segment(const char *dir, struct reading *rd, struct error *err)
{
	int fd;

	if (!going(rd) || rd->segment == JOURNAL_SEGMENTS_MAX)
		return ERR_NOT_FOUND;
	fd = open_segment(dir, rd->segment + 1, err);
	if (fd < 0)
		return fd;
	rd->segment++;
	rd->first = true;
	str_clear(&rd->torn);
	str_addn(&rd->torn, str_text(&rd->line), rd->line.len);
	str_clear(&rd->line);
	return fd;
}

int journal_read(const char *dir, int (*fn)(void *arg, const struct journal_line *line),
		 void *arg, struct journal_state *state, struct error *err)
{
	struct reading rd = { .state = state, .fn = fn, .arg = arg, .segment = 1 };
	int fd, r;

	*state = (struct journal_state){ .head = ZEROS };
	fd = open_segment(dir, 1, err);
	if (fd < 0)
		return fd;
	do {
		r = read_all(fd, &rd, err);
		close(fd);
		fd = r < 0 ? r : next_segment(dir, &rd, err);
	} while (fd >= 0);
	if (r == ERR_OK && fd != ERR_NOT_FOUND)
		r = fd;
	if (r == ERR_OK) {
		take_end(&rd);
		r = rd.stopped;
	}
	state->segments = rd.segment;
	json_decref(rd.held_doc);
	str_release(&rd.line);
	str_release(&rd.torn);
	return r < 0 ? r : 0;
}
