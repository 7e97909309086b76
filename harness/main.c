/* argv to a command of the table. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "base/str.h"
#include "cmd.h"

static void overview(FILE *to)
{
	fputs("usage: plugfest COMMAND [options]\n\n", to);
	for (const struct command *c = commands; c->name; c++)
		fprintf(to, "  %-10s %s\n", c->name, c->summary);
	fputs("\n`plugfest COMMAND --help` says more.  Exit status: 0 conformant, 1 not conformant,\n"
	      "2 cannot be decided, 3 usage or configuration, 4 the run could not be completed.\n", to);
}

static int unknown(const char *name)
{
	const char *near = NULL;
	unsigned best = 4;

	for (const struct command *c = commands; c->name; c++)
		if (str_distance(name, c->name) < best) {
			best = str_distance(name, c->name);
			near = c->name;
		}
	fprintf(stderr, "plugfest: found command \"%s\"; %s%s%s\n", name,
		near ? "did you mean \"" : "`plugfest --help` names them all", near ? near : "",
		near ? "\"?" : "");
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	struct rlimit files;

	/* A connection each is a descriptor each. */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	/* A peer that closes early is an error of a call, not the end of the program. */
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2) {
		overview(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		overview(stdout);
		return 0;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("plugfest " PLUGFEST_VERSION);
		return 0;
	}
	for (const struct command *c = commands; c->name; c++) {
		if (strcmp(c->name, argv[1]))
			continue;
		for (int i = 2; i < argc; i++)
			if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
				return cmd_usage(c->name, true);
		return c->run(argc - 1, argv + 1);
	}
	return unknown(argv[1]);
}
