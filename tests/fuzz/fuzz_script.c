#include "fuzz.h"

#include "explore/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct script_head head = { .target = "t", .requirement = "r" };
	struct sequence s, again;
	struct str text = { 0 };
	struct error err = { 0 };
	uint64_t seed;

	if (script_read_text("script.yaml", (const char *)data, n, &s, &seed, &err) < 0) {
		PROMISE(!s.at && *err.text);
		return 0;
	}
	PROMISE(s.count);
	/* What was understood can be written, and says the same. */
	head.seed = seed;
	script_write(&head, &s, &text);
	PROMISE(script_read_text("again.yaml", text.text, text.len, &again, &head.seed, &err) == ERR_OK);
	PROMISE(again.count == s.count && head.seed == seed);
	str_release(&text);
	sequence_free(&s);
	sequence_free(&again);
	return 0;
}
