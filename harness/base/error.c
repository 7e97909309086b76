#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const names[ERR_CLASSES] = {
	[-ERR_OK] = "ok",
	[-ERR_INVALID] = "invalid",
	[-ERR_NOT_FOUND] = "not-found",
	[-ERR_CONFLICT] = "conflict",
	[-ERR_UNAUTHENTICATED] = "unauthenticated",
	[-ERR_DENIED] = "denied",
	[-ERR_QUOTA] = "quota",
	[-ERR_THROTTLED] = "throttled",
	[-ERR_UNSUPPORTED] = "unsupported",
	[-ERR_UNAVAILABLE] = "unavailable",
	[-ERR_TIMEOUT] = "timeout",
	[-ERR_NETWORK] = "network",
	[-ERR_PROTOCOL] = "protocol",
	[-ERR_HARNESS] = "harness",
	[-ERR_CANCELLED] = "cancelled",
};

const char *err_name(enum err code)
{
	int i = -(int)code;

	return i >= 0 && i < ERR_CLASSES ? names[i] : "?";
}

int err_by_name(const char *name)
{
	for (int i = 0; i < ERR_CLASSES; i++)
		if (!strcmp(names[i], name))
			return -i;
	return ERR_CLASSES;
}

static int fill(struct error *e, enum err code, const char *file, int line,
		const char *fmt, va_list ap)
{
	*e = (struct error){ .code = code, .line = line };
	snprintf(e->file, sizeof(e->file), "%s", file);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	return code;
}

int err_set(struct error *e, enum err code, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = fill(e, code, "", 0, fmt, ap);
	va_end(ap);
	return r;
}

int err_at(struct error *e, enum err code, const char *file, int line, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = fill(e, code, file, line, fmt, ap);
	va_end(ap);
	return r;
}

int err_context(struct error *e, const char *fmt, ...)
{
	char inner[sizeof(e->text)];
	va_list ap;
	int n;

	snprintf(inner, sizeof(inner), "%s", e->text);
	va_start(ap, fmt);
	n = vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	if (n >= 0 && n < (int)sizeof(e->text) - 3)
		snprintf(e->text + n, sizeof(e->text) - (size_t)n, ": %.*s",
			 (int)sizeof(e->text) - n - 3, inner);
	return e->code;
}
