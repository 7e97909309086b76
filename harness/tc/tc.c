/* The steps of a case: stimuli and checks, recorded and journalled. */
#include "tc/private.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "journal/emit.h"

enum { REPLY_KEPT = 64 << 10 };

const char *severity_name(enum severity s)
{
	return s == SEV_BLOCKER ? "blocker" : s == SEV_MAJOR ? "major" : "minor";
}

const char *impact_name(enum impact i)
{
	static const char *const name[] = { "read", "create", "load", "intrusive" };

	return name[i];
}

void tc_init(struct tc *t, struct tc_private *p, struct cloud *cloud, const struct testcase *test)
{
	*t = (struct tc){
		.cloud = cloud, .cfg = cloud_config(cloud), .dialect = cloud_dialect(cloud),
		.test = test, .p = p,
	};
}

void tc_release(struct tc *t)
{
	struct tc_private *p = t->p;

	tc_guests_free(p);
	for (size_t i = 0; i < p->session_count; i++)
		cloud_close(p->sessions[i]);
	ledger_free(&p->ledger);
	free(p->steps);
	free(p->exchanges);
	free(p->reply.text);
}

void tc_keep_reply(struct tc_private *p, long status, const char *content_type, const char *text,
		   size_t len)
{
	struct tc_reply *r = &p->reply;

	free(r->text);
	*r = (struct tc_reply){ .status = status, .len = len };
	str_copy(r->content_type, sizeof(r->content_type), content_type);
	if (text && len <= REPLY_KEPT) {
		r->text = xmalloc(len + 1);
		memcpy(r->text, text, len);
		r->text[len] = '\0';
	}
}

const struct tc_reply *tc_reply(const struct tc *t) { return &t->p->reply; }

void tc_exchange(struct tc_private *p, const char digest[65])
{
	if (p->exchange_count == p->exchange_room) {
		p->exchange_room = p->exchange_room ? p->exchange_room * 2 : 8;
		p->exchanges = xrealloc(p->exchanges, p->exchange_room * sizeof(*p->exchanges));
	}
	memcpy(p->exchanges[p->exchange_count++], digest, 65);
}

static void add_exchanges(struct tc_private *p, struct str *s)
{
	str_add(s, ",\"exchanges\":[");
	for (size_t i = 0; i < p->exchange_count; i++)
		str_addf(s, "%s\"%s\"", i ? "," : "", p->exchanges[i]);
	str_addc(s, ']');
	p->exchange_count = 0;
}

/* flag: a member that is true, or NULL. */
static void add_error(const struct error *err, const char *flag, struct str *s)
{
	str_addf(s, ",\"error\":{\"class\":\"%s\",\"guessed\":%s,\"http\":%d,\"code\":",
		 err_name(err->code), err->guessed ? "true" : "false", err->http_status);
	str_add_json(s, err->provider_code);
	str_add(s, ",\"text\":");
	str_add_json(s, err->text);
	if (flag)
		member_bool(s, flag, true);
	str_addc(s, '}');
}

struct step {
	const char *kind, *req, *what, *expected, *observed, *at;
	bool ok;
	const struct error *err;	/* NULL: no call failed */
	bool not_applicable;
};

/* A case that goes on after one of its calls was cancelled may miss what that call was to
 * bring: a check of it is no finding. */
static struct step as_it_counts(const struct tc_private *p, const struct step *given)
{
	static const struct error stopped = { .code = ERR_CANCELLED,
					      .text = "the run was being stopped" };
	struct step ret = *given;

	if (!ret.ok && p->stopping && *p->stopping) {
		ret.err = &stopped;
		ret.not_applicable = false;
	}
	return ret;
}

static bool record(struct tc *t, const struct step *given)
{
	struct tc_private *p = t->p;
	const struct step counted = as_it_counts(p, given), *x = &counted;
	struct str s = { 0 };
	bool check = !strcmp(x->kind, "check");
	bool undeclared = p->undeclared && x->err && x->err->code == ERR_UNSUPPORTED;
	bool advisory = check && p->is_advisory && p->is_advisory(p->advisory_arg, x->req);

	/* A hundred thousand lines of "as expected" would bury the one that is not. */
	if (p->bulk && x->ok) {
		p->held++;
		p->exchange_count = 0;
		return true;
	}
	if (p->step_count == p->step_room) {
		p->step_room = p->step_room ? p->step_room * 2 : 16;
		p->steps = xrealloc(p->steps, p->step_room * sizeof(*p->steps));
	}
	p->steps[p->step_count++] = (struct step_result){
		.check = check, .ok = x->ok, .advisory = advisory,
		.error = x->err ? x->err->code : ERR_OK, .undeclared = undeclared,
		.not_applicable = x->not_applicable,
	};
	member_text(&s, "type", "step");
	member_int(&s, "row", p->row);
	member_int(&s, "attempt", p->attempt);
	member_int(&s, "n", (int64_t)p->step_count);
	member_text(&s, "kind", x->kind);
	member_text(&s, "requirement", x->req);
	member_bool(&s, "advisory", advisory);
	member_text(&s, "what", x->what);
	member_text(&s, "expected", x->expected);
	member_text(&s, "observed", x->observed);
	member_bool(&s, "ok", x->ok);
	member_text(&s, "at", strrchr(x->at, '/') ? strrchr(x->at, '/') + 1 : x->at);
	if (x->err)
		add_error(x->err, undeclared ? "undeclared" :
			  x->not_applicable ? "not_applicable" : NULL, &s);
	add_exchanges(p, &s);
	emit_event(FRAME_EVENT, p->row, &s);
	str_release(&s);
	return x->ok;
}

bool tc_stimulus(struct tc *t, const char *req, const char *what, int r, const char *at)
{
	struct step x = { .kind = "stimulus", .req = req, .what = what, .expected = "success",
			  .observed = "success", .ok = r == ERR_OK, .at = at };
	char seen[600];

	if (r < 0) {
		snprintf(seen, sizeof(seen), "%s: %s", err_name((enum err)r), t->err.text);
		x.observed = seen;
		x.err = &t->err;
	}
	return record(t, &x);
}

void tc_not_applicable(struct tc *t, const char *req, const char *why)
{
	err_set(&t->err, ERR_UNSUPPORTED, "%s", why);
	record(t, &(struct step){ .kind = "stimulus", .req = req, .what = "whether the case applies",
				  .expected = "what it needs", .observed = why, .at = AT,
				  .err = &t->err, .not_applicable = true });
}

bool tc_check(struct tc *t, const char *req, const char *what, bool ok, const char *expected,
	      const char *observed, const char *at)
{
	return record(t, &(struct step){ .kind = "check", .req = req, .what = what, .ok = ok,
					 .expected = expected, .observed = observed, .at = at });
}

bool tc_check_text(struct tc *t, const char *req, const char *what, const char *expected,
		   const char *observed, const char *at)
{
	return tc_check(t, req, what, !strcmp(expected, observed), expected,
			*observed ? observed : "(absent)", at);
}

bool tc_check_int(struct tc *t, const char *req, const char *what, int64_t expected,
		  int64_t observed, const char *at)
{
	char want[24], seen[24];

	snprintf(want, sizeof(want), "%lld", (long long)expected);
	snprintf(seen, sizeof(seen), "%lld", (long long)observed);
	return tc_check(t, req, what, expected == observed, want, seen, at);
}

/* Errors that say nothing about what the system thinks of the request. */
static bool says_nothing(enum err e)
{
	return e == ERR_NETWORK || e == ERR_HARNESS || e == ERR_CANCELLED || e == ERR_THROTTLED;
}

bool tc_check_refused(struct tc *t, const char *req, const char *what, int r, enum err one,
		      enum err other, const char *at)
{
	char want[80], seen[600];

	if (r < 0 && says_nothing((enum err)r))
		return tc_stimulus(t, req, what, r, at);
	if (one == other)
		snprintf(want, sizeof(want), "refused as %s", err_name(one));
	else
		snprintf(want, sizeof(want), "refused as %s or %s", err_name(one), err_name(other));
	if (r == ERR_OK)
		str_copy(seen, sizeof(seen), "accepted");
	else
		snprintf(seen, sizeof(seen), "%s%s: %s", err_name((enum err)r),
			 t->err.guessed ? " (class guessed from the text)" : "", t->err.text);
	return record(t, &(struct step){
		.kind = "check", .req = req, .what = what, .expected = want, .observed = seen,
		.ok = r == (int)one || r == (int)other, .at = at, .err = r < 0 ? &t->err : NULL,
	});
}

void tc_held(struct tc *t)
{
	struct tc_private *p = t->p;
	char seen[64];

	if (!p->bulk || !p->held)
		return;
	snprintf(seen, sizeof(seen), "%lld steps held", (long long)p->held);
	p->bulk = false;
	(void)tc_check(t, t->test->verifies[0], "what held under load", true, "steps that hold", seen, AT);
	p->bulk = true;
}
