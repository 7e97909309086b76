/* report, verify and sweep: what works from a run's folder. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "cmd.h"
#include "report.h"
#include "run/run.h"

int cmd_report(int argc, char **argv)
{
	static const struct option options[] = { { "output", required_argument, NULL, 'o' }, { 0 } };
	const char *out = NULL;
	AUTO(report) struct report *r = NULL;
	AUTO(str_buf) struct str s = { 0 };
	struct error err;
	int opt;

	optind = 1;
	while ((opt = getopt_long(argc, argv, "o:", options, NULL)) != -1) {
		if (opt != 'o')
			return cmd_usage("report", false);
		out = optarg;
	}
	if (optind + 1 != argc)
		return cmd_folder("report", argc - optind);
	if (report_load(argv[optind], &r, &err) < 0)
		return cmd_fail(&err);
	if ((out && folder_make(out, &err) < 0) ||
	    report_write_all(r, out ? out : argv[optind], "en", &err) < 0)
		return cmd_fail(&err);
	report_summary(r, argv[optind], &s);
	fputs(str_text(&s), stdout);
	return run_verdict_exit(report_verdict(r));
}

static void print_rule(void *arg, enum verify_mark mark, const char *rule, const char *detail)
{
	static const char *const word[] = { "held", "BROKEN", "absent" };

	(void)arg;
	printf("%-7s %s%s%s\n", word[mark], rule, *detail ? ": " : "", detail);
}

int cmd_verify(int argc, char **argv)
{
	struct error err;

	if (argc != 2)
		return cmd_folder("verify", argc - 1);
	if (report_verify(argv[1], NULL, print_rule, NULL, &err) == ERR_OK)
		return 0;
	cmd_fail(&err);
	return err.code == ERR_NOT_FOUND ? EXIT_USAGE : 2;
}

int cmd_sweep(int argc, char **argv)
{
	static const struct option options[] = { { "target", required_argument, NULL, 't' },
						 { "quiet", no_argument, NULL, 'q' },
						 { "yes", no_argument, NULL, 'y' }, { 0 } };
	struct target_options how = { .drivers = driver_schemas(), .embedded = true };
	struct targets targets = { 0 };
	struct texts files = { 0 };
	struct error err;
	bool quiet = false, yes = false;
	int opt, status = 0, r;

	optind = 1;
	while ((opt = getopt_long(argc, argv, "t:q", options, NULL)) != -1) {
		if (opt == 't')
			texts_add(&files, optarg);
		else if (opt == 'q')
			quiet = true;
		else if (opt == 'y')
			yes = true;
		else
			return cmd_usage("sweep", false);
	}
	if (optind + 1 != argc)
		return cmd_folder("sweep", argc - optind);
	r = targets_read(&files, false, &targets);
	if (!r &&
	    run_sweep(argv[optind], &how, targets.at, targets.count, yes, quiet, &status,
		      &err) < 0)
		r = err.code == ERR_INVALID && err.line ? (cmd_fail(&err), 2) : cmd_fail(&err);
	targets_free(&targets);
	free(files.at);
	return r ? r : status;
}
