#include "fuzz.h"

#include <string.h>

#include "plan/waivers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct waivers *w = NULL;
	struct error err = { 0 };

	if (waivers_read_text("waivers.yaml", (const char *)data, n, &w, &err) < 0) {
		PROMISE(!w && *err.text);
		return 0;
	}
	PROMISE(strlen(w->digest) == 64);
	for (size_t i = 0; i < w->count; i++) {
		PROMISE(*w->at[i].cases[0] && waiver_is_day(w->at[i].granted));
		PROMISE(waiver_on(w->at[i].granted, w->at[i].expires, w->at[i].expires) ==
			WAIVER_IN_FORCE);
	}
	waivers_free(w);
	return 0;
}
