#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "cloud/cloud.h"

/* Slow enough not to measure our own polling, quick enough for a fast cloud. */
enum { FIRST_POLL_MS = 100, LONGEST_POLL_MS = 5000 };

/* All that a wait keeps of what it saw: thousands may be waiting at once. */
struct glimpse {
	enum state state;
	char word[40];
};

static void note(struct wait_log *log, const struct glimpse *now, enum state before)
{
	log->polls++;
	if (log->polls > 1 && now->state == before) {
		log->same++;
		return;
	}
	log->seen |= 1u << now->state;
	if (now->state == STATE_STRANGE && !*log->strange)
		str_copy(log->strange, sizeof(log->strange), now->word);
	if (log->count < sizeof(log->order) / sizeof(*log->order))
		log->order[log->count++] = now->state;
}

/* The resource is on the heap: as a part of the frame it would be a page of each stack. */
static CO_FN int look(struct cloud *c, const struct ref *ref, struct glimpse *now,
		      struct error *err)
{
	const struct kind_ops *ops = cloud_driver(c)->ops[ref->kind];
	struct resource *seen = xmalloc(sizeof(*seen));
	int r;

	resource_init(seen, ref->kind);
	r = ops->poll ? ops->poll(c, ref, seen, err) : ops->get(c, ref, seen, err);
	now->state = seen->state;
	str_copy(now->word, sizeof(now->word), seen->state_word);
	free(seen);
	if (r == ERR_NOT_FOUND) {
		now->state = STATE_GONE;
		return ERR_OK;
	}
	return r;
}

static int timed_out(const struct kind_info *info, const char *id, enum state want,
		     const struct glimpse *now, int64_t deadline_s, struct error *err)
{
	return err_set(err, ERR_TIMEOUT, "%s %s is %s%s%s%s after %lld s; wanted %s", info->title,
		       id, state_name(now->state), *now->word ? " (\"" : "", now->word,
		       *now->word ? "\")" : "", (long long)deadline_s, state_name(want));
}

CO_FN int cloud_wait(struct cloud *c, const struct ref *ref, enum state want, int64_t deadline_s,
		     struct resource *ret, struct wait_log *log, struct error *err)
{
	const struct kind_info *info = kind_info(ref->kind);
	int64_t began = clock_mono_us(), end = began + cloud_scaled_ms(c, deadline_s * 1000) * 1000;
	int64_t pause_ms = FIRST_POLL_MS;
	enum state before = STATE_NONE;
	struct glimpse now = { 0 };
	struct wait_log own = { 0 };
	int r;

	if (!log)
		log = &own;
	*log = (struct wait_log){ 0 };
	if (!cloud_driver(c)->ops[ref->kind] || !cloud_driver(c)->ops[ref->kind]->get)
		return err_set(err, ERR_UNSUPPORTED, "a %s cannot be read", info->title);
	for (;;) {
		r = look(c, ref, &now, err);
		log->ms = (clock_mono_us() - began) / 1000;
		if (r < 0)
			return err_context(err, "waiting for %s %s to be %s", info->title, ref->id,
					   state_name(want));
		note(log, &now, before);
		if (now.state == want) {
			if (want != STATE_GONE && ret)
				return cloud_get(c, ref, ret, err);
			return ERR_OK;
		}
		if (now.state == STATE_GONE)
			return err_set(err, ERR_NOT_FOUND, "%s %s is gone; wanted %s", info->title,
				       ref->id, state_name(want));
		if (now.state == STATE_FAILED && want != STATE_GONE)
			return err_set(err, ERR_UNAVAILABLE, "%s %s failed (\"%s\"); wanted %s",
				       info->title, ref->id, now.word, state_name(want));
		if (clock_mono_us() >= end)
			return timed_out(info, ref->id, want, &now, deadline_s, err);
		before = now.state;
		r = co_sleep(cloud_scaled_ms(c, pause_ms));
		if (r < 0)
			return err_set(err, (enum err)r, "%s while waiting for %s %s to be %s",
				       err_name((enum err)r), info->title, ref->id,
				       state_name(want));
		pause_ms = pause_ms * 3 / 2 > LONGEST_POLL_MS ? LONGEST_POLL_MS : pause_ms * 3 / 2;
	}
}
