#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "cloud/driver.h"
#include "cmd.h"
#include "plan/profile.h"
#include "refcloud/refcloud.h"
#include "run/requirements.h"
#include "tc/testcase.h"

/* Each lister makes a list of flat objects; printing is alike for all. */
static json_t *list_cases(struct error *err)
{
	json_t *all = json_array();
	const struct testcase *tc;

	if (testcases_check(err) < 0) {
		json_decref(all);
		return NULL;
	}
	for (size_t i = 0; (tc = testcase_at(i)); i++) {
		json_t *reqs = json_array();

		for (const char *const *req = tc->verifies; *req; req++)
			json_array_append_new(reqs, json_string(*req));
		json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:o, s:s, s:s, s:i}",
			"id", tc->id, "title", tc->title, "purpose", tc->purpose, "requirements", reqs,
			"impact", impact_name(tc->impact), "severity", severity_name(tc->severity),
			"timeout_s", (int)tc->timeout_s));
	}
	return all;
}

static json_t *list_requirements(struct error *err)
{
	json_auto_t *catalogue = NULL;

	if (requirements_read(data_folder("standards"), &catalogue, err) < 0)
		return NULL;
	return json_incref(json_object_get(catalogue, "requirements"));
}

static json_t *list_drivers(struct error *err)
{
	json_t *all = json_array();
	const struct driver *d;

	(void)err;
	for (size_t i = 0; (d = driver_at(i)); i++) {
		json_t *caps = json_array(), *settings = json_array();

		for (int c = 0; c < CAP_COUNT; c++)
			if (d->caps & UINT64_C(1) << c)
				json_array_append_new(caps, json_string(cap_name((enum cap)c)));
		for (const struct setting_info *s = d->settings; s->name; s++)
			json_array_append_new(settings, json_pack("{s:s, s:b, s:b, s:s}", "name", s->name,
				"required", s->required, "secret", s->secret, "text", s->text));
		json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:o, s:o, s:s}", "id", d->name,
			"title", d->title, "scope", d->scope, "offers", caps, "settings", settings,
			"dialect_source", d->dialect->source));
	}
	return all;
}

static json_t *list_profiles(struct error *err)
{
	json_t *all = json_array();
	struct dirent **names;
	int n = scandir(data_folder("profiles"), &names, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		size_t len = strlen(names[i]->d_name);
		struct profile *p = NULL;

		if (len > 5 && !strcmp(names[i]->d_name + len - 5, ".yaml")) {
			AUTO(str) char *id = xstrndup(names[i]->d_name, len - 5);

			if (profile_read(id, data_folder("profiles"), &p, err) == ERR_OK)
				json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:s, s:i, s:s}",
					"id", p->id, "title", p->title, "version", p->version, "authority",
					p->authority, "requirements", (int)p->item_count, "digest", p->digest));
			profile_free(p);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return all;
}

static json_t *list_faults(struct error *err)
{
	json_t *all = json_array();
	const struct fault_info *faults;
	size_t n = refcloud_faults(&faults);

	(void)err;
	for (size_t i = 0; i < n; i++)
		json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:s}", "id", faults[i].name, "title",
			faults[i].title, "requirement", faults[i].requirement, "on", faults[i].on));
	return all;
}

static const struct { const char *what; json_t *(*list)(struct error *err); } lists[] = {
	{ "cases", list_cases }, { "requirements", list_requirements },
	{ "drivers", list_drivers }, { "profiles", list_profiles }, { "faults", list_faults },
};

static void print(const json_t *all)
{
	size_t i;
	json_t *one;

	json_array_foreach(all, i, one) {
		const char *text = json_text(one, "title") ? json_text(one, "title") : json_text(one, "text");

		printf("%-38s %s\n", json_text(one, "id"), text ? text : "");
	}
}

int cmd_list(int argc, char **argv)
{
	const char *what = NULL;
	bool json = false;
	struct error err;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--json"))
			json = true;
		else if (!what)
			what = argv[i];
		else
			return cmd_usage("list", false);
	}
	for (size_t i = 0; what && i < sizeof(lists) / sizeof(*lists); i++) {
		json_auto_t *all = NULL;

		if (strcmp(lists[i].what, what))
			continue;
		all = lists[i].list(&err);
		if (!all)
			return cmd_fail(&err);
		if (json)
			json_dumpf(all, stdout, JSON_INDENT(2));
		else
			print(all);
		if (json)
			putchar('\n');
		return 0;
	}
	return cmd_usage("list", false);
}
