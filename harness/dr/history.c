#include "dr/history.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "dr/priv.h"

static const char *const kind_names[] = {
	[HISTORY_WRITE] = "write",   [HISTORY_READ] = "read",	  [HISTORY_LOOK] = "look",
	[HISTORY_ROW] = "row",	     [HISTORY_LEDGER] = "ledger", [HISTORY_PHASE] = "phase",
	[HISTORY_FAULT] = "fault",   [HISTORY_HEAL] = "heal",	  [HISTORY_SWITCH] = "switch",
	[HISTORY_FAILBACK] = "fail back", [HISTORY_GONE] = "gone", [HISTORY_CLOCK] = "clock",
	[HISTORY_END] = "end",
};

const char *history_kind_name(unsigned kind)
{
	return kind >= HISTORY_WRITE && kind <= HISTORY_END ? kind_names[kind] : "?";
}

/* What each kind uses; the rest is 0. */
enum {
	USES_CLIENT = 1 << 0,
	USES_WRITER = 1 << 1,	/* a client's number */
	USES_NUMBER = 1 << 2,
	NEEDS_NUMBER = 1 << 3,	/* and it is not 0 */
	USES_OUTCOME = 1 << 4,
	USES_SIDE = 1 << 5,
	NEEDS_SIDE = 1 << 6,	/* A or B */
	USES_TIMES = 1 << 7,	/* late_us */
	USES_TOOK = 1 << 8,
	USES_DETAIL = 1 << 9,
	USES_HIGH = 1 << 10,	/* writer, as a number of any size */
};

static unsigned uses(unsigned kind)
{
	enum { MARK = USES_SIDE | USES_TIMES | USES_TOOK };

	switch ((enum history_kind)kind) {
	case HISTORY_WRITE:
		return USES_CLIENT | USES_WRITER | USES_NUMBER | NEEDS_NUMBER | USES_OUTCOME | MARK;
	case HISTORY_READ: return USES_CLIENT | USES_WRITER | USES_NUMBER | USES_OUTCOME | MARK;
	case HISTORY_LOOK:
		return USES_CLIENT | USES_WRITER | USES_NUMBER | USES_OUTCOME | NEEDS_SIDE | MARK;
	case HISTORY_ROW:
		return USES_WRITER | USES_NUMBER | NEEDS_NUMBER | USES_SIDE | NEEDS_SIDE |
		       USES_TOOK | USES_DETAIL;
	case HISTORY_LEDGER: return USES_NUMBER | NEEDS_SIDE | MARK | USES_DETAIL;
	case HISTORY_PHASE: return USES_DETAIL;
	case HISTORY_FAULT: return MARK | USES_DETAIL;
	case HISTORY_HEAL: return MARK;
	case HISTORY_SWITCH:
	case HISTORY_FAILBACK: return NEEDS_SIDE | MARK;
	case HISTORY_GONE: return NEEDS_SIDE | USES_SIDE;
	case HISTORY_CLOCK: return USES_HIGH | USES_NUMBER;
	case HISTORY_END: return USES_NUMBER;
	}
	return 0;
}

static bool over(char why[160], const char *what, uint64_t found, uint64_t most)
{
	if (found <= most)
		return false;
	snprintf(why, 160, "%s %llu found, at most %llu wanted", what, (unsigned long long)found,
		 (unsigned long long)most);
	return true;
}

static bool below(char why[160], const char *what, uint64_t found, uint64_t least)
{
	if (found >= least)
		return false;
	snprintf(why, 160, "%s %llu found, at least %llu wanted", what, (unsigned long long)found,
		 (unsigned long long)least);
	return true;
}

static uint64_t most_detail(unsigned kind)
{
	if (kind == HISTORY_PHASE)
		return PHASES - 1;
	return kind == HISTORY_FAULT ? UINT8_MAX : READINGS - 1;
}

static bool side_bad(const struct history_event *e, unsigned u, char why[160])
{
	if (!(u & USES_SIDE))
		return below(why, "side", e->side, SIDE_NONE) || over(why, "side", e->side, SIDE_NONE);
	return over(why, "side", e->side, u & NEEDS_SIDE ? SIDE_B : SIDE_NONE);
}

bool history_event_ok(const struct history_head *head, const struct history_event *e,
		      char why[160])
{
	unsigned u = uses(e->kind);
	uint64_t last = head->clients - 1;

	if (below(why, "kind", e->kind, HISTORY_WRITE) || over(why, "kind", e->kind, HISTORY_END) ||
	    over(why, "due_us", (uint64_t)e->due_us, (UINT64_C(1) << 48) - 1) ||
	    over(why, "late_us", e->late_us, u & USES_TIMES ? UINT32_MAX : 0) ||
	    over(why, "took_us", e->took_us, u & USES_TOOK ? UINT32_MAX : 0) ||
	    over(why, "client", e->client, u & USES_CLIENT ? last : 0) ||
	    over(why, "number", e->number, u & USES_NUMBER ? UINT32_MAX : 0) ||
	    below(why, "number", e->number, u & NEEDS_NUMBER ? 1 : 0) ||
	    over(why, "outcome", e->outcome, u & USES_OUTCOME ? OUTCOME_UNKNOWN : 0) ||
	    over(why, "detail", e->detail, u & USES_DETAIL ? most_detail(e->kind) : 0) ||
	    side_bad(e, u, why))
		return false;
	if (!(u & USES_HIGH) && over(why, "writer", e->writer, u & USES_WRITER ? last : 0))
		return false;
	if (e->kind == HISTORY_WRITE && e->writer != e->client) {
		snprintf(why, 160, "writer %u found, %u wanted: who writes is the client", e->writer, e->client);
		return false;
	}
	if (e->kind == HISTORY_ROW &&
	    (below(why, "a row of markers", e->took_us, 1) ||
	     over(why, "the last marker of a row", (uint64_t)e->number + e->took_us - 1, UINT32_MAX - 1)))
		return false;
	return true;
}

/* ---- writing ---- */

static int write_out(struct history_writer *w, const char *bytes, size_t n, struct error *err)
{
	while (n) {
		ssize_t one = write(w->fd, bytes, n);

		if (one < 0 && errno == EINTR)
			continue;
		if (one <= 0)
			return err_at(err, ERR_HARNESS, w->path, 0, "cannot write: %s", strerror(errno));
		bytes += one;
		n -= (size_t)one;
	}
	return ERR_OK;
}

int history_create(struct history_writer *w, const char *path, const struct history_head *head,
		   struct error *err)
{
	unsigned char b[HISTORY_HEAD_BYTES];

	*w = (struct history_writer){ .fd = -1, .head = *head };
	if (!str_copy(w->path, sizeof(w->path), path))
		return err_at(err, ERR_HARNESS, path, 0, "the path is too long");
	if (!head->clients || head->clients > HISTORY_CLIENTS_MAX)
		return err_at(err, ERR_HARNESS, path, 0, "%u clients found, 1 to %d wanted", head->clients,
			      HISTORY_CLIENTS_MAX);
	memcpy(b, HISTORY_MAGIC, 16);
	le_put(b + 16, 8, (uint64_t)head->origin_us);
	le_put(b + 24, 8, (uint64_t)head->utc_us);
	le_put(b + 32, 4, head->interval_us);
	le_put(b + 36, 4, head->clients);
	memset(b + 40, '0', 64);
	memcpy(b + 40, head->prev, strnlen(head->prev, 64));
	w->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (w->fd < 0)
		return err_at(err, ERR_HARNESS, path, 0, "cannot create: %s", strerror(errno));
	sha256_hex(b, sizeof(b), w->digest);
	str_reserve(&w->block, HISTORY_BLOCK_BYTES);
	return write_out(w, (const char *)b, sizeof(b), err);
}

int history_add(struct history_writer *w, const struct history_event *e, struct error *err)
{
	unsigned char b[HISTORY_EVENT_BYTES];
	char why[160];

	if (!history_event_ok(&w->head, e, why))
		return err_at(err, ERR_HARNESS, w->path, 0, "a record was refused: %s", why);
	if (!w->gathered)
		str_addn(&w->block, "\0\0\0\0\0\0\0", HISTORY_BLOCK_HEAD_BYTES);
	le_put(b, 8, (uint64_t)e->due_us);
	le_put(b + 8, 4, e->late_us);
	le_put(b + 12, 4, e->took_us);
	le_put(b + 16, 4, e->client);
	le_put(b + 20, 4, e->writer);
	le_put(b + 24, 4, e->number);
	b[28] = e->kind;
	b[29] = e->outcome;
	b[30] = e->side;
	b[31] = e->detail;
	str_addn(&w->block, b, sizeof(b));
	w->events++;
	return ++w->gathered < HISTORY_BLOCK ? ERR_OK : history_flush(w, err);
}

int history_flush(struct history_writer *w, struct error *err)
{
	unsigned char *b = (unsigned char *)w->block.text;
	char digest[65];
	int r;

	if (!w->gathered)
		return ERR_OK;
	le_put(b, 4, ++w->blocks);
	le_put(b + 4, 4, w->gathered);
	sha256_hex_two(w->digest, HISTORY_DIGEST_BYTES, b, w->block.len, digest);
	memcpy(w->digest, digest, sizeof(digest));
	str_addn(&w->block, digest, HISTORY_DIGEST_BYTES);
	r = write_out(w, w->block.text, w->block.len, err);
	str_clear(&w->block);
	w->gathered = 0;
	return r;
}

int history_end(struct history_writer *w, int64_t now_us, struct error *err)
{
	struct history_event e = {
		.due_us = now_us,
		.kind = HISTORY_END,
		.side = SIDE_NONE,
		.number = (uint32_t)w->events,
	};
	int r = history_add(w, &e, err);

	if (r == ERR_OK)
		r = history_flush(w, err);
	if (r == ERR_OK && fdatasync(w->fd) < 0)
		return err_at(err, ERR_HARNESS, w->path, 0, "cannot write: %s", strerror(errno));
	return r;
}

void history_close(struct history_writer *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
	str_release(&w->block);
}
