#ifndef REPORTS_XML_H
#define REPORTS_XML_H

#include <libxml/xmlwriter.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"
#include "reports/report.h"

/*
 * libxml2's xmlTextWriter, with what it leaves to its caller: text from
 * outside is made legal first, and failure is remembered until the end.
 */
struct xml {
	xmlTextWriter *w;
	const struct sink *to;
	bool html;	/* no declaration, no short form of empty elements */
	bool failed;
	bool refused;	/* by *to: it gets no more */
};

/* *to is borrowed until xml_finish(). */
void xml_begin(struct xml *x, bool html, const struct sink *to);
/* Writes what is left of the document and frees the writer. */
int xml_finish(struct xml *x, struct error *err);

void xml_open(struct xml *x, const char *name);
void xml_attr(struct xml *x, const char *name, const char *value);
void xml_attr_int(struct xml *x, const char *name, int64_t value);
void xml_text(struct xml *x, const char *text);
void xml_textn(struct xml *x, const char *text, size_t n);
void xml_close(struct xml *x);
/* An element that never has content: <br/>. */
void xml_close_void(struct xml *x);
void xml_leaf(struct xml *x, const char *name, const char *text);
/* Our own constant text, not escaped. */
void xml_raw(struct xml *x, const char *text);

/*
 * Bytes from outside as legal and honest XML text: ANSI colour goes, what XML
 * forbids, invalid UTF-8 and characters that turn the reading order stay
 * visible as \xNN or \uNNNN.
 */
void xml_clean(struct str *out, const char *bytes, size_t n);
/* The same, cut in the middle at code-point borders when it is longer than head + tail. */
void xml_clean_cut(struct str *out, const char *text, size_t head, size_t tail);

#endif
