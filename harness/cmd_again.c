#include "cmd_again.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "refcloud/refcloud.h"

bool again_wanted(const void *past, const char *test, const char *target)
{
	const struct past_row *row = past_row(past, test, target);

	return row && past_failed(row);
}

int again_profile(const struct past *past, const struct profile *profile)
{
	const json_t *was = json_object_get(past->run, "profile");
	const char *digest = json_text(was, "digest");

	if (digest && !strcmp(digest, profile->digest))
		return 0;
	fprintf(stderr, "plugfest: %s: found another profile %s than the run had; wanted the one with "
		"digest %.16s...\n", profile->file, profile->id, digest ? digest : "?");
	return EXIT_USAGE;
}

/* Only the names of the run may be given. */
static int check_given(const struct past *past, const struct targets *given)
{
	for (size_t i = 0; i < given->count; i++) {
		size_t k = 0;

		while (k < past->target_count && strcmp(past->targets[k].name, given->at[i]->name))
			k++;
		if (k < past->target_count && !past->targets[k].embedded)
			continue;
		fprintf(stderr, "plugfest: %s: found target %s; wanted one of the run in %s\n",
			given->at[i]->file, given->at[i]->name, past->dir);
		return EXIT_USAGE;
	}
	return 0;
}

/* In the order of the run; what was given is moved over. */
static int add_target(const struct past *past, const struct past_target *t, bool inline_secrets,
		      bool yes, struct targets *given, struct targets *targets)
{
	struct target_options how = { .drivers = driver_schemas(),
				      .allow_inline_secrets = inline_secrets };
	const struct past_word word = { .run = past_text(past, "run"), .target = t->name,
					.config = t->config, .seal = t->seal, .yes = yes };
	AUTO(str_buf) struct str says = { 0 };
	struct error err;
	int r;

	targets->at = xrealloc(targets->at, (targets->count + 1) * sizeof(*targets->at));
	for (size_t i = 0; i < given->count; i++)
		if (given->at[i] && !strcmp(given->at[i]->name, t->name)) {
			targets->at[targets->count++] = given->at[i];
			given->at[i] = given->at[--given->count];
			return 0;
		}
	r = past_target_read(past->dir, &word, &how, &says, &targets->at[targets->count], &err);
	if (says.len)
		fprintf(stderr, "plugfest: %s\n", says.text);
	if (r < 0) {
		cmd_fail(&err);
		return EXIT_USAGE;
	}
	targets->count++;
	return 0;
}

static int start_embedded(const struct past *past, struct embedded_options *opt,
			  struct embedded *cloud, struct targets *targets)
{
	int r;

	if (!opt->faces.count)
		for (size_t i = 0; i < face_count(); i++)
			texts_add(&opt->faces, face_at(i)->name);
	r = embedded_start(opt, cloud, targets);
	for (size_t i = 0; !r && i < past->target_count; i++)
		if (i >= targets->count || strcmp(targets->at[i]->name, past->targets[i].name)) {
			fprintf(stderr, "plugfest: %s: found target %s, which the reference cloud does "
				"not make\n", past->dir, past->targets[i].name);
			r = EXIT_USAGE;
		}
	return r;
}

int again_targets(const struct past *past, const struct texts *files, bool inline_secrets,
		  bool yes, struct embedded_options *embedded, struct embedded *cloud,
		  struct targets *targets)
{
	struct targets given = { 0 };
	int r = targets_read(files, inline_secrets, &given);

	if (!r)
		r = check_given(past, &given);
	if (!r && past->target_count && past->targets[0].embedded)
		r = start_embedded(past, embedded, cloud, targets);
	else
		for (size_t i = 0; !r && i < past->target_count; i++)
			r = add_target(past, &past->targets[i], inline_secrets, yes, &given,
				       targets);
	targets_free(&given);
	return r;
}
