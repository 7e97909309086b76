#include "fuzz.h"

#include <string.h>

#include "plan/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct profile *p = NULL;
	struct error err = { 0 };

	if (profile_read(fuzz_file("profile.yaml", data, n), "profiles", &p, &err) < 0) {
		PROMISE(!p && *err.text);
		return 0;
	}
	PROMISE(strlen(p->digest) == 64 && p->item_count);
	for (size_t i = 0; i < p->item_count; i++)
		PROMISE(profile_find(p, p->items[i].requirement) == &p->items[i]);
	profile_free(p);
	return 0;
}
