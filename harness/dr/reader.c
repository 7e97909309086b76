#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "dr/history.h"
#include "dr/priv.h"

struct reading {
	int fd;
	const char *path;
	struct history_head *head;
	struct history_state *state;
	uint32_t blocks;
	unsigned char bytes[HISTORY_BLOCK_BYTES];
	struct history_event events[HISTORY_BLOCK];
};

static void reading_cleanup(struct reading **rd)
{
	if (*rd && (*rd)->fd >= 0)
		close((*rd)->fd);
	free(*rd);
}

/* As many as there are, up to n. */
static int get(struct reading *rd, size_t from, size_t n, size_t *ret, struct error *err)
{
	size_t done = 0;

	while (done < n) {
		ssize_t one = read(rd->fd, rd->bytes + from + done, n - done);

		if (one < 0 && errno == EINTR)
			continue;
		if (one < 0)
			return err_at(err, ERR_HARNESS, rd->path, 0, "cannot read: %s", strerror(errno));
		if (!one)
			break;
		done += (size_t)one;
	}
	*ret = done;
	return ERR_OK;
}

static bool is_digest(const unsigned char *p)
{
	for (int i = 0; i < HISTORY_DIGEST_BYTES; i++)
		if (!strchr("0123456789abcdef", p[i]) || !p[i])
			return false;
	return true;
}

static int take_head(struct reading *rd, struct error *err)
{
	const unsigned char *b = rd->bytes;
	size_t n;

	if (get(rd, 0, HISTORY_HEAD_BYTES, &n, err) < 0)
		return err->code;
	if (n < 16 || memcmp(b, HISTORY_MAGIC, 16))
		return err_at(err, ERR_INVALID, rd->path, 0,
			      "at byte 0: found no history, \"plugfest-hist/1\" and a newline wanted");
	if (n < HISTORY_HEAD_BYTES)
		return err_at(err, ERR_INVALID, rd->path, 0,
			      "at byte %zu: the file ends, a head of %d bytes wanted", n, HISTORY_HEAD_BYTES);
	*rd->head = (struct history_head){
		.origin_us = (int64_t)le_get(b + 16, 8), .utc_us = (int64_t)le_get(b + 24, 8),
		.interval_us = (uint32_t)le_get(b + 32, 4), .clients = (uint32_t)le_get(b + 36, 4),
	};
	memcpy(rd->head->prev, b + 40, 64);
	if (!rd->head->clients || rd->head->clients > HISTORY_CLIENTS_MAX)
		return err_at(err, ERR_INVALID, rd->path, 0, "at byte 36: %u clients found, 1 to %d wanted",
			      rd->head->clients, HISTORY_CLIENTS_MAX);
	if (!is_digest(b + 40))
		return err_at(err, ERR_INVALID, rd->path, 0, "at byte 40: found no SHA-256 in hexadecimal");
	sha256_hex(b, HISTORY_HEAD_BYTES, rd->state->digest);
	rd->state->bytes = HISTORY_HEAD_BYTES;
	return ERR_OK;
}

static int take_event(struct reading *rd, uint32_t i, struct error *err)
{
	size_t at = HISTORY_BLOCK_HEAD_BYTES + (size_t)i * HISTORY_EVENT_BYTES;
	const unsigned char *b = rd->bytes + at;
	struct history_event *e = &rd->events[i];
	char why[160];

	*e = (struct history_event){
		.due_us = (int64_t)le_get(b, 8),
		.late_us = (uint32_t)le_get(b + 8, 4),
		.took_us = (uint32_t)le_get(b + 12, 4),
		.client = (uint32_t)le_get(b + 16, 4),
		.writer = (uint32_t)le_get(b + 20, 4),
		.number = (uint32_t)le_get(b + 24, 4),
		.kind = b[28], .outcome = b[29], .side = b[30], .detail = b[31],
	};
	if (!history_event_ok(rd->head, e, why))
		return err_at(err, ERR_INVALID, rd->path, 0,
			      "at byte %" PRIu64 ", record %" PRIu64 " (%s): %s",
			      rd->state->bytes + at, rd->state->events + i + 1,
			      history_kind_name(e->kind), why);
	if (rd->state->whole)
		return err_at(err, ERR_INVALID, rd->path, 0,
			      "at byte %" PRIu64 ": a record found after the end", rd->state->bytes + at);
	if (e->kind != HISTORY_END)
		return ERR_OK;
	if (e->number != (uint32_t)(rd->state->events + i))
		return err_at(err, ERR_INVALID, rd->path, 0,
			      "at byte %" PRIu64 ": the end counts %u records, %" PRIu64 " stand before it",
			      rd->state->bytes + at, e->number, rd->state->events + i);
	rd->state->whole = true;
	return ERR_OK;
}

/* *ret: records; 0: the file ends here, in the middle of a block or not. */
static int take_block(struct reading *rd, uint32_t *ret, struct error *err)
{
	const uint64_t at = rd->state->bytes;
	size_t n, rest;
	uint32_t count;
	char digest[65];

	*ret = 0;
	if (get(rd, 0, HISTORY_BLOCK_HEAD_BYTES, &n, err) < 0)
		return err->code;
	rd->state->torn = n && n < HISTORY_BLOCK_HEAD_BYTES;
	rd->state->torn_at = rd->state->torn ? at : 0;
	if (n < HISTORY_BLOCK_HEAD_BYTES)
		return ERR_OK;
	count = (uint32_t)le_get(rd->bytes + 4, 4);
	if (le_get(rd->bytes, 4) != rd->blocks + 1)
		return err_at(err, ERR_INVALID, rd->path, 0, "at byte %" PRIu64 ": block %u found, %u wanted",
			      at, (unsigned)le_get(rd->bytes, 4), rd->blocks + 1);
	if (!count || count > HISTORY_BLOCK)
		return err_at(err, ERR_INVALID, rd->path, 0,
			      "at byte %" PRIu64 ": a block of %u records found, 1 to %d wanted", at + 4, count,
			      HISTORY_BLOCK);
	rest = (size_t)count * HISTORY_EVENT_BYTES + HISTORY_DIGEST_BYTES;
	if (get(rd, HISTORY_BLOCK_HEAD_BYTES, rest, &n, err) < 0)
		return err->code;
	if (n < rest) {
		rd->state->torn = true;
		rd->state->torn_at = at;
		return ERR_OK;
	}
	rest -= HISTORY_DIGEST_BYTES;
	sha256_hex_two(rd->state->digest, HISTORY_DIGEST_BYTES, rd->bytes,
		       HISTORY_BLOCK_HEAD_BYTES + rest, digest);
	if (memcmp(digest, rd->bytes + HISTORY_BLOCK_HEAD_BYTES + rest, HISTORY_DIGEST_BYTES))
		return err_at(err, ERR_INVALID, rd->path, 0,
			      "at byte %" PRIu64 ": digest %.16s... found, %.16s... wanted: "
			      "block %u or one before it was changed", at + HISTORY_BLOCK_HEAD_BYTES + rest,
			      is_digest(rd->bytes + HISTORY_BLOCK_HEAD_BYTES + rest) ?
			      (const char *)rd->bytes + HISTORY_BLOCK_HEAD_BYTES + rest : "(none)",
			      digest, rd->blocks + 1);
	for (uint32_t i = 0; i < count; i++)
		if (take_event(rd, i, err) < 0)
			return err->code;
	memcpy(rd->state->digest, digest, sizeof(digest));
	rd->state->bytes += HISTORY_BLOCK_HEAD_BYTES + rest + HISTORY_DIGEST_BYTES;
	rd->state->events += count;
	rd->blocks++;
	*ret = count;
	return ERR_OK;
}

int history_read(const char *path,
		 int (*fn)(void *arg, const struct history_event *e, size_t n, struct error *err),
		 void *arg, struct history_head *head, struct history_state *state,
		 struct error *err)
{
	AUTO(reading) struct reading *rd = xmalloc(sizeof(*rd));
	uint32_t n;
	int r;

	*state = (struct history_state){ 0 };
	rd->path = path;
	rd->head = head;
	rd->state = state;
	rd->blocks = 0;
	rd->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (rd->fd < 0)
		return err_at(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_HARNESS, path, 0,
			      "cannot open: %s", strerror(errno));
	r = take_head(rd, err);
	while (r == ERR_OK) {
		r = take_block(rd, &n, err);
		if (r < 0 || !n)
			break;
		r = fn(arg, rd->events, n, err);
	}
	/* What follows an end, however torn, was added to it. */
	if (r == ERR_OK && state->whole && state->torn)
		return err_at(err, ERR_INVALID, path, 0, "at byte %" PRIu64 ": bytes found after the end",
			      state->torn_at);
	return r;
}

/* ---- all of it ---- */

struct loading {
	struct history *h;
	size_t room, max;
	const char *path;
};

static int keep(void *arg, const struct history_event *e, size_t n, struct error *err)
{
	struct loading *l = arg;
	struct history *h = l->h;

	if (n > l->max - h->n)
		return err_at(err, ERR_INVALID, l->path, 0, "over %zu records found", l->max);
	if (n > l->room - h->n) {
		l->room = l->room < HISTORY_BLOCK ? HISTORY_BLOCK : l->room * 2;
		h->events = xrealloc(h->events, l->room * sizeof(*h->events));
	}
	memcpy(h->events + h->n, e, n * sizeof(*e));
	h->n += n;
	return ERR_OK;
}

int history_load(const char *path, size_t max, struct history *ret, struct history_state *state,
		 struct error *err)
{
	struct history h = { 0 };
	struct loading l = { .h = &h, .max = max, .path = path };
	struct stat st;
	int r;

	/* Room that is never touched costs nothing; moving it would. */
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
		size_t most = (size_t)st.st_size / HISTORY_EVENT_BYTES + HISTORY_BLOCK;

		l.room = most < max + HISTORY_BLOCK ? most : max + HISTORY_BLOCK;
		h.events = xmalloc(l.room * sizeof(*h.events));
	}
	r = history_read(path, keep, &l, &h.head, state, err);
	if (r < 0) {
		history_cleanup(&h);
		return r;
	}
	h.whole = state->whole;
	*ret = h;
	return ERR_OK;
}

void history_cleanup(struct history *h)
{
	free(h->events);
	*h = (struct history){ 0 };
}
