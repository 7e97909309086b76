#ifndef BASE_XML_H
#define BASE_XML_H

#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

/*
 * The only reader of XML from outside: of answers of object stores, and of what clients
 * send to one.  No entities, no document type, no network, UTF-8 only; namespaces are
 * left off and attributes are not kept.  Depth, elements and the length of a tag are
 * bounded before libxml2 sees the text: many attributes in one tag cost it their square.
 */
struct xml_limits {
	unsigned depth;		/* 0: 16 */
	size_t elements;	/* 0: 200 000 */
};

struct xml_node {
	const char *name;	/* without a prefix */
	const char *text;	/* all of its own, put together; "" */
	size_t len;		/* no NUL can be in it */
	int line;
	struct xml_node *first, *next;	/* children; sibling */
};

/* *ret is the outermost element, freed by xml_free().  ERR_PROTOCOL says what is wrong and
 * at which line; an HTML page or an empty text is named as such. */
int xml_read(const char *text, size_t n, const struct xml_limits *limits, struct xml_node **ret,
	     struct error *err);
void xml_free(struct xml_node *node);
static inline void xml_node_cleanup(struct xml_node **n) { xml_free(*n); }	/* AUTO(xml_node) */

/* The first child of that name; NULL when there is none, or no node. */
const struct xml_node *xml_child(const struct xml_node *node, const char *name);
/* The next of the same name. */
const struct xml_node *xml_next(const struct xml_node *node);
/* Its text; NULL when there is no such child: absent and empty are different. */
const char *xml_child_text(const struct xml_node *node, const char *name);

/*
 * Text as the content of an element.  A carriage return would be read as a line feed, so
 * it is written by its number; so is what XML 1.0 forbids, as object stores do: their
 * readers then refuse it, or had better asked for names percent-encoded.
 */
void xml_put(struct str *to, const char *text);
/* "<name>text</name>"; NULL writes nothing. */
void xml_put_leaf(struct str *to, const char *name, const char *text);

#endif
