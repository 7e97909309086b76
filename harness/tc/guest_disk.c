/* The data plane in a case: what stands on the disks of a guest. */
#include "base/clock.h"
#include "base/digest.h"
#include "tc/guest.h"
#include "tc/private.h"

enum { LOOK_MS = 1000 };

const char *tc_marker(char to[MARKER_LEN])
{
	unsigned char noise[12];
	char digits[25];

	random_bytes(noise, sizeof(noise));
	hex(noise, sizeof(noise), digits);
	snprintf(to, MARKER_LEN, "plugfest marker %s", digits);
	return to;
}

/* The provider's id where the API shows both: the guest knows no other. */
const char *tc_guest_disk(const struct resource *disk)
{
	return *disk->native ? disk->native : disk->id;
}

/* Waits a moment, within guest: rule_lag_s. */
static CO_FN bool again(struct tc *t, int64_t since_us)
{
	int64_t limit_ms = cloud_scaled_ms(t->cloud, t->cfg->guest.rule_lag_s * 1000);

	return clock_mono_us() - since_us < limit_ms * 1000 &&
	       co_sleep(cloud_scaled_ms(t->cloud, LOOK_MS)) == ERR_OK;
}

/* Not yet there, or the network between us and the guest had a moment. */
static bool passing(int r) { return r == ERR_NOT_FOUND || r == ERR_NETWORK; }

CO_FN int tc_guest_put(struct tc *t, struct tc_guest *g, const char *disk, const char *text)
{
	int64_t since_us = clock_mono_us();
	struct co_hold hold;
	int r;

	co_deadline_hold(&hold);
	do
		r = guest_put(g->way, disk, text, &t->err);
	while (passing(r) && again(t, since_us));
	co_deadline_resume(&hold);
	return r < 0 ? err_context(&t->err, "writing to disk %s in VM %s", disk, g->vm.name) : r;
}

/* What stands there, once the guest sees the disk. */
static CO_FN int get(struct tc *t, struct tc_guest *g, const char *disk, struct guest_disk *ret)
{
	int64_t since_us = clock_mono_us();
	struct co_hold hold;
	int r;

	co_deadline_hold(&hold);
	do
		r = guest_get(g->way, disk, ret, &t->err);
	while (passing(r) && again(t, since_us));
	co_deadline_resume(&hold);
	return r < 0 ? err_context(&t->err, "reading disk %s in VM %s", disk, g->vm.name) : r;
}

CO_FN bool tc_check_text_on(struct tc *t, const char *req, const char *what, struct tc_guest *g,
			    const char *disk, const char *text)
{
	struct guest_disk seen;
	int r = get(t, g, disk, &seen);

	return r < 0 ? tc_stimulus(t, req, what, r, AT) :
	       tc_check_text(t, req, what, text, seen.text, AT);
}

/*
 * GB of the API are 10^9 or 2^30 bytes, and a provider may round up to its own steps: what
 * was asked for must be there, and no more than half as much again.
 */
CO_FN bool tc_check_disk_size(struct tc *t, const char *req, const char *what,
			      struct tc_guest *g, const char *disk, int64_t size_gb)
{
	int64_t since_us = clock_mono_us(), least = size_gb * 1000000000, most = least / 2 * 3;
	struct guest_disk seen;
	struct co_hold hold;
	char want[100], is[40];
	bool fits;
	int r;

	co_deadline_hold(&hold);
	do {
		r = get(t, g, disk, &seen);
		fits = r == ERR_OK && seen.bytes >= least && seen.bytes <= most;
	} while (r == ERR_OK && !fits && again(t, since_us));
	co_deadline_resume(&hold);
	if (r < 0)
		return tc_stimulus(t, req, what, r, AT);
	snprintf(want, sizeof(want), "%lld to %lld", (long long)least, (long long)most);
	snprintf(is, sizeof(is), "%lld", (long long)seen.bytes);
	return tc_check(t, req, what, fits, want, is, AT);
}

CO_FN bool tc_check_no_disk(struct tc *t, const char *req, const char *what, struct tc_guest *g,
			    const char *disk)
{
	int64_t since_us = clock_mono_us();
	struct guest_disk seen;
	struct co_hold hold;
	int r;

	co_deadline_hold(&hold);
	do
		r = guest_get(g->way, disk, &seen, &t->err);
	while ((r == ERR_OK || r == ERR_NETWORK) && again(t, since_us));
	co_deadline_resume(&hold);
	if (r < 0 && r != ERR_NOT_FOUND)
		return tc_stimulus(t, req, what, r, AT);
	return tc_check(t, req, what, r == ERR_NOT_FOUND, "no such disk in the guest",
			r < 0 ? "no such disk in the guest" : "still there and read", AT);
}

CO_FN int tc_guest_attach(struct tc *t, const struct resource *disk, const struct tc_guest *g)
{
	int r = tc_act(t, disk, ACT_ATTACH, &g->vm);

	return r < 0 ? r : tc_wait(t, disk, STATE_BOUND, NULL, NULL);
}

CO_FN int tc_guest_detach(struct tc *t, const struct resource *disk, const struct tc_guest *g)
{
	int r = tc_act(t, disk, ACT_DETACH, &g->vm);

	return r < 0 ? r : tc_wait(t, disk, STATE_AVAILABLE, NULL, NULL);
}
