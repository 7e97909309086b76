#include "cmd.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "cloud/driver.h"

const struct command commands[] = {
	{ "run", "run a profile against targets and write the evidence",
	  "[-t TARGET.yaml]... [-p PROFILE] [options]",
	  "  -t, --target FILE       a target file; none: the embedded reference cloud\n"
	  "  -p, --profile NAME      a profile or its file (iaas-core)\n"
	  "      --only PATTERN      only cases whose id matches (* and ?); repeatable\n"
	  "      --skip PATTERN      leave out cases whose id matches; repeatable\n"
	  "  -j, --jobs N            cases at once per target\n"
	  "  -o, --output DIR        where the journal and reports go (results/RUN)\n"
	  "      --participant TEXT  --event TEXT  --tester TEXT  --challenge NONCE\n"
	  "      --allow load|intrusive  with --authorisation TEXT|FILE\n"
	  "      --read-only         send nothing but reads\n"
	  "      --waivers FILE      failures that somebody answers for until a day\n"
	  "      --rerun failed DIR  once more what did not pass in DIR, told the same\n"
	  "      --resume DIR        go on with a run that crashed or was stopped\n"
	  "      --yes               with these, believe the targets of a folder made elsewhere\n"
	  "      --inline-secrets    accept secrets in a target file of mode 0600\n"
	  "      --face NAME         which face of the reference cloud; repeatable\n"
	  "      --fault NAME        plant a fault in the reference cloud; repeatable\n"
	  "      --set-fault-file F  plant the faults of a file\n"
	  "      --latency MS  --seed N  --time-scale X   of the reference cloud\n"
	  "      --quota KIND=N,...  of the reference cloud, and kept to\n"
	  "      --egress denied-by-default   its new security groups let nothing out\n"
	  "  -q, --quiet             no progress\n", cmd_run },
	{ "explore", "try random sequences of requests against the model",
	  "[-t TARGET.yaml]... [--seed N] [--steps N] [options of run]",
	  "      --seed N            of the first sequence (1)\n"
	  "      --sequences N       how many, with the seeds after it (1)\n"
	  "      --steps N           requests in each, before its last look around (40)\n"
	  "      --actors N          how many send at once (1)\n"
	  "      --shrink-runs N     the most runs to shorten a sequence by (80)\n"
	  "      --replay FILE       a stored sequence instead\n"
	  "  -t, --target FILE       a target file; none: the embedded reference cloud\n"
	  "  -o, --output DIR        where the journal, reports and sequences go\n"
	  "      --face NAME  --fault NAME  --set-fault-file F  --latency MS  --time-scale X\n"
	  "                          of the reference cloud\n"
	  "      --inline-secrets    accept secrets in a target file of mode 0600\n"
	  "  -q, --quiet             no progress\n", cmd_explore },
	{ "init", "write a first target file for a driver", "-d DRIVER [-o FILE] [-t TARGET.yaml]",
	  "  -d, --driver NAME       `plugfest list drivers` names them\n"
	  "  -t, --target FILE       ask this target for candidates (reads only)\n"
	  "  -o, --output FILE       instead of standard output\n", cmd_init },
	{ "list", "list cases, requirements, drivers, profiles or faults",
	  "cases|requirements|drivers|profiles|faults [--json]",
	  "      --json              for programs\n", cmd_list },
	{ "plan", "show what a run would do, and why it would not",
	  "[-t TARGET.yaml]... [-p PROFILE] [--ask] [options]",
	  "  -t, --target FILE       a target file; none: the embedded reference cloud\n"
	  "  -p, --profile NAME      a profile or its file (iaas-core)\n"
	  "      --ask               read what each cloud's quota leaves; nothing else is sent\n"
	  "      --only PATTERN  --skip PATTERN  --read-only  --allow load|intrusive\n"
	  "      --authorisation TEXT|FILE  --quota KIND=N,...  --waivers FILE\n", cmd_plan },
	{ "doctor", "check target files and what they point to; creates nothing",
	  "-t TARGET.yaml...", "  -t, --target FILE       a target file; repeatable\n"
	  "      --inline-secrets    accept secrets in a target file of mode 0600\n", cmd_doctor },
	{ "report", "write the reports of a run anew", "DIR [-o DIR]",
	  "  -o, --output DIR        instead of the run's own folder\n", cmd_report },
	{ "verify", "check a run: chain, verdicts, reports", "DIR", "", cmd_verify },
	{ "sweep", "remove what a run left behind, from its journal", "DIR [-t TARGET.yaml]...",
	  "  -t, --target FILE       instead of the target that the run kept\n"
	  "      --yes               believe the target of a folder made elsewhere\n"
	  "  -q, --quiet             no progress\n", cmd_sweep },
	{ "refcloud", "serve the reference cloud", "--face NAME [--port N]...",
	  "      --face NAME         spider, openstack; repeatable\n"
	  "      --port N            of the face named before it; 0: any\n"
	  "      --fault NAME        plant a fault; repeatable\n"
	  "      --set-fault-file F  plant the faults of a file\n"
	  "      --latency MS  --seed N  --time-scale X\n"
	  "      --foreign           begin with resources of somebody else\n"
	  "      --guest-sshd PORT:FOLDER  VMs take logins: by an sshd of this machine\n"
	  "      --quota KIND=N,...  the most that a tenant may have: vm=2,vpc=3\n"
	  "      --egress denied-by-default   new security groups let nothing out\n"
	  "  The password is $PLUGFEST_REFCLOUD_PASSWORD, or random and printed.\n", cmd_refcloud },
	{ 0 },
};

int cmd_usage(const char *name, bool asked)
{
	FILE *to = asked ? stdout : stderr;

	for (const struct command *c = commands; c->name; c++)
		if (!strcmp(c->name, name))
			fprintf(to, "usage: plugfest %s %s\n\n%s", c->name, c->usage, c->help);
	return asked ? 0 : EXIT_USAGE;
}

int cmd_wanted(const char *name, const char *what)
{
	fprintf(stderr, "plugfest: %s: %s; `plugfest %s --help` says more\n", name, what, name);
	return EXIT_USAGE;
}

int cmd_folder(const char *name, int found)
{
	char what[80];

	snprintf(what, sizeof(what), "found %d folders; wanted one, that of a run", found);
	return cmd_wanted(name, what);
}

int cmd_fail(const struct error *err)
{
	struct str s = { 0 };

	str_add(&s, "plugfest: ");
	if (*err->file && err->line)
		str_addf(&s, "%s:%d: ", err->file, err->line);
	else if (*err->file)
		str_addf(&s, "%s: ", err->file);
	str_add(&s, err->text);
	secret_redact(&s);
	str_one_line(&s);
	fprintf(stderr, "%s\n", s.text);
	str_release(&s);
	switch (err->code) {
	case ERR_INVALID:
	case ERR_NOT_FOUND:
	case ERR_CONFIG:
		return EXIT_USAGE;
	case ERR_NETWORK:
	case ERR_TIMEOUT:
	case ERR_UNAUTHENTICATED:
	case ERR_DENIED:
	case ERR_UNAVAILABLE:
	case ERR_PROTOCOL:
		return 2;
	default:
		return EXIT_INCOMPLETE;
	}
}

void texts_add(struct texts *t, const char *one)
{
	t->at = xrealloc(t->at, (t->count + 2) * sizeof(*t->at));
	t->at[t->count++] = one;
	t->at[t->count] = NULL;
}

const char *data_folder(const char *which)
{
	static char found[PATH_MAX];
	static const char *const beside[] = { "../share/plugfest", "../.." };
	const char *given = getenv("PLUGFEST_DATA");
	char self[PATH_MAX / 2], *slash;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (given) {
		snprintf(found, sizeof(found), "%s/%s", given, which);
		return found;
	}
	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash)
		*slash = '\0';
	for (size_t i = 0; i < sizeof(beside) / sizeof(*beside); i++) {
		snprintf(found, sizeof(found), "%.2000s/%s/%s", self, beside[i], which);
		if (!access(found, R_OK))
			return found;
	}
	snprintf(found, sizeof(found), "%s", which);
	return found;
}

const struct driver_schema *driver_schemas(void)
{
	static struct driver_schema all[65];
	const struct driver *d;

	for (size_t i = 0; i < 64 && (d = driver_at(i)); i++)
		all[i] = (struct driver_schema){ .name = d->name, .settings = d->settings,
						 .caps = d->caps };
	return all;
}

/* Named in the file and not there: that is no matter of TLS. */
static int check_files(const struct cloud_config *cfg, struct error *err)
{
	static const char *const keys[] = { "cacert", "client_cert", "client_key" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const char *path = config_setting(cfg, keys[i]);

		if (path && access(path, R_OK) < 0)
			return err_at(err, ERR_INVALID, cfg->file,
				      config_setting_line(cfg, keys[i]), "%s: cannot read %s: %s",
				      keys[i], path, strerror(errno));
	}
	return ERR_OK;
}

/* Such a value would blank ordinary words, and so it is not looked for in what is written. */
static void warn_of_short_secrets(const struct cloud_config *cfg)
{
	for (size_t i = 0; i < cfg->setting_count; i++) {
		const struct setting *s = &cfg->settings[i];

		if (secret_present(s->secret) && strlen(secret_reveal(s->secret)) < SECRET_SHORTEST)
			fprintf(stderr, "plugfest: %s:%d: warning: %s has fewer than %d characters: a "
				"reply that repeats it could bring it into the evidence\n", cfg->file,
				s->line, s->name, SECRET_SHORTEST);
	}
}

int targets_read(const struct texts *files, bool inline_secrets, struct targets *ret)
{
	struct target_options opt = { .drivers = driver_schemas(),
				      .allow_inline_secrets = inline_secrets };
	struct error err;

	for (size_t i = 0; i < files->count; i++) {
		ret->at = xrealloc(ret->at, (ret->count + 1) * sizeof(*ret->at));
		if (target_read(files->at[i], &opt, &ret->at[ret->count], &err) < 0) {
			cmd_fail(&err);
			return EXIT_USAGE;
		}
		ret->count++;
		if (check_files(ret->at[ret->count - 1], &err) < 0)
			return cmd_fail(&err);
		warn_of_short_secrets(ret->at[ret->count - 1]);
		for (size_t k = 0; k + 1 < ret->count; k++)
			if (!strcmp(ret->at[k]->name, ret->at[ret->count - 1]->name)) {
				err_at(&err, ERR_INVALID, files->at[i], 0, "found name %s, which another "
				       "target has too; wanted a name of its own", ret->at[k]->name);
				return cmd_fail(&err);
			}
	}
	return 0;
}

void targets_free(struct targets *t)
{
	for (size_t i = 0; i < t->count; i++)
		target_free(t->at[i]);
	free(t->at);
	*t = (struct targets){ 0 };
}
