#include "reports/xml.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

bool sink_text(void *arg, const char *bytes, size_t n)
{
	str_addn(arg, bytes, n);
	return true;
}

static int pass_on(void *arg, const char *bytes, int n)
{
	struct xml *x = arg;

	/* Told at the end: libxml2 would talk of it to the terminal. */
	if (n > 0 && !x->refused && !x->to->put(x->to->arg, bytes, (size_t)n))
		x->refused = true;
	return n;
}

static int ended(void *arg)
{
	(void)arg;
	return 0;
}

void xml_begin(struct xml *x, bool html, const struct sink *to)
{
	xmlOutputBuffer *out;

	*x = (struct xml){ .html = html, .to = to };
	out = xmlOutputBufferCreateIO(pass_on, ended, x, NULL);
	x->w = out ? xmlNewTextWriter(out) : NULL;
	x->failed = !x->w;
	if (x->failed)
		return;
	if (html) {
		x->failed = xmlTextWriterStartDTD(x->w, BAD_CAST "html", NULL, NULL) < 0 ||
			    xmlTextWriterEndDTD(x->w) < 0;
		return;
	}
	x->failed = xmlTextWriterSetIndent(x->w, 1) < 0 ||
		    xmlTextWriterSetIndentString(x->w, BAD_CAST "  ") < 0 ||
		    xmlTextWriterStartDocument(x->w, NULL, "UTF-8", NULL) < 0;
}

int xml_finish(struct xml *x, struct error *err)
{
	x->failed = x->failed || xmlTextWriterEndDocument(x->w) < 0;
	/* The last bytes are passed on only when the writer goes. */
	xmlFreeTextWriter(x->w);
	return x->failed || x->refused ? err_set(err, ERR_HARNESS, "writing XML failed") : ERR_OK;
}

void xml_open(struct xml *x, const char *name)
{
	x->failed = x->failed || xmlTextWriterStartElement(x->w, BAD_CAST name) < 0;
}

void xml_attr(struct xml *x, const char *name, const char *value)
{
	AUTO(str_buf) struct str clean = { 0 };

	xml_clean(&clean, value, strlen(value));
	x->failed = x->failed || xmlTextWriterWriteAttribute(x->w, BAD_CAST name,
							     BAD_CAST str_text(&clean)) < 0;
}

void xml_attr_int(struct xml *x, const char *name, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	xml_attr(x, name, text);
}

void xml_textn(struct xml *x, const char *text, size_t n)
{
	AUTO(str_buf) struct str clean = { 0 };

	xml_clean(&clean, text, n);
	x->failed = x->failed ||
		    xmlTextWriterWriteString(x->w, BAD_CAST str_text(&clean)) < 0;
}

void xml_text(struct xml *x, const char *text)
{
	xml_textn(x, text, strlen(text));
}

void xml_close(struct xml *x)
{
	x->failed = x->failed || (x->html ? xmlTextWriterFullEndElement(x->w)
					  : xmlTextWriterEndElement(x->w)) < 0;
}

void xml_close_void(struct xml *x)
{
	x->failed = x->failed || xmlTextWriterEndElement(x->w) < 0;
}

void xml_leaf(struct xml *x, const char *name, const char *text)
{
	xml_open(x, name);
	xml_text(x, text);
	xml_close(x);
}

void xml_raw(struct xml *x, const char *text)
{
	x->failed = x->failed || xmlTextWriterWriteRaw(x->w, BAD_CAST text) < 0;
}

/* The code point at p and its length; length 0 when it is not strict UTF-8. */
static size_t decode(const unsigned char *p, size_t n, uint32_t *ret)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = *p < 0x80	 ? 1
		     : *p < 0xc2 ? 0
		     : *p < 0xe0 ? 2
		     : *p < 0xf0 ? 3
		     : *p < 0xf5 ? 4
				 : 0;
	uint32_t c;

	if (!len || len > n)
		return 0;
	c = len == 1 ? *p : *p & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*ret = c;
	return len;
}

/* ESC [ parameters final byte: its length, or 0. */
static size_t ansi(const unsigned char *p, size_t n)
{
	size_t i = 2;

	if (n < 3 || p[0] != 0x1b || p[1] != '[')
		return 0;
	while (i < n && p[i] >= 0x20 && p[i] < 0x40)
		i++;
	return i < n && p[i] >= 0x40 && p[i] < 0x7f ? i + 1 : 0;
}

static bool shown_by_number(uint32_t c)
{
	return (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0xfffe || c == 0xffff;
}

void xml_clean(struct str *out, const char *bytes, size_t n)
{
	const unsigned char *p = (const unsigned char *)bytes, *end = p + n;

	while (p < end) {
		uint32_t c = 0;
		size_t skip = ansi(p, (size_t)(end - p));
		size_t len = decode(p, (size_t)(end - p), &c);

		if (skip) {
			p += skip;
			continue;
		}
		if (!len || (c < 0x20 && c != '\t' && c != '\n' && c != '\r')) {
			str_addf(out, "\\x%02x", *p++);
			continue;
		}
		if (shown_by_number(c))
			str_addf(out, "\\u%04x", (unsigned)c);
		else
			str_addn(out, p, len);
		p += len;
	}
}

void xml_clean_cut(struct str *out, const char *text, size_t head, size_t tail)
{
	size_t n = strlen(text), from;

	if (n <= head + tail) {
		xml_clean(out, text, n);
		return;
	}
	from = n - tail;
	while (head && ((unsigned char)text[head] & 0xc0) == 0x80)
		head--;
	while (from < n && ((unsigned char)text[from] & 0xc0) == 0x80)
		from++;
	xml_clean(out, text, head);
	str_addf(out, "\n[... %zu bytes left out ...]\n", from - head);
	xml_clean(out, text + from, n - from);
}
