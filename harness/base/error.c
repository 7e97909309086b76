#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

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
	[-ERR_CONFIG] = "configuration",
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

/* Through str_copy(): a text that must be cut is cleaned of secrets first. */
static void set_text(struct error *e, const char *fmt, va_list ap)
{
	AUTO(str_buf) struct str s = { 0 };

	str_addv(&s, fmt, ap);
	str_copy(e->text, sizeof(e->text), s.text);
}

static int fill(struct error *e, enum err code, const char *file, int line,
		const char *fmt, va_list ap)
{
	*e = (struct error){ .code = code, .line = line };
	snprintf(e->file, sizeof(e->file), "%s", file);
	set_text(e, fmt, ap);
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
	AUTO(str_buf) struct str s = { 0 };
	va_list ap;

	va_start(ap, fmt);
	str_addv(&s, fmt, ap);
	va_end(ap);
	str_addf(&s, ": %s", e->text);
	str_copy(e->text, sizeof(e->text), s.text);
	return e->code;
}
