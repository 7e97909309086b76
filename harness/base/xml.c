#include "base/xml.h"

#include <ctype.h>
#include <libxml/xmlreader.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"

enum { DEPTH_DEFAULT = 16, ELEMENTS_DEFAULT = 200000, TAG_MAX = 4096 };

/* ---- before libxml2 sees it ---- */

/* One pass over the bytes; what is no XML at all is left for libxml2 to say. */
struct scan {
	const char *at, *end;
	unsigned depth, most_depth;
	size_t elements, most_elements;
	int line;
};

static void skip_to(struct scan *s, const char *mark)
{
	size_t n = strlen(mark);
	const char *to = memmem(s->at, (size_t)(s->end - s->at), mark, n);
	const char *past = to ? to + n : s->end;

	for (; s->at < past; s->at++)
		s->line += *s->at == '\n';
}

static bool begins(const struct scan *s, const char *with)
{
	size_t n = strlen(with);

	return (size_t)(s->end - s->at) >= n && !memcmp(s->at, with, n);
}

/* Up to its '>', of which one in an attribute's quotes does not count. */
static int scan_tag(struct scan *s, struct error *err)
{
	const char *from = s->at;
	bool closes = s->end - from > 1 && from[1] == '/';
	char quote = 0;

	for (; s->at < s->end && (quote || *s->at != '>'); s->at++) {
		s->line += *s->at == '\n';
		if (s->at - from > TAG_MAX)
			return err_set(err, ERR_PROTOCOL, "line %d: an XML tag of more than %d bytes",
				       s->line, TAG_MAX);
		if (quote)
			quote = *s->at == quote ? 0 : quote;
		else if (*s->at == '"' || *s->at == '\'')
			quote = *s->at;
	}
	if (closes) {
		s->depth -= s->depth > 0;
		return ERR_OK;
	}
	if (++s->elements > s->most_elements)
		return err_set(err, ERR_PROTOCOL, "line %d: more than %zu XML elements", s->line,
			       s->most_elements);
	if (s->at[-1] == '/')
		return ERR_OK;
	if (++s->depth > s->most_depth)
		return err_set(err, ERR_PROTOCOL, "line %d: XML nested deeper than %u levels",
			       s->line, s->most_depth);
	return ERR_OK;
}

static int scan(struct scan *s, struct error *err)
{
	while (s->at < s->end) {
		if (*s->at == '\0')
			return err_set(err, ERR_PROTOCOL, "line %d: not XML: it holds a NUL", s->line);
		if (*s->at != '<') {
			s->line += *s->at++ == '\n';
		} else if (begins(s, "<!--")) {
			s->at += 4;
			skip_to(s, "-->");
		} else if (begins(s, "<![CDATA[")) {
			skip_to(s, "]]>");
		} else if (begins(s, "<?")) {
			skip_to(s, "?>");
		} else if (begins(s, "<!")) {
			return err_set(err, ERR_PROTOCOL, "line %d: XML with a declaration that is not "
				       "taken from outside: a document type, an entity", s->line);
		} else {
			int r = scan_tag(s, err);

			if (r < 0)
				return r;
		}
	}
	return ERR_OK;
}

/* What servers send instead of XML when something in between answers. */
static int refuse_other(const char *text, size_t n, struct error *err)
{
	size_t i = 0;

	while (i < n && isspace((unsigned char)text[i]))
		i++;
	if (i == n)
		return err_set(err, ERR_PROTOCOL, "not XML: the text is empty");
	if (n - i >= 5 && (!strncasecmp(text + i, "<html", 5) ||
			   (n - i >= 9 && !strncasecmp(text + i, "<!doctype", 9) &&
			    memmem(text + i, n - i < 64 ? n - i : 64, "html", 4))))
		return err_set(err, ERR_PROTOCOL, "not XML: an HTML page");
	if (text[i] != '<' && memcmp(text + i, "\xef\xbb\xbf", n - i < 3 ? n - i : 3))
		return err_set(err, ERR_PROTOCOL, "not XML: it begins with byte 0x%02x",
			       (unsigned char)text[i]);
	return ERR_OK;
}

/* ---- building ---- */

struct build {
	struct xml_node *root;
	struct xml_node *open[256];	/* by depth; the scan has bounded it */
	struct xml_node **slot[256];	/* where its next child goes */
	struct str text[256];
	char problem[200];
	int line;
};

static void on_error(void *arg, xmlErrorPtr e)
{
	struct build *b = arg;

	if (*b->problem || e->level < XML_ERR_ERROR)
		return;
	str_copy(b->problem, sizeof(b->problem), e->message ? e->message : "it cannot be read");
	b->problem[strcspn(b->problem, "\r\n")] = '\0';
	b->line = e->line;
}

static void end_node(struct build *b, int depth)
{
	struct xml_node *node = b->open[depth];

	node->len = b->text[depth].len;
	node->text = xstrdup(str_text(&b->text[depth]));
	str_clear(&b->text[depth]);
	b->open[depth] = NULL;
}

static void begin_node(struct build *b, xmlTextReader *r, int depth)
{
	struct xml_node *node = xcalloc(1, sizeof(*node));

	node->name = xstrdup((const char *)xmlTextReaderConstLocalName(r));
	node->line = (int)xmlGetLineNo(xmlTextReaderCurrentNode(r));
	if (depth) {
		*b->slot[depth - 1] = node;
		b->slot[depth - 1] = &node->next;
	} else {
		b->root = node;
	}
	b->open[depth] = node;
	b->slot[depth] = &node->first;
	if (xmlTextReaderIsEmptyElement(r))
		end_node(b, depth);
}

static bool take(struct build *b, xmlTextReader *r)
{
	int depth = xmlTextReaderDepth(r), type = xmlTextReaderNodeType(r);
	const xmlChar *value;

	if (depth < 0 || depth >= 256)
		return false;
	switch (type) {
	case XML_READER_TYPE_ELEMENT:
		begin_node(b, r, depth);
		return true;
	case XML_READER_TYPE_END_ELEMENT:
		end_node(b, depth);
		return true;
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
	case XML_READER_TYPE_WHITESPACE:
	case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
		value = xmlTextReaderConstValue(r);
		if (depth && value && b->open[depth - 1])
			str_add(&b->text[depth - 1], (const char *)value);
		return true;
	case XML_READER_TYPE_DOCUMENT_TYPE:
	case XML_READER_TYPE_ENTITY_REFERENCE:
		return false;
	default:
		return true;	/* comments, processing instructions */
	}
}

static int build(struct build *b, const char *text, size_t n, struct error *err)
{
	/* Of what it finds below the reader, bytes that are no UTF-8, it tells only this one. */
	xmlStructuredErrorFunc others = xmlStructuredError;
	void *others_arg = xmlStructuredErrorContext;
	xmlTextReader *r;
	int got = -1;

	xmlSetStructuredErrorFunc(b, on_error);
	r = xmlReaderForMemory(text, (int)n, NULL, "UTF-8", XML_PARSE_NONET);
	if (r)
		xmlTextReaderSetStructuredErrorHandler(r, on_error, b);
	while (r && (got = xmlTextReaderRead(r)) == 1)
		if (!take(b, r)) {
			got = -1;
			break;
		}
	if (r)
		xmlFreeTextReader(r);
	xmlSetStructuredErrorFunc(others_arg, others);
	for (size_t i = 0; i < sizeof(b->text) / sizeof(*b->text); i++)
		str_release(&b->text[i]);
	if (got == 0 && b->root && !*b->problem)
		return ERR_OK;
	return err_set(err, ERR_PROTOCOL, "line %d: not XML: %s", b->line ? b->line : 1,
		       *b->problem ? b->problem : "something that is not taken from outside");
}

int xml_read(const char *text, size_t n, const struct xml_limits *limits, struct xml_node **ret,
	     struct error *err)
{
	struct scan s = { .at = text, .end = text + n, .line = 1,
			  .most_depth = limits && limits->depth ? limits->depth : DEPTH_DEFAULT,
			  .most_elements = limits && limits->elements ? limits->elements :
					   ELEMENTS_DEFAULT };
	struct build *b;
	int r;

	*ret = NULL;
	if (n > INT32_MAX)
		return err_set(err, ERR_PROTOCOL, "%zu bytes of XML", n);
	s.most_depth = s.most_depth < 250 ? s.most_depth : 250;
	if ((r = refuse_other(text, n, err)) < 0 || (r = scan(&s, err)) < 0)
		return r;
	b = xcalloc(1, sizeof(*b));
	r = build(b, text, n, err);
	if (r < 0)
		xml_free(b->root);
	else
		*ret = b->root;
	free(b);
	return r;
}

void xml_free(struct xml_node *node)
{
	while (node) {
		struct xml_node *next = node->next;

		xml_free(node->first);	/* as deep as the scan allowed */
		free((char *)node->name);
		free((char *)node->text);
		free(node);
		node = next;
	}
}

/* ---- looking ---- */

static const struct xml_node *named(const struct xml_node *n, const char *name)
{
	while (n && strcmp(n->name, name))
		n = n->next;
	return n;
}

const struct xml_node *xml_child(const struct xml_node *node, const char *name)
{
	return node ? named(node->first, name) : NULL;
}

const struct xml_node *xml_next(const struct xml_node *node)
{
	return node ? named(node->next, node->name) : NULL;
}

const char *xml_child_text(const struct xml_node *node, const char *name)
{
	const struct xml_node *child = xml_child(node, name);

	return child ? child->text : NULL;
}

/* ---- writing ---- */

void xml_put(struct str *to, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '&')
			str_add(to, "&amp;");
		else if (c == '<')
			str_add(to, "&lt;");
		else if (c == '>')
			str_add(to, "&gt;");
		else if (c < ' ' && c != '\n' && c != '\t')
			str_addf(to, "&#%u;", c);
		else
			str_addc(to, (char)c);
	}
}

void xml_put_leaf(struct str *to, const char *name, const char *text)
{
	if (!text)
		return;
	str_addf(to, "<%s>", name);
	xml_put(to, text);
	str_addf(to, "</%s>", name);
}
