#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "reports/model.h"
#include "tests/e2e/report/fixture.h"

/* The journals of tests/e2e/report/fixture.h. */

void draft_begin(struct draft *d)
{
	*d = (struct draft){ 0 };
	memset(d->head, '0', 64);
}

void draft_release(struct draft *d) { str_release(&d->text); }

void draft_add(struct draft *d, const char *type, const char *members, ...)
{
	struct str line = { 0 };
	char rest[4096];
	va_list ap;

	va_start(ap, members);
	ck_assert_int_lt(vsnprintf(rest, sizeof(rest), members, ap), (int)sizeof(rest));
	va_end(ap);
	d->seq++;
	str_addf(&line, "{\"seq\":%lld,\"prev\":\"%s\",\"utc\":\"2026-11-21T03:%02d:%02d.678901Z\","
		 "\"mono_us\":%lld,\"type\":\"%s\"%s%s}", (long long)d->seq, d->head,
		 (int)(d->seq / 60 % 60), (int)(d->seq % 60), (long long)d->seq * 1000000, type,
		 *rest ? "," : "", rest);
	sha256_hex(line.text, line.len, d->head);
	str_addn(&d->text, line.text, line.len);
	str_addc(&d->text, '\n');
	str_release(&line);
}

void draft_end(struct draft *d, const char *outcome)
{
	char head[65];

	memcpy(head, d->head, sizeof(head));
	draft_add(d, "end", "\"outcome\":\"%s\",\"count\":%lld,\"head\":\"%s\"", outcome,
		  (long long)d->seq, head);
}

static const char run_line[] =
	"\"format\":\"plugfest-journal/1\",\"run\":\"k3v9q2m7x1ab\",\"version\":\"0.1.0\","
	"\"commit\":\"aa42c57\",\"dirty\":true,\"argv\":[\"plugfest\",\"run\",\"-p\",\"iaas-core\"],"
	"\"profile\":{\"id\":\"iaas-core\",\"version\":\"0.1\",\"title\":\"Infrastructure, core\","
	"\"title_ko\":\"인프라 핵심\",\"authority\":\"project draft\",\"digest\":"
	"\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"},"
	"\"participant\":\"Example Cloud Ltd.\",\"event\":\"Plugfest 2026\",\"tester\":\"OPA\","
	"\"challenge\":\"nonce-4711\",\"allow\":[],\"authorisation\":\"\",\"locale_note\":\"\"";

void draft_small(struct draft *d)
{
	draft_begin(d);
	draft_add(d, "run", "%s", run_line);
	draft_add(d, "requirement", "\"id\":\"MCI-KEY-01\",\"text\":\"Keys can be made.\","
		  "\"level\":\"mandatory\",\"trace\":[]");
	draft_add(d, "target", "\"target\":\"alpha\",\"driver\":\"spider\",\"layer\":{\"product\":"
		  "\"CB-Spider\",\"version\":\"0.12\"},\"backend\":{\"provider\":\"OpenStack\","
		  "\"region\":\"RegionOne\"},\"scope_note\":\"\",\"ics\":{\"keypair\":\"supported\"},"
		  "\"embedded\":false");
	draft_add(d, "case", "\"case\":\"key.create\",\"title\":\"A key is made\",\"purpose\":\"\","
		  "\"requirements\":[\"MCI-KEY-01\"],\"impact\":\"create\",\"severity\":\"major\"");
	draft_add(d, "row", "\"row\":1,\"case\":\"key.create\",\"target\":\"alpha\","
		  "\"level\":\"mandatory\",\"decision\":\"run\",\"cause\":\"\",\"reason\":\"\"");
}

char *fixture_dir(void)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = xasprintf("%s/plugfest-report-XXXXXX", tmp ? tmp : "/tmp");

	ck_assert_ptr_nonnull(mkdtemp(dir));
	return dir;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
	(void)st, (void)kind, (void)walk;
	return remove(path);
}

void fixture_remove(char *dir)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(dir);
}

void fixture_write(const char *dir, const char *name, const void *bytes, size_t n)
{
	char *path = xasprintf("%s/%s", dir, name);
	FILE *f;

	for (char *p = path + strlen(dir) + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		ck_assert(!mkdir(path, 0755) || errno == EEXIST);
	}
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
	fclose(f);
	free(path);
}

static void exchange(const char *dir, const char *target, const char *bytes, char digest[65])
{
	struct str path = { 0 };

	sha256_hex(bytes, strlen(bytes), digest);
	ck_assert(exchange_path(target, digest, &path));
	fixture_write(dir, path.text, bytes, strlen(bytes));
	str_release(&path);
}

static void requirement(struct draft *d, const char *id, const char *level, const char *text,
			const char *trace)
{
	draft_add(d, "requirement", "\"id\":\"%s\",\"text\":\"%s\",\"level\":\"%s\",\"trace\":[%s]",
		  id, text, level, trace);
}

static void requirements(struct draft *d)
{
	requirement(d, "MCI-KEY-01", "mandatory", "A key pair can be made, read, listed and removed.",
		    "{\"document\":\"ITU-T Y.3513\",\"clause\":null,\"level\":\"should\","
		    "\"confidence\":\"T\",\"note\":\"title only\"}");
	requirement(d, "MCI-KEY-02", "mandatory", "A name in use is refused, and nothing changes.",
		    "{\"document\":\"ISO/IEC 19941\",\"clause\":\"5.2.1.5\",\"level\":\"info\","
		    "\"confidence\":\"V\",\"note\":\"\"},{\"document\":\"project rule\","
		    "\"clause\":null,\"level\":\"n-a\",\"confidence\":\"–\",\"note\":\"\"}");
	requirement(d, "MCI-NET-01", "mandatory", "A virtual network has the address range asked for.",
		    "{\"document\":\"ITU-T Q.4041.1\",\"clause\":\"9.10\",\"level\":\"info\","
		    "\"confidence\":\"V\",\"note\":\"by analogy\"}");
	requirement(d, "MCI-NET-09", "advisory", "The description of a network is kept.", "");
	requirement(d, "MCI-VM-01", "mandatory", "A machine can be made, started and removed.",
		    "{\"document\":\"ITU-T Y.3513\",\"clause\":\"7.1.2\",\"level\":\"should\","
		    "\"confidence\":\"V\",\"note\":\"\"}");
	requirement(d, "MCI-VM-07", "conditional", "A suspended machine keeps its memory.", "");
	requirement(d, "MCI-SG-05", "mandatory", "Rules can be changed on an existing group.", "");
}

static void targets(struct draft *d)
{
	draft_add(d, "target", "\"target\":\"alpha\",\"driver\":\"spider\",\"layer\":{\"product\":"
		  "\"CB-Spider\",\"version\":\"0.12.3\"},\"backend\":{\"provider\":\"OpenStack\","
		  "\"region\":\"RegionOne\"},\"scope_note\":\"DevStack stand-in, one node; images "
		  "are CirrOS.\",\"ics_digest\":\"%064d\",\"ixit_digest\":\"%064d\",\"ics\":{"
		  "\"keypair\":\"supported\",\"vpc\":\"supported\",\"vm\":\"supported\","
		  "\"vm.suspend\":\"supported\",\"sg.change\":\"unknown\"},\"ics_full\":false,"
		  "\"embedded\":false", 11, 12);
	draft_add(d, "target", "\"target\":\"beta\",\"driver\":\"openstack\",\"layer\":{\"product\":"
		  "\"native\",\"version\":\"2.90\"},\"backend\":{\"provider\":\"Example Cloud\","
		  "\"region\":\"kr-1\"},\"scope_note\":\"\",\"ics_digest\":\"%064d\","
		  "\"ixit_digest\":\"%064d\",\"ics\":{\"keypair\":\"supported\",\"vpc\":"
		  "\"supported\",\"vm\":\"supported\",\"vm.suspend\":\"unsupported\","
		  "\"sg.change\":\"supported\"},\"ics_full\":true,\"embedded\":false", 21, 22);
}

static void test_line(struct draft *d, const char *id, const char *title, const char *purpose,
		      const char *requirement_id)
{
	draft_add(d, "case", "\"case\":\"%s\",\"title\":\"%s\",\"purpose\":\"%s\","
		  "\"requirements\":[\"%s\"],\"impact\":\"create\",\"severity\":\"major\"", id, title,
		  purpose, requirement_id);
}

static void tests(struct draft *d)
{
	test_line(d, "compute.keypair.create-delete", "A key pair can be made and removed",
		  "Everything else that a user does begins with a key.", "MCI-KEY-01");
	test_line(d, "compute.keypair.duplicate-name", "A second key pair of one name is refused",
		  "A silent replacement locks people out of their machines.", "MCI-KEY-02");
	test_line(d, "network.vpc.cidr-kept", "A network has the range asked for", "",
		  "MCI-NET-01");
	test_line(d, "network.vpc.description", "A network keeps its description", "", "MCI-NET-09");
	test_line(d, "compute.vm.lifecycle", "A machine can be made, started and removed", "",
		  "MCI-VM-01");
	test_line(d, "compute.vm.suspend", "A suspended machine keeps its memory", "", "MCI-VM-07");
	test_line(d, "network.sg.change", "Rules of a group can be changed", "", "MCI-SG-05");
}

static void row(struct draft *d, int n, const char *id, const char *target, const char *level,
		const char *decision, const char *cause, const char *reason)
{
	draft_add(d, "row", "\"row\":%d,\"case\":\"%s\",\"target\":\"%s\",\"level\":\"%s\","
		  "\"decision\":\"%s\",\"cause\":\"%s\",\"reason\":\"%s\"", n, id, target, level,
		  decision, cause, reason);
}

static void rows(struct draft *d)
{
	row(d, 1, "compute.keypair.create-delete", "alpha", "mandatory", "run", "", "");
	row(d, 2, "compute.keypair.create-delete", "beta", "mandatory", "run", "", "");
	row(d, 3, "compute.keypair.duplicate-name", "alpha", "mandatory", "run", "", "");
	row(d, 4, "compute.keypair.duplicate-name", "beta", "mandatory", "run", "", "");
	row(d, 5, "network.vpc.cidr-kept", "alpha", "mandatory", "run", "", "");
	row(d, 6, "network.vpc.cidr-kept", "beta", "mandatory", "run", "", "");
	row(d, 7, "network.vpc.description", "alpha", "advisory", "run", "", "");
	row(d, 8, "network.vpc.description", "beta", "advisory", "run", "", "");
	row(d, 9, "compute.vm.lifecycle", "alpha", "mandatory", "run", "", "");
	row(d, 10, "compute.vm.lifecycle", "beta", "mandatory", "run", "", "");
	row(d, 11, "compute.vm.suspend", "alpha", "conditional", "not-run", "limit",
	    "needs 2 machines, the target declares 1");
	row(d, 12, "compute.vm.suspend", "beta", "conditional", "not-applicable", "",
	    "the statement says vm.suspend: unsupported");
	row(d, 13, "network.sg.change", "alpha", "mandatory", "not-run", "undeclared",
	    "the target answered that it does not offer this");
	row(d, 14, "network.sg.change", "beta", "mandatory", "waived", "",
	    "known defect EX-101, owner network team, until 2027-03-31");
}

static void start(struct draft *d, int n, int attempt)
{
	draft_add(d, "start", "\"row\":%d,\"attempt\":%d", n, attempt);
}

static void finish(struct draft *d, int n, int attempt, const char *verdict, const char *cause,
		   const char *cleanup, int ms)
{
	draft_add(d, "finish", "\"row\":%d,\"attempt\":%d,\"verdict\":\"%s\",\"cause\":\"%s\","
		  "\"cleanup\":\"%s\",\"ms\":%d", n, attempt, verdict, cause, cleanup, ms);
}

static void step(struct draft *d, int n, int attempt, int i, const char *kind, bool ok,
		 const char *req, const char *what, const char *expected, const char *observed,
		 const char *more)
{
	draft_add(d, "step", "\"row\":%d,\"attempt\":%d,\"n\":%d,\"kind\":\"%s\",\"requirement\":"
		  "\"%s\",\"advisory\":%s,\"what\":\"%s\",\"expected\":\"%s\",\"observed\":\"%s\","
		  "\"ok\":%s,\"at\":\"keypair_duplicate.c:31\"%s", n, attempt, i, kind, req,
		  strstr(more, "ADVISORY") ? "true" : "false", what, expected, observed,
		  ok ? "true" : "false", strstr(more, "ADVISORY") ? "" : more);
}

static void passes(struct draft *d, int n, int attempt, const char *req, int ms)
{
	start(d, n, attempt);
	step(d, n, attempt, 1, "stimulus", true, "", "create the resource", "accepted", "accepted", "");
	step(d, n, attempt, 2, "check", true, req, "it is found under its id", "found", "found", "");
	finish(d, n, attempt, "pass", "", "clean", ms);
}

static void duplicate_fails(struct draft *d, const char *dir)
{
	struct str more = { 0 };
	char here[65], gone[65];

	exchange(dir, "alpha", "{\"salt\":\"5f1c\",\"op\":\"keypair.create\",\"method\":\"POST\","
		 "\"url\":\"http://192.0.2.10:1024/spider/keypair\",\"request_headers\":"
		 "{\"Authorization\":\"***\",\"Content-Type\":\"application/json\"},\"request\":"
		 "\"{\\\"ConnectionName\\\":\\\"alpha\\\",\\\"ReqInfo\\\":{\\\"Name\\\":"
		 "\\\"pf3k9x01a\\\"}}\",\"status\":200,\"reply_headers\":{\"Content-Type\":"
		 "\"application/json\"},\"reply\":\"{\\\"IId\\\":{\\\"NameId\\\":\\\"pf3k9x01a\\\","
		 "\\\"SystemId\\\":\\\"pf3k9x01a-<b>&amp;\\\"},\\\"PrivateKey\\\":\\\"***\\\"}\","
		 "\"request_sha256\":\"00\",\"reply_sha256\":\"00\",\"started_us\":1,\"waited_us\":0,"
		 "\"first_byte_us\":81234,\"total_us\":82100,\"error\":\"\"}", here);
	sha256_hex("withheld", 8, gone);
	start(d, 3, 1);
	draft_add(d, "ledger", "\"row\":3,\"op\":\"intent\",\"target\":\"alpha\",\"kind\":\"keypair\","
		  "\"name\":\"pf3k9x01a\",\"id\":\"\",\"parent\":\"\",\"intent\":1");
	step(d, 3, 1, 1, "stimulus", true, "", "create key pair pf3k9x01a", "accepted", "accepted", "");
	draft_add(d, "ledger", "\"row\":3,\"op\":\"created\",\"target\":\"alpha\",\"kind\":\"keypair\","
		  "\"name\":\"pf3k9x01a\",\"id\":\"kp-77\",\"parent\":\"\",\"intent\":1");
	str_addf(&more, ",\"error\":{\"class\":\"unavailable\",\"guessed\":true,\"http\":500,\"code\":"
		 "\"InternalError\",\"text\":\"keypair pf3k9x01a already exists\"},"
		 "\"exchanges\":[\"%s\",\"%s\"]", here, gone);
	step(d, 3, 1, 2, "check", false, "MCI-KEY-02", "creating a second key pair of the same name",
	     "refused: conflict", "unavailable, HTTP 500", more.text);
	step(d, 3, 1, 3, "check", true, "MCI-KEY-02", "the first key pair is unchanged",
	     "SHA256:aX3…", "SHA256:aX3…", "");
	finish(d, 3, 1, "fail", "", "clean", 4225);
	draft_add(d, "ledger", "\"row\":3,\"op\":\"gone\",\"target\":\"alpha\",\"kind\":\"keypair\","
		  "\"name\":\"pf3k9x01a\",\"id\":\"kp-77\",\"parent\":\"\",\"intent\":1");
	str_release(&more);
}

static void network_rows(struct draft *d)
{
	start(d, 5, 1);
	draft_add(d, "ledger", "\"row\":5,\"op\":\"created\",\"target\":\"alpha\",\"kind\":\"vpc\","
		  "\"name\":\"pf3k9x02b\",\"id\":\"8c1f2a-net\",\"parent\":\"\",\"intent\":2");
	step(d, 5, 1, 1, "stimulus", true, "", "create vpc 10.222.0.0/16", "accepted", "accepted", "");
	step(d, 5, 1, 2, "check", true, "MCI-NET-01", "its range", "10.222.0.0/16",
	     "10.222.0.0/16", "");
	draft_add(d, "ledger", "\"row\":5,\"op\":\"delete-sent\",\"target\":\"alpha\",\"kind\":"
		  "\"vpc\",\"name\":\"pf3k9x02b\",\"id\":\"8c1f2a-net\",\"parent\":\"\",\"intent\":2");
	draft_add(d, "wait", "\"row\":5,\"attempt\":1,\"what\":\"vpc pf3k9x02b gone\",\"polls\":61,"
		  "\"same\":60,\"ms\":600123");
	finish(d, 5, 1, "pass", "", "leftover", 604001);
	passes(d, 6, 1, "MCI-NET-01", 1543);
	start(d, 7, 1);
	step(d, 7, 1, 1, "check", true, "MCI-NET-09", "the network is listed", "listed", "listed", "");
	step(d, 7, 1, 2, "check", false, "MCI-NET-09", "its description", "plugfest 조합 시험",
	     "(empty)", "ADVISORY");
	finish(d, 7, 1, "pass-with-deviation", "", "clean", 977);
	passes(d, 8, 1, "MCI-NET-09", 801);
}

static void machine_rows(struct draft *d)
{
	start(d, 9, 1);
	step(d, 9, 1, 1, "stimulus", false, "", "create vm of spec m1.tiny", "accepted",
	     "quota: 10 of 10 cores in use", ",\"error\":{\"class\":\"quota\",\"guessed\":false,"
	     "\"http\":403,\"code\":\"Forbidden\",\"text\":\"Quota exceeded for cores: Requested "
	     "1, but already used 10 of 10 cores\"}");
	finish(d, 9, 1, "inconclusive", "quota", "none", 310);
	start(d, 10, 1);
	step(d, 10, 1, 1, "stimulus", true, "", "create vm", "accepted", "accepted", "");
	draft_add(d, "crashed", "\"signal\":11,\"rows\":[10]");
	passes(d, 10, 2, "MCI-VM-01", 42017);
}

void fixture_full(const char *dir)
{
	struct draft d;

	draft_begin(&d);
	draft_add(&d, "run", "%s", run_line);
	requirements(&d);
	targets(&d);
	tests(&d);
	rows(&d);
	draft_add(&d, "inventory", "\"target\":\"alpha\",\"when\":\"before\",\"kind\":\"vpc\","
		  "\"count\":2,\"digest\":\"\",\"leftover\":[],\"changed_by_others\":0");
	draft_add(&d, "session", "\"target\":\"alpha\",\"answers_as\":{\"product\":\"CB-Spider\","
		  "\"version\":\"0.12.3\"},\"identity\":\"\",\"dialect\":{\"names\":\"unique\"}");
	passes(&d, 1, 1, "MCI-KEY-01", 1203);
	passes(&d, 2, 1, "MCI-KEY-01", 998);
	duplicate_fails(&d, dir);
	passes(&d, 4, 1, "MCI-KEY-02", 1120);
	network_rows(&d);
	machine_rows(&d);
	draft_add(&d, "inventory", "\"target\":\"alpha\",\"when\":\"after\",\"kind\":\"vpc\","
		  "\"count\":4,\"digest\":\"\",\"leftover\":[\"pf3k9x02b\"],\"changed_by_others\":1");
	draft_end(&d, "completed");
	fixture_write(dir, "journal.jsonl", d.text.text, d.text.len);
	draft_release(&d);
}

/* The suite. */

static struct report *load_full(void)
{
	char *dir = fixture_dir();
	struct report *r = NULL;
	struct error err;

	fixture_full(dir);
	ck_assert_int_eq(report_load(dir, &r, &err), 0);
	fixture_remove(dir);
	return r;
}

START_TEST(the_model_has_what_the_journal_says)
{
	struct report *r = load_full();
	struct tally t;

	ck_assert_uint_eq(r->row_count, 14);
	ck_assert_uint_eq(r->tally.total, 14);
	ck_assert_uint_eq(r->tally.verdict[VERDICT_PASS], 7);
	ck_assert_uint_eq(r->tally.verdict[VERDICT_FAIL], 1);
	ck_assert_uint_eq(r->tally.verdict[VERDICT_DEVIATION], 1);
	ck_assert_uint_eq(r->tally.verdict[VERDICT_INCONCLUSIVE], 1);
	ck_assert_uint_eq(r->tally.verdict[VERDICT_NOT_RUN], 2);
	ck_assert_uint_eq(r->tally.verdict[VERDICT_NOT_APPLICABLE], 1);
	ck_assert_uint_eq(r->tally.verdict[VERDICT_WAIVED], 1);
	ck_assert_uint_eq(r->tally.cleanup[CLEANUP_LEFTOVER], 1);
	ck_assert_int_eq(r->rows[9].verdict, VERDICT_PASS);
	ck_assert_uint_eq(r->rows[9].attempt_count, 2);
	ck_assert(r->rows[9].attempts[0].crashed);
	ck_assert(r->complete && !r->ics_full);
	ck_assert_int_eq(report_verdict(r), RUN_NOT_CONFORMANT);
	ck_assert_int_eq(report_target_verdict(r, &r->targets[0], &t), RUN_NOT_CONFORMANT);
	ck_assert_int_eq(report_target_verdict(r, &r->targets[1], &t), RUN_CONFORMANT);
	ck_assert_uint_eq(t.total, 7);
	ck_assert_uint_eq(r->exchange_count, 2);
	report_free(r);
}
END_TEST

static void add_text(void *arg, enum verify_mark mark, const char *rule, const char *detail)
{
	str_addf(arg, "%d %s: %s\n", (int)mark, rule, detail);
}

START_TEST(a_run_verifies_until_a_byte_changes)
{
	char *dir = fixture_dir();
	struct report *r = NULL;
	struct str lines = { 0 };
	struct error err;

	fixture_full(dir);
	ck_assert_int_eq(report_load(dir, &r, &err), 0);
	ck_assert_int_eq(report_write_all(r, dir, "ko", &err), 0);
	ck_assert_msg(report_verify(dir, NULL, add_text, &lines, &err) == 0, "%s", lines.text);
	ck_assert_ptr_null(strstr(lines.text, "1 "  "verdicts"));
	fixture_write(dir, "junit.xml", "<testsuites/>\n", 14);
	str_clear(&lines);
	ck_assert_int_eq(report_verify(dir, NULL, add_text, &lines, &err), ERR_INVALID);
	ck_assert_ptr_nonnull(strstr(lines.text, "1 junit.xml: other bytes"));
	str_release(&lines);
	report_free(r);
	fixture_remove(dir);
}
END_TEST

START_TEST(a_verdict_that_does_not_follow_is_found)
{
	char *dir = fixture_dir();
	struct str lines = { 0 };
	struct draft d;
	struct error err;

	draft_small(&d);
	start(&d, 1, 1);
	step(&d, 1, 1, 1, "check", false, "MCI-KEY-01", "a", "b", "c", "");
	finish(&d, 1, 1, "pass", "", "clean", 1);
	draft_end(&d, "completed");
	fixture_write(dir, "journal.jsonl", d.text.text, d.text.len);
	ck_assert_int_eq(report_verify(dir, NULL, add_text, &lines, &err), ERR_INVALID);
	ck_assert_ptr_nonnull(strstr(lines.text, "1 verdicts: line 8: row 1"));
	ck_assert_ptr_nonnull(strstr(lines.text, "0 chain"));
	str_release(&lines);
	draft_release(&d);
	fixture_remove(dir);
}
END_TEST

START_TEST(what_is_left_open_is_never_conformant)
{
	static const struct {
		bool finished, end;
		const char *outcome, *more;
		enum run_verdict verdict;
	} ways[] = {
		{ true, true, "completed", NULL, RUN_CONFORMANT },
		{ true, false, "completed", NULL, RUN_UNDECIDED },
		{ true, true, "interrupted", NULL, RUN_UNDECIDED },
		{ false, true, "completed", NULL, RUN_UNDECIDED },
		{ true, true, "completed", "\"row\":0,\"op\":\"created\",\"target\":\"alpha\","
		  "\"kind\":\"vpc\",\"name\":\"x\",\"intent\":9", RUN_UNDECIDED },
		{ true, true, "completed", "\"row\":1,\"op\":\"unknown\",\"target\":\"alpha\","
		  "\"kind\":\"vpc\",\"name\":\"x\",\"intent\":9", RUN_UNDECIDED },
		{ true, true, "completed", "\"row\":1,\"op\":\"gone\",\"target\":\"alpha\","
		  "\"kind\":\"vpc\",\"name\":\"x\",\"intent\":9", RUN_CONFORMANT },
	};
	char *dir = fixture_dir();
	struct report *r = NULL;
	struct draft d;
	struct error err;

	draft_small(&d);
	start(&d, 1, 1);
	step(&d, 1, 1, 1, "check", true, "MCI-KEY-01", "a", "b", "b", "");
	if (ways[_i].finished)
		finish(&d, 1, 1, "pass", "", "clean", 1);
	if (ways[_i].more)
		draft_add(&d, "ledger", "%s", ways[_i].more);
	if (ways[_i].end)
		draft_end(&d, ways[_i].outcome);
	fixture_write(dir, "journal.jsonl", d.text.text, d.text.len);
	ck_assert_int_eq(report_load(dir, &r, &err), 0);
	ck_assert_int_eq(report_verdict(r), ways[_i].verdict);
	report_free(r);
	draft_release(&d);
	fixture_remove(dir);
}
END_TEST

START_TEST(a_line_that_cannot_be_is_as_good_as_broken)
{
	static const char *const bad[][2] = {
		{ "step", "\"row\":1,\"attempt\":1,\"n\":1" }, { "start", "\"row\":2,\"attempt\":1" },
		{ "start", "\"row\":1,\"attempt\":2" }, { "row", "\"row\":2,\"case\":\"nope\"" },
		{ "finish", "\"row\":-1" }, { "case", "\"case\":\"late\"" }, { "run", "" },
		{ "session", "\"target\":\"nope\"" },
		{ "crashed", "\"rows\":[99999999999]" }, { "inventory", "\"target\":\"nope\"" },
	};
	char *dir = fixture_dir();
	struct report *r = NULL;
	struct draft d;
	struct error err;
	struct str out = { 0 };

	draft_small(&d);
	draft_add(&d, bad[_i][0], "%s", bad[_i][1]);
	draft_end(&d, "completed");
	fixture_write(dir, "journal.jsonl", d.text.text, d.text.len);
	ck_assert_int_eq(report_load(dir, &r, &err), 0);
	ck_assert_int_eq(r->state.broken_line, 6);
	ck_assert_int_eq(report_verdict(r), RUN_UNDECIDED);
	report_summary(r, NULL, &out);
	ck_assert_ptr_nonnull(strstr(out.text, "broken at line 6"));
	str_release(&out);
	report_free(r);
	draft_release(&d);
	fixture_remove(dir);
}
END_TEST

START_TEST(the_summary_names_each_finding)
{
	struct report *r = load_full();
	struct str out = { 0 };

	report_summary(r, NULL, &out);
	ck_assert_ptr_nonnull(strstr(out.text, "Does not meet the profile"));
	ck_assert_ptr_nonnull(strstr(out.text, "plugfest run -t alpha.yaml -p iaas-core --only "
					       "compute.keypair.duplicate-name\n"));
	ck_assert_ptr_nonnull(strstr(out.text, "14 rows: 7 pass"));
	str_release(&out);
	report_free(r);
}
END_TEST

/* The journal of tests/e2e/report is this one, so that others can render it too. */
START_TEST(the_committed_journal_is_the_same)
{
	char *dir = fixture_dir(), *path = xasprintf("%s/journal.jsonl", dir);
	struct str a = { 0 }, b = { 0 };

	fixture_full(dir);
	ck_assert_int_eq(report_slurp(path, 1 << 20, &a), 0);
	ck_assert_int_eq(report_slurp("tests/e2e/report/run/journal.jsonl", 1 << 20, &b), 0);
	ck_assert_str_eq(a.text, b.text);
	str_release(&a);
	str_release(&b);
	free(path);
	fixture_remove(dir);
}
END_TEST

Suite *model_report_suite(void);
Suite *model_report_suite(void)
{
	Suite *s = suite_create("reports/model");
	TCase *tc = tcase_create("model");

	tcase_add_test(tc, the_model_has_what_the_journal_says);
	tcase_add_test(tc, a_run_verifies_until_a_byte_changes);
	tcase_add_test(tc, a_verdict_that_does_not_follow_is_found);
	tcase_add_loop_test(tc, what_is_left_open_is_never_conformant, 0, 7);
	tcase_add_loop_test(tc, a_line_that_cannot_be_is_as_good_as_broken, 0, 10);
	tcase_add_test(tc, the_summary_names_each_finding);
	tcase_add_test(tc, the_committed_journal_is_the_same);
	suite_add_tcase(s, tc);
	return s;
}
