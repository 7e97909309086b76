#ifndef REPORTS_LANG_H
#define REPORTS_LANG_H

#include "base/str.h"
#include "journal/verdict.h"

/*
 * Every sentence that a person reads, once, in each language: console, JUnit
 * and HTML say the same.  {1} to {9} stand for arguments, so that each
 * language keeps its own order of words; {1|row|rows} is the word that the number {1} asks for.
 */
enum lang { LANG_EN, LANG_KO, LANG_COUNT };

enum msg {
#define MSG(id, en, ko) MSG_##id,
#include "reports/lang/messages.def"
#undef MSG
	MSG_COUNT
};

/* "en" or "ko"; -1. */
int lang_by_name(const char *name);
const char *msg_text(enum lang lang, enum msg m);
/* Appends the text with its arguments; args ends with NULL. */
void msg_add(struct str *out, enum lang lang, enum msg m, const char *const *args);
#define MSG_ADD(out, lang, m, ...) msg_add(out, lang, m, (const char *const[]){ __VA_ARGS__, NULL })

/* A number as an argument: NUM(3), good until the statement ends. */
struct num { char text[24]; };
struct num num_text(long long n);
#define NUM(n) (num_text(n).text)

enum msg msg_verdict(enum verdict v);
enum msg msg_cleanup(enum cleanup c);
/* The sign that stands beside the word; colour is never the only signal. */
const char *verdict_sign(enum verdict v);
/* "quota" -> what it means; the word itself when it is not one of ours. */
const char *cause_text(enum lang lang, const char *cause);
/* "mandatory" and so on; other words stay as they are. */
const char *level_text(enum lang lang, const char *level);
/* Level and confidence of a trace, as standards/mci.schema.json spells them. */
const char *trace_text(enum lang lang, const char *word);
/* "2026-11-21T03:04:05.678901Z" as a person writes it: in UTC, in Korean with the time of Korea. */
void date_add(struct str *out, enum lang lang, const char *utc);

#endif
