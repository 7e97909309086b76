#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

/*
 * What went wrong, as one class for all clouds.
 *
 * Functions return ERR_OK or a negative class and fill in a struct error that
 * lives in the caller's frame: it owns nothing and is never freed, so an error
 * path cannot leak.
 */
enum err {
	ERR_OK = 0,
	/* What a cloud answers. */
	ERR_INVALID = -1,		/* the request itself is at fault */
	ERR_NOT_FOUND = -2,
	ERR_CONFLICT = -3,		/* duplicate, in use, or wrong state */
	ERR_UNAUTHENTICATED = -4,	/* who are you? */
	ERR_DENIED = -5,		/* I know you, and no */
	ERR_QUOTA = -6,
	ERR_THROTTLED = -7,
	ERR_UNSUPPORTED = -8,		/* this cloud does not offer the operation */
	ERR_UNAVAILABLE = -9,		/* the cloud failed: 5xx, no capacity */
	ERR_TIMEOUT = -10,		/* a deadline passed; a create is then unknown */
	/* What stands between us. */
	ERR_NETWORK = -11,		/* no answer was had */
	ERR_PROTOCOL = -12,		/* the answer breaks its own API */
	ERR_HARNESS = -13,		/* our own defect or this machine's limit */
	ERR_CANCELLED = -14,
	ERR_CONFIG = -15,		/* the target file means something that is not there */
	ERR_CLASSES = 16,
};

struct error {
	enum err code;
	bool guessed;		/* the class was inferred from a message text */
	bool sent;		/* bytes of the request may have reached the cloud */
	bool resent;		/* more than once: an earlier attempt may have been carried out */
	int http_status;	/* 0: no answer */
	bool says_when;		/* the refusal said when to come again, in: */
	int again_s;
	char provider_code[64];
	char file[96];		/* bad input: the file it stands in, with .line; else "" */
	int line;
	char text[400];
};

/* "not-found" and so on; "?" for a value outside the enum. */
const char *err_name(enum err code);

/* The class of that name; ERR_CLASSES when there is none. */
int err_by_name(const char *name);

/* Fills *e and returns code: a failure is one line, return err_set(...). */
int err_set(struct error *e, enum err code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for bad input: remembers the file and line (1-based; 0 = whole file). */
int err_at(struct error *e, enum err code, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* Puts "creating server web-1: " before the text already there; returns e->code. */
int err_context(struct error *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
