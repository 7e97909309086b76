/* plugfest run and plan: options, targets and plan, then the run and its reports. */
#include <dirent.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "cmd.h"
#include "cmd_again.h"
#include "cmd_ask.h"
#include "cmd_permit.h"
#include "plan/plan.h"
#include "refcloud/refcloud.h"
#include "report.h"
#include "run/run.h"

struct run_args {
	struct texts targets, only, skip;
	struct texts words;		/* of the embedded options */
	struct embedded_options embedded;
	const char *profile, *output, *waiver_file;
	const char *rerun, *resume;	/* NULL: neither */
	unsigned others;		/* options that an earlier run has settled */
	const struct past *past;	/* what --rerun or --resume goes on from */
	bool inline_secrets, plan_only, ask, yes;
	struct permit permit;
	char **folder;			/* gets that of the run; NULL */
	struct run_options run;
};

enum {
	OPT_ONLY = 256, OPT_SKIP, OPT_PARTICIPANT, OPT_EVENT, OPT_TESTER, OPT_CHALLENGE, OPT_ALLOW,
	OPT_AUTHORISATION, OPT_READ_ONLY, OPT_INLINE, OPT_FACE, OPT_FAULT, OPT_FAULT_FILE,
	OPT_LATENCY, OPT_SEED, OPT_SCALE, OPT_CRASH, OPT_QUOTA, OPT_WAIVERS,
	OPT_RERUN, OPT_RESUME, OPT_ASK, OPT_EGRESS, OPT_YES,
};
static const struct option options[] = {
	{ "target", required_argument, NULL, 't' }, { "profile", required_argument, NULL, 'p' },
	{ "jobs", required_argument, NULL, 'j' }, { "output", required_argument, NULL, 'o' },
	{ "quiet", no_argument, NULL, 'q' }, { "only", required_argument, NULL, OPT_ONLY },
	{ "skip", required_argument, NULL, OPT_SKIP },
	{ "participant", required_argument, NULL, OPT_PARTICIPANT },
	{ "event", required_argument, NULL, OPT_EVENT },
	{ "tester", required_argument, NULL, OPT_TESTER },
	{ "challenge", required_argument, NULL, OPT_CHALLENGE },
	{ "allow", required_argument, NULL, OPT_ALLOW },
	{ "authorisation", required_argument, NULL, OPT_AUTHORISATION },
	{ "read-only", no_argument, NULL, OPT_READ_ONLY },
	{ "inline-secrets", no_argument, NULL, OPT_INLINE },
	{ "face", required_argument, NULL, OPT_FACE },
	{ "fault", required_argument, NULL, OPT_FAULT },
	{ "set-fault-file", required_argument, NULL, OPT_FAULT_FILE },
	{ "latency", required_argument, NULL, OPT_LATENCY },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "time-scale", required_argument, NULL, OPT_SCALE },
	{ "quota", required_argument, NULL, OPT_QUOTA },
	{ "egress", required_argument, NULL, OPT_EGRESS },
	{ "waivers", required_argument, NULL, OPT_WAIVERS },
	{ "rerun", required_argument, NULL, OPT_RERUN },
	{ "resume", required_argument, NULL, OPT_RESUME }, { "ask", no_argument, NULL, OPT_ASK },
	{ "yes", no_argument, NULL, OPT_YES },
	{ "crash-worker-after", required_argument, NULL, OPT_CRASH },	/* for the crash tests */
	{ 0 },
};

static int number(const char *option, const char *text, int64_t max, int64_t *ret)
{
	*ret = str_to_int(text, max);
	if (*ret >= 0)
		return 0;
	fprintf(stderr, "plugfest: %s: found \"%s\"; wanted a number up to %lld\n", option, text,
		(long long)max);
	return EXIT_USAGE;
}

static int wrong(const char *what)
{
	fprintf(stderr, "plugfest: %s\n", what);
	return EXIT_USAGE;
}

static int take(int opt, struct run_args *a)
{
	int64_t n;

	switch (opt) {
	case 't': texts_add(&a->targets, optarg); break;
	case 'p': a->profile = optarg; break;
	case 'o': a->output = optarg; break;
	case 'q': a->run.quiet = true; break;
	case 'j':
		if (number("-j", optarg, 1000, &a->run.jobs))
			return EXIT_USAGE;
		break;
	case OPT_ONLY: texts_add(&a->only, optarg); break;
	case OPT_SKIP: texts_add(&a->skip, optarg); break;
	case OPT_PARTICIPANT: a->run.participant = optarg; break;
	case OPT_EVENT: a->run.event = optarg; break;
	case OPT_TESTER: a->run.tester = optarg; break;
	case OPT_CHALLENGE: a->run.challenge = optarg; break;
	case OPT_AUTHORISATION: a->run.authorisation = optarg; break;
	case OPT_READ_ONLY: a->run.read_only = true; break;
	case OPT_YES: a->yes = true; break;
	case OPT_INLINE: a->inline_secrets = true; break;
	case OPT_FACE: texts_add(&a->embedded.faces, optarg); break;
	case OPT_FAULT: texts_add(&a->embedded.faults, optarg); break;
	case OPT_FAULT_FILE: a->embedded.fault_file = optarg; break;
	case OPT_LATENCY: a->embedded.latency = optarg; break;
	case OPT_SEED: a->embedded.seed = optarg; break;
	case OPT_SCALE: a->embedded.time_scale = optarg; break;
	case OPT_RERUN: a->rerun = optarg; break;
	case OPT_RESUME: a->resume = optarg; break;
	case OPT_ASK:
		a->ask = true;
		return a->plan_only ? 0 : wrong("--ask is for `plugfest plan`: a run always asks");
	case OPT_WAIVERS: a->waiver_file = optarg; break;
	case OPT_QUOTA: a->embedded.quota = optarg; break;
	case OPT_EGRESS: a->embedded.egress = optarg; break;
	case OPT_CRASH:
		if (number("--crash-worker-after", optarg, 1000000, &n))
			return EXIT_USAGE;
		a->run.crash_after_events = (int)n;
		break;
	case OPT_ALLOW:
		return permit_add(&a->run, optarg);
	default:
		return EXIT_USAGE;
	}
	return 0;
}

/* The earlier run has settled all but where to write and how loud to be. */
static int check_again(int argc, char **argv, struct run_args *a)
{
	if (a->rerun && a->resume)
		return wrong("found --rerun with --resume; wanted one of them");
	if (a->plan_only)
		return wrong("--rerun and --resume are for `plugfest run`");
	if (a->others)
		return wrong("with --rerun and --resume only -o, -q, -j, -t, --yes and --inline-secrets "
			     "may be given: the rest is as in that run");
	if (a->resume && a->output)
		return wrong("found -o with --resume, which goes on in the run's own folder");
	if (a->rerun && strcmp(a->rerun, "failed"))
		return fprintf(stderr, "plugfest: --rerun: found \"%s\"; wanted failed\n", a->rerun),
		       EXIT_USAGE;
	if (a->rerun && optind + 1 != argc)
		return wrong("--rerun failed wants one folder of results");
	if (a->rerun)
		a->rerun = argv[optind++];
	return 0;
}

static int parse(int argc, char **argv, struct run_args *a)
{
	static const int free_again[] = { 't', 'o', 'q', 'j', OPT_INLINE, OPT_RERUN, OPT_RESUME,
					  OPT_CRASH, OPT_YES };
	int opt, r = 0;

	optind = 0;
	while ((opt = getopt_long(argc, argv, "t:p:j:o:q", options, NULL)) != -1) {
		if (take(opt, a))
			return opt == '?' ? cmd_usage(argv[0], false) : EXIT_USAGE;
		a->others++;
		for (size_t i = 0; i < sizeof(free_again) / sizeof(*free_again); i++)
			a->others -= free_again[i] == opt;
	}
	if (a->rerun || a->resume)
		r = check_again(argc, argv, a);
	else if (a->yes && !a->past)
		r = wrong("--yes is for --rerun and --resume: no other run believes a folder");
	if (r)
		return r;
	if (optind < argc) {
		fprintf(stderr, "plugfest: found \"%s\"; wanted options only\n", argv[optind]);
		return cmd_usage(argv[0], false);
	}
	/* Of an earlier run the journal has it, and the file may be gone. */
	if (!a->past && permit_check(&a->run, &a->permit))
		return EXIT_USAGE;
	if (a->targets.count && (a->embedded.faults.count || a->embedded.fault_file))
		return wrong("faults are for the reference cloud: give no -t");
	return 0;
}

static int open_targets(struct run_args *a, struct targets *targets, struct embedded *cloud)
{
	if (a->past)
		return again_targets(a->past, &a->targets, a->inline_secrets, a->yes, &a->embedded,
				     cloud, targets);
	if (a->targets.count)
		return targets_read(&a->targets, a->inline_secrets, targets);
	if (!a->embedded.faces.count)
		for (size_t i = 0; i < face_count(); i++)
			texts_add(&a->embedded.faces, face_at(i)->name);
	return embedded_start(&a->embedded, cloud, targets);
}

/* A new folder: results/20261121-030405-RUN, or the one asked for, empty. */
static int make_folder(struct run_args *a, char **ret, struct error *err)
{
	time_t now = time(NULL);
	struct tm tm;
	char stamp[24];
	DIR *d;
	int entries = 0;

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &tm);
	*ret = a->output ? xstrdup(a->output) : xasprintf("results/%s-%s", stamp, a->run.run_id);
	if (folder_make(*ret, err) < 0)
		return err->code;
	d = opendir(*ret);
	while (d && readdir(d))
		entries++;
	if (d)
		closedir(d);
	return entries > 2 ? err_at(err, ERR_INVALID, *ret, 0,
				    "found files there; -o wants a new or empty folder") : ERR_OK;
}

static int write_reports(const char *dir, enum job_outcome outcome, bool quiet)
{
	AUTO(report) struct report *r = NULL;
	AUTO(str_buf) struct str s = { 0 };
	struct error err;

	if (report_load(dir, &r, &err) < 0 || report_write_all(r, dir, "en", &err) < 0)
		return cmd_fail(&err);
	report_summary(r, dir, &s);
	if (!quiet || outcome != JOB_COMPLETED)
		fputs(s.text, stdout);
	else
		printf("%.*s\n", (int)strcspn(s.text, "\n"), s.text);
	printf("\nReports: %s/report.html  report.ko.html  junit.xml  report.json\n", dir);
	if (outcome == JOB_FAILED)
		return EXIT_INCOMPLETE;
	return report_exit(r);
}

static int run_plan(struct run_args *a, const struct plan *plan)
{
	AUTO(str) char *dir = NULL;
	enum job_outcome outcome;
	struct error err;
	int r;

	a->run.plan = plan;
	embedded_words(&a->embedded, &a->words);
	a->run.embedded = a->words.at;
	run_id_make(a->run.run_id);
	if (a->resume) {
		dir = xstrdup(a->resume);
		str_copy(a->run.run_id, sizeof(a->run.run_id), past_text(a->past, "run"));
	} else if (make_folder(a, &dir, &err) < 0) {
		return cmd_fail(&err);
	}
	a->run.dir = dir;
	a->run.rerun_of = a->rerun ? a->past : NULL;
	if (a->folder)
		*a->folder = xstrdup(dir);
	a->run.standards_dir = a->run.standards_dir ? a->run.standards_dir : "standards";
	r = a->resume ? run_resume(&a->run, a->past, &outcome, &err) :
			run_all(&a->run, &outcome, &err);
	if (r < 0)
		return cmd_fail(&err);
	return write_reports(dir, outcome, a->run.quiet);
}

/* What this machine cannot carry is refused before anything is sent. */
static int check_machine(const struct targets *targets, struct error *err)
{
	struct rlimit files;
	int64_t need = 64;

	for (size_t i = 0; i < targets->count; i++)
		need += targets->at[i]->connections;
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY &&
	    (int64_t)files.rlim_cur < need)
		return err_set(err, ERR_INVALID, "found a limit of %lld open files; wanted %lld for the "
			       "connections of the targets: raise it (ulimit -n) or lower "
			       "limits: connections:", (long long)files.rlim_cur, (long long)need);
	return ERR_OK;
}

static void print_waivers(const struct waivers *w, const struct plan *plan, struct str *to)
{
	time_t now = time(NULL);
	struct tm tm;
	char day[12];

	gmtime_r(&now, &tm);
	strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	if (w)
		waivers_print(w, plan, day, to);
}

static int with_targets(struct run_args *a, const struct profile *profile, struct targets *targets)
{
	struct plan_options how = { .only = a->only.at, .skip = a->skip.at,
				    .allow_intrusive = a->run.allow_intrusive,
				    .allow_load = a->run.allow_load,
				    .read_only = a->run.read_only };
	AUTO(str_buf) struct str s = { 0 };
	struct plan plan = { 0 };
	char unwanted[80] = "";
	struct error err;
	int r;

	if (a->rerun) {
		snprintf(unwanted, sizeof(unwanted), "it did not fail in run %.12s",
			 past_text(a->past, "run"));
		how.wanted = again_wanted;
		how.wanted_arg = a->past;
		how.unwanted = unwanted;
	}
	if (testcases_check(&err) < 0 || check_machine(targets, &err) < 0)
		return cmd_fail(&err);
	r = a->resume ? past_plan(a->past, profile, targets->at, targets->count, &plan, &err) :
			plan_make(profile, targets->at, targets->count, &how, &plan, &err);
	if (r < 0)
		return cmd_fail(&err);
	if (a->plan_only) {
		AUTO(str_buf) struct str asked = { 0 };

		if (a->ask)
			ask_quotas(&plan, &asked);
		else
			ask_nobody(&asked);
		plan_print(&plan, &s);
		str_add(&s, str_text(&asked));
		print_waivers(a->run.waivers, &plan, &s);
		fputs(str_text(&s), stdout);
		r = 0;
	} else {
		r = run_plan(a, &plan);
	}
	plan_free(&plan);
	return r;
}

static void args_release(struct run_args *a)
{
	permit_release(&a->permit);
	free(a->targets.at);
	free(a->only.at);
	free(a->skip.at);
	free(a->words.at);
	free(a->embedded.faces.at);
	free(a->embedded.faults.at);
}

static int with_args(struct run_args *a)
{
	struct embedded cloud = { 0 };
	struct targets targets = { 0 };
	struct profile *profile = NULL;
	struct waivers *waivers = NULL;
	AUTO(str) char *standards = xstrdup(data_folder("standards"));
	struct error err;
	int r;

	a->run.standards_dir = standards;
	/* Whatever is the matter with it, an option named it. */
	if (profile_read(a->profile, data_folder("profiles"), &profile, &err) < 0) {
		cmd_fail(&err);
		return EXIT_USAGE;
	}
	if (a->waiver_file && waivers_read(a->waiver_file, &waivers, &err) < 0) {
		profile_free(profile);
		return cmd_fail(&err);
	}
	a->run.waivers = waivers;
	if (a->past && again_profile(a->past, profile)) {
		waivers_free(waivers);
		profile_free(profile);
		return EXIT_USAGE;
	}
	signals_block();
	r = open_targets(a, &targets, &cloud);
	if (!r)
		r = with_targets(a, profile, &targets);
	embedded_stop(&cloud);
	targets_free(&targets);
	waivers_free(waivers);
	profile_free(profile);
	return r;
}

static struct run_args defaults(int argc, char **argv, bool plan_only)
{
	return (struct run_args){
		.profile = "iaas-core", .plan_only = plan_only,
		.run = { .commit = PLUGFEST_COMMIT, .dirty = PLUGFEST_DIRTY, .argc = argc,
			 .argv = (const char *const *)argv, .participant = "", .event = "",
			 .tester = "", .challenge = "", .authorisation = "",
			 .authorisation_file = "", .authorisation_digest = "" },
	};
}

/* What the earlier run was told, and the little that may be said anew. */
static int run_again(const struct run_args *given)
{
	struct run_args a = defaults(given->run.argc, (char **)given->run.argv, false);
	const char **told;
	struct past past;
	struct error err;
	int argc, r;

	if (past_read(given->resume ? given->resume : given->rerun, &past, &err) < 0) {
		cmd_fail(&err);
		return EXIT_USAGE;
	}
	told = past_options(&past, &argc);
	a.past = &past;
	r = parse(argc, (char **)told, &a);
	a.run.authorisation = past_text(&past, "authorisation");
	a.run.authorisation_file = past_text(&past, "authorisation_file");
	a.run.authorisation_digest = past_text(&past, "authorisation_digest");
	if (given->resume)
		a.waiver_file = NULL;	/* they stand in the journal */
	a.rerun = given->rerun;
	a.resume = given->resume;
	a.output = given->output;
	a.run.quiet = given->run.quiet;
	a.run.crash_after_events = given->run.crash_after_events;
	a.yes = given->yes;	/* never of what that run was told */
	a.inline_secrets |= given->inline_secrets;
	if (given->run.jobs)
		a.run.jobs = given->run.jobs;
	free(a.targets.at);
	a.targets = given->targets;
	if (!r)
		r = with_args(&a);
	a.targets = (struct texts){ 0 };
	args_release(&a);
	free(told);
	past_free(&past);
	return r;
}

static int run_or_plan(int argc, char **argv, bool plan_only)
{
	return cmd_run_as(argc, argv, &(struct run_as){ .profile = "iaas-core", .plan_only = plan_only,
							 .argc = argc, .argv = argv });
}

int cmd_run_as(int argc, char **argv, const struct run_as *as)
{
	struct run_args a = defaults(as->argc, as->argv, as->plan_only);
	int r;

	a.profile = as->profile;
	a.folder = as->folder;
	r = parse(argc, argv, &a);

	if (!r)
		r = a.rerun || a.resume ? run_again(&a) : with_args(&a);
	args_release(&a);
	return r;
}

int cmd_run(int argc, char **argv) { return run_or_plan(argc, argv, false); }
int cmd_plan(int argc, char **argv) { return run_or_plan(argc, argv, true); }
