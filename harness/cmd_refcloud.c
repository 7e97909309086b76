/* plugfest refcloud. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "cmd.h"
#include "refcloud/refcloud.h"

enum { OPT_FACE = 256, OPT_PORT, OPT_FAULT, OPT_FAULT_FILE, OPT_LATENCY, OPT_SEED, OPT_SCALE,
       OPT_FOREIGN, OPT_QUOTA };
static const struct option options[] = {
	{ "face", required_argument, NULL, OPT_FACE }, { "port", required_argument, NULL, OPT_PORT },
	{ "fault", required_argument, NULL, OPT_FAULT },
	{ "set-fault-file", required_argument, NULL, OPT_FAULT_FILE },
	{ "latency", required_argument, NULL, OPT_LATENCY },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "time-scale", required_argument, NULL, OPT_SCALE },
	{ "foreign", no_argument, NULL, OPT_FOREIGN },
	{ "quota", required_argument, NULL, OPT_QUOTA }, { 0 },
};

struct refcloud_args {
	struct texts faces, faults;	/* "spider:0" */
	const char *fault_file;
	struct refcloud_config cfg;
};

static int wrong(const char *option, const char *found, const char *wanted)
{
	fprintf(stderr, "plugfest: %s: found \"%s\"; wanted %s\n", option, found, wanted);
	return EXIT_USAGE;
}

static int set_port(struct refcloud_args *a, const char *port)
{
	char *face;

	if (!a->faces.count)
		return wrong("--port", port, "a --face before it");
	if (str_to_int(port, 65535) < 0)
		return wrong("--port", port, "a number from 0 to 65535");
	face = (char *)a->faces.at[a->faces.count - 1];
	*strchr(face, ':') = '\0';
	a->faces.at[a->faces.count - 1] = xasprintf("%s:%s", face, port);
	free(face);
	return 0;
}

/* "vm=2,vpc=3": what each tenant may have. */
static int set_quota(struct refcloud_args *a, const char *text)
{
	char part[40], *equals;

	for (const char *at = text; *at;) {
		size_t n = strcspn(at, ",");
		int64_t limit = -1;
		int kind = -1;

		snprintf(part, sizeof(part), "%.*s", (int)n, at);
		equals = strchr(part, '=');
		if (equals) {
			*equals = '\0';
			kind = kind_by_name(part);
			limit = str_to_int(equals + 1, 100000);
		}
		if (kind < 0 || !kind_info((enum kind)kind)->ours || limit < 1)
			return wrong("--quota", text, "KIND=N,... with N from 1, such as vm=2,vpc=3");
		a->cfg.quota[kind] = (int)limit;
		at += n + (at[n] == ',');
	}
	return *text ? 0 : wrong("--quota", text, "KIND=N,...");
}

static int take(int opt, struct refcloud_args *a)
{
	char *end;

	switch (opt) {
	case OPT_FACE:
		if (!face_by_name(optarg))
			return wrong("--face", optarg, "spider or openstack");
		texts_add(&a->faces, xasprintf("%s:0", optarg));
		break;
	case OPT_PORT:
		return set_port(a, optarg);
	case OPT_FAULT:
		texts_add(&a->faults, optarg);
		break;
	case OPT_FAULT_FILE:
		a->fault_file = optarg;
		break;
	case OPT_LATENCY:
		a->cfg.latency_ms = str_to_int(optarg, 600000);
		if (a->cfg.latency_ms < 0)
			return wrong("--latency", optarg, "milliseconds up to 600000");
		break;
	case OPT_SEED:
		a->cfg.seed = strtoull(optarg, &end, 10);
		if (*end || !*optarg)
			return wrong("--seed", optarg, "a number");
		break;
	case OPT_SCALE:
		a->cfg.time_scale = strtod(optarg, &end);
		if (*end || !(a->cfg.time_scale >= 0.001 && a->cfg.time_scale <= 1000))
			return wrong("--time-scale", optarg, "a number from 0.001 to 1000");
		break;
	case OPT_FOREIGN:
		a->cfg.foreign = true;
		break;
	case OPT_QUOTA:
		return set_quota(a, optarg);
	default:
		return cmd_usage("refcloud", false);
	}
	return 0;
}

static int finish(struct refcloud_args *a, int r)
{
	for (size_t i = 0; i < a->faces.count; i++)
		free((char *)a->faces.at[i]);
	free(a->faces.at);
	free(a->faults.at);
	return r;
}

int cmd_refcloud(int argc, char **argv)
{
	struct refcloud_args a = { .cfg = { .seed = 1 } };
	int opt, r;

	optind = 1;
	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		r = take(opt, &a);
		if (r)
			return finish(&a, r);
	}
	if (optind < argc || !a.faces.count)
		return finish(&a, cmd_usage("refcloud", false));
	if (!getenv("PLUGFEST_REFCLOUD_PASSWORD")) {
		/* A person started it: they need to know. */
		fprintf(stderr, "user %s, password %s\n", refcloud_user(), refcloud_password());
		setenv("PLUGFEST_REFCLOUD_PASSWORD", refcloud_password(), 1);
	}
	r = refcloud_main(a.faces.at, a.faces.count, &a.cfg, a.faults.at, a.faults.count,
			  a.fault_file, 1);
	/* What keeps it from starting is a fault, a file or a port that was asked for. */
	if (r)
		r = EXIT_USAGE;
	return finish(&a, r);
}
