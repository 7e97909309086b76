#include "reports/lang/native.h"

#include <stddef.h>
#include <string.h>

struct text {
	const char *id, *ko;
};

static const char *find(const struct text *texts, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(texts[i].id, id))
			return texts[i].ko;
	return "";
}

#define KO(id_, ko_) { id_, ko_ },

const char *requirement_in(enum lang lang, const char *id)
{
	static const struct text texts[] = {
#include "reports/lang/requirements_ko.def"
	};

	return lang == LANG_KO ? find(texts, sizeof(texts) / sizeof(*texts), id) : "";
}

const char *covered_in(enum lang lang, const char *id)
{
	static const struct text texts[] = {
#include "reports/lang/covered_ko.def"
	};

	return lang == LANG_KO ? find(texts, sizeof(texts) / sizeof(*texts), id) : "";
}

const char *case_in(enum lang lang, const char *id)
{
	static const struct text texts[] = {
#include "reports/lang/cases_ko.def"
	};

	return lang == LANG_KO ? find(texts, sizeof(texts) / sizeof(*texts), id) : "";
}
