/* Random sequences of requests: a run of the profile `exploration`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "cmd.h"
#include "explore/explore.h"
#include "explore/script.h"
#include "journal/reader.h"

struct explore_args {
	struct explore_options opt;
	struct texts run;		/* the options of `run` */
	struct sequence replay;
	const char *seed;
	bool targets;
};

/* "--seed 7" and "--seed=7"; NULL: it is another option. */
static const char *value_of(const char *name, int argc, char **argv, int *at)
{
	size_t n = strlen(name);

	if (strncmp(argv[*at], name, n))
		return NULL;
	if (argv[*at][n] == '=')
		return argv[*at] + n + 1;
	if (argv[*at][n])
		return NULL;
	return ++*at < argc ? argv[*at] : "";
}

static int take_number(const char *name, const char *text, int64_t min, int64_t max, int64_t *ret)
{
	*ret = str_to_int(text, max);
	if (*ret >= min)
		return 0;
	fprintf(stderr, "plugfest: %s: found \"%s\"; wanted a number from %lld to %lld\n", name, text,
		(long long)min, (long long)max);
	return EXIT_USAGE;
}

/* 1: taken; 0: not one of these; -1: a mistake, and said so. */
static int take_own(struct explore_args *a, int argc, char **argv, int *at)
{
	static const struct { const char *name; int64_t min, max; } numbers[] = {
		{ "--seed", 0, INT64_MAX }, { "--sequences", 1, 100000 }, { "--steps", 1, 10000 },
		{ "--actors", 1, 4 }, { "--shrink-runs", 0, 10000 },
	};
	const char *text;
	struct error err;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		int64_t n;

		text = value_of(numbers[i].name, argc, argv, at);
		if (!text)
			continue;
		if (take_number(numbers[i].name, text, numbers[i].min, numbers[i].max, &n))
			return -1;
		switch (i) {
		case 0: a->opt.seed = (uint64_t)n; a->seed = text; break;
		case 1: a->opt.sequences = (unsigned)n; break;
		case 2: a->opt.steps = (unsigned)n; break;
		case 3: a->opt.actors = (unsigned)n; break;
		default: a->opt.shrink_runs = (unsigned)n; break;
		}
		return 1;
	}
	text = value_of("--replay", argc, argv, at);
	if (!text)
		return 0;
	sequence_free(&a->replay);
	if (script_read(text, &a->replay, &a->opt.seed, &err) < 0) {
		cmd_fail(&err);
		return -1;
	}
	a->opt.replay = &a->replay;
	return 1;
}

static int parse(int argc, char **argv, struct explore_args *a)
{
	static const char *const not_here[] = { "-p", "--profile", "--only", "--skip", "--read-only" };

	texts_add(&a->run, argv[0]);
	for (int i = 1; i < argc; i++) {
		int took = take_own(a, argc, argv, &i);

		if (took < 0)
			return EXIT_USAGE;
		if (took)
			continue;
		for (size_t k = 0; k < sizeof(not_here) / sizeof(*not_here); k++)
			if (!strncmp(argv[i], not_here[k], strlen(not_here[k]))) {
				fprintf(stderr, "plugfest: explore: found %s; it has one profile and one case\n",
					argv[i]);
				return EXIT_USAGE;
			}
		a->targets = a->targets || !strncmp(argv[i], "-t", 2) || !strncmp(argv[i], "--target", 8);
		texts_add(&a->run, argv[i]);
	}
	/* One seed means one course of things, the reference cloud's own noise included. */
	if (!a->targets && a->seed) {
		texts_add(&a->run, "--seed");
		texts_add(&a->run, a->seed);
	}
	return 0;
}

/* ---- what was found ---- */

struct found { const char *dir; unsigned count; int r; };

static const char *member(const json_t *doc, const char *key)
{
	const char *text = json_string_value(json_object_get(doc, key));

	return text ? text : "";
}

static int write_found(void *arg, const struct journal_line *line)
{
	struct found *f = arg;
	const char *script = member(line->doc, "script");
	long long seed = (long long)json_integer_value(json_object_get(line->doc, "seed"));
	AUTO(str) char *path = NULL;
	struct error err;

	if (strcmp(line->type, "explore"))
		return 0;
	f->count++;
	path = xasprintf("%s/explore-%s-%lld.yaml", f->dir, member(line->doc, "target"), seed);
	if (file_write(path, script, strlen(script), &err) < 0)
		f->r = cmd_fail(&err);
	printf("\n%s, seed %lld: %lld steps, of %lld (%lld runs to shorten them): %s\n",
	       member(line->doc, "target"), seed,
	       (long long)json_integer_value(json_object_get(line->doc, "steps")),
	       (long long)json_integer_value(json_object_get(line->doc, "from")),
	       (long long)json_integer_value(json_object_get(line->doc, "runs")), path);
	for (const char *at = strstr(script, "steps:\n"); at && (at = strstr(at, "  # ")); at++)
		printf("    %.*s\n", (int)strcspn(at + 4, "\n"), at + 4);
	printf("  %s, %s: expected %s, observed %s\n", member(line->doc, "requirement"),
	       member(line->doc, "what"), member(line->doc, "expected"), member(line->doc, "observed"));
	return 0;
}

int cmd_explore(int argc, char **argv)
{
	struct explore_args a = {
		.opt = { .seed = 1, .sequences = 1, .steps = 40, .actors = 1, .shrink_runs = 80 },
	};
	AUTO(str) char *dir = NULL;
	struct journal_state state;
	struct error err;
	int r = parse(argc, argv, &a);

	if (!r) {
		explore_configure(&a.opt);
		r = cmd_run_as((int)a.run.count, (char **)a.run.at, &(struct run_as){
			.profile = "exploration", .argc = argc, .argv = argv, .folder = &dir });
	}
	if (dir) {
		struct found f = { .dir = dir };

		if (journal_read(dir, write_found, &f, &state, &err) < 0)
			f.r = cmd_fail(&err);
		r = f.r ? f.r : r;
	}
	sequence_free(&a.replay);
	free(a.run.at);
	return r;
}
