#include "fuzz.h"

#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "cmd.h"
#include "plan/target.h"

/* What a target file says survives being kept for `sweep`. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct target_options opt = { .drivers = driver_schemas() };
	struct cloud_config *cfg = NULL, *again = NULL;
	struct str json = { 0 };
	struct error err = { 0 };

	if (target_read_text("fuzz.yaml", (const char *)data, n, &opt, &cfg, &err) < 0) {
		PROMISE(!cfg && *err.text);
	} else {
		target_write(cfg, &json);
		if (target_read_text("kept.json", json.text, json.len, &opt, &again, &err) < 0) {
			fprintf(stderr, "kept: %s\n%s\n", err.text, json.text);
			PROMISE(!"a kept target reads again");
		}
		PROMISE(!strcmp(cfg->name, again->name) && !strcmp(cfg->driver, again->driver));
		PROMISE(cfg->setting_count == again->setting_count);
		PROMISE(!memcmp(cfg->limit, again->limit, sizeof(cfg->limit)));
		target_free(again);
		target_free(cfg);
	}
	str_release(&json);
	secret_forget_all();
	return 0;
}
