#include "fuzz.h"

#include "base/json.h"
#include "base/secret.h"
#include "run/learn.h"

/* Secrets are looked for in what is JSON and in what is not. */
static void look_for_secrets(const char *text, size_t n)
{
	(void)learn_body(text, n);
	(void)learn_header("Set-Cookie", text, n);
	(void)learn_header("Location", text, n);
	secret_forget_all();
}

/* What is read the quick way is what jansson would have read. */
static void agrees(const char *text, size_t n)
{
	json_auto_t *quick = json_plain(text, n, 128, 200000);
	json_auto_t *doc = NULL;

	if (!quick)
		return;
	doc = json_loadb(text, n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
	PROMISE(doc && json_equal(quick, doc));
}

/* What json_read() takes can be written, and read again as the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	json_auto_t *doc = NULL, *again = NULL;
	struct error err;
	char *text;

	look_for_secrets((const char *)data, n);
	agrees((const char *)data, n);
	if (json_read((const char *)data, n, NULL, &doc, &err) < 0) {
		PROMISE(err.code == ERR_PROTOCOL && *err.text && !doc);
		return 0;
	}
	text = json_dumps(doc, JSON_COMPACT | JSON_ENCODE_ANY);
	PROMISE(text);
	PROMISE(json_read(text, __builtin_strlen(text), NULL, &again, &err) == ERR_OK);
	PROMISE(json_equal(doc, again));
	free(text);
	return 0;
}
