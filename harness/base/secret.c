#include "base/secret.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/escape.h"

/*
 * How a secret is found: every value gives up to eight byte patterns (itself
 * and its base64 at three alignments, in two alphabets).  The text is searched
 * as it stands and once more with each kind of escape undone, so that every
 * spelling an escape allows is met and none needs a pattern of its own.
 *
 * Patterns stand in a hash table under their first WINDOW bytes, the largest
 * power of two that fits.  Where two bytes of the text begin any pattern, the table is
 * asked once per window size; a text in which that is often the case is gone through by
 * a rolling hash instead.  Long windows keep tokens and PEM blocks apart, which all
 * begin alike.
 */
enum { WINDOWS = 7, WINDOW_MIN = 4 };	/* 4, 8, 16 .. 256 */
#define BASE UINT64_C(0x9e3779b97f4a7c15)

struct value {
	char *text;
	size_t len;
	uint64_t hash;
	unsigned next;		/* 1 + index of the next in its bucket */
};

struct pattern {
	unsigned char *bytes;
	size_t len;
	uint64_t hash;		/* of its first window bytes */
	unsigned window;	/* 0 .. WINDOWS - 1 */
	bool before, after;	/* base64: the characters beside it hold a few bits more */
	unsigned next;
};

static struct {
	struct value *values;
	struct pattern *patterns;
	unsigned value_count, value_room, pattern_count, pattern_room;
	unsigned *value_at, *pattern_at;	/* buckets: 1 + index, 0 none */
	unsigned value_buckets, pattern_buckets;	/* powers of two */
	unsigned in_window[WINDOWS];		/* patterns of that size */
	bool first[256];			/* the first byte of one */
	unsigned char begins[65536 / 8];	/* a bit for each two bytes that one begins with */
	bool spaces;				/* some value holds a space */
	size_t longest;				/* pattern */
} known;

/* A text with the escapes of one kind undone; from[i]: where byte i came from. */
struct view {
	unsigned char *bytes;
	size_t *from;		/* len + 1 of them; NULL: from where it is */
	size_t len, base;	/* base: where it begins, without from */
};
struct span { size_t from, to; };
struct spans {
	struct span *at;
	size_t count, room;
	bool any_will_do;	/* stop at the first */
};

enum { BLOCK = 1 << 20 };

static void view_cleanup(struct view *v)
{
	free(v->bytes);
	free(v->from);
}

static void spans_cleanup(struct spans *s) { free(s->at); }

static uint64_t hash_of(const unsigned char *p, size_t n)
{
	uint64_t h = 0;

	while (n--)
		h = h * BASE + *p++ + 1;
	return h;
}

static unsigned bucket(uint64_t hash, unsigned buckets)
{
	return (unsigned)((hash ^ hash >> 32) * BASE >> 32) & (buckets - 1);
}

/* Puts number index before the others of its bucket. */
static void chain(unsigned *at, unsigned buckets, uint64_t hash, unsigned index, unsigned *next)
{
	unsigned *head = &at[bucket(hash, buckets)];

	*next = *head;
	*head = index + 1;
}

/* ---- the registry ---- */

static void grow_values(void)
{
	if (known.value_count < known.value_room)
		return;
	known.value_room = known.value_room ? known.value_room * 2 : 64;
	known.values = xrealloc(known.values, known.value_room * sizeof(*known.values));
	known.value_buckets = known.value_room * 2;
	free(known.value_at);
	known.value_at = xcalloc(known.value_buckets, sizeof(*known.value_at));
	for (unsigned i = 0; i < known.value_count; i++)
		chain(known.value_at, known.value_buckets, known.values[i].hash, i,
		      &known.values[i].next);
}

static void grow_patterns(void)
{
	if (known.pattern_count < known.pattern_room)
		return;
	known.pattern_room = known.pattern_room ? known.pattern_room * 2 : 256;
	known.patterns = xrealloc(known.patterns, known.pattern_room * sizeof(*known.patterns));
	known.pattern_buckets = known.pattern_room * 2;
	free(known.pattern_at);
	known.pattern_at = xcalloc(known.pattern_buckets, sizeof(*known.pattern_at));
	for (unsigned i = 0; i < known.pattern_count; i++)
		chain(known.pattern_at, known.pattern_buckets, known.patterns[i].hash, i,
		      &known.patterns[i].next);
}

static void add_pattern(const char *bytes, size_t len, bool before, bool after)
{
	struct pattern *p;
	unsigned w = 0;

	while (w + 1 < WINDOWS && (size_t)WINDOW_MIN << (w + 1) <= len)
		w++;
	grow_patterns();
	p = &known.patterns[known.pattern_count];
	*p = (struct pattern){ .len = len, .window = w, .before = before, .after = after };
	if (len > known.longest)
		known.longest = len;
	p->bytes = xmalloc(len);
	memcpy(p->bytes, bytes, len);
	p->hash = hash_of(p->bytes, (size_t)WINDOW_MIN << w);
	chain(known.pattern_at, known.pattern_buckets, p->hash, known.pattern_count++, &p->next);
	known.in_window[w]++;
	known.first[p->bytes[0]] = true;
	known.begins[p->bytes[0] << 5 | p->bytes[1] >> 3] |=
		(unsigned char)(1 << (p->bytes[1] & 7));
}

/* The base64 characters that the n bytes alone decide when they begin skip
 * bytes after a group of three. */
static void add_base64(const unsigned char *value, size_t n, unsigned skip)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t first = (skip * 8 + 5) / 6, end = (skip + n) * 8 / 6;
	struct str s = { 0 };
	bool both = false, before = skip > 0, after = (skip + n) % 3 > 0;

	for (size_t i = first; i < end; i++) {
		size_t bit = i * 6 - skip * 8, byte = bit / 8, shift = bit % 8;
		unsigned two = (unsigned)value[byte] << 8 | (byte + 1 < n ? value[byte + 1] : 0);

		str_addc(&s, digits[two >> (10 - shift) & 63]);
	}
	add_pattern(s.text, s.len, before, after);
	for (size_t i = 0; i < s.len; i++) {
		if (s.text[i] != '+' && s.text[i] != '/')
			continue;
		s.text[i] = s.text[i] == '+' ? '-' : '_';
		both = true;
	}
	if (both)
		add_pattern(s.text, s.len, before, after);
	explicit_bzero(s.text, s.len);
	str_release(&s);
}

/* White space at the ends is often lost on the way: a key file's last newline. */
static void add_patterns(const char *value, size_t n)
{
	while (n && isspace((unsigned char)*value)) {
		value++;
		n--;
	}
	while (n && isspace((unsigned char)value[n - 1]))
		n--;
	if (n < SECRET_SHORTEST)
		return;
	add_pattern(value, n, false, false);
	for (unsigned skip = 0; skip < 3; skip++)
		add_base64((const unsigned char *)value, n, skip);
	known.spaces |= memchr(value, ' ', n) != NULL;
}

struct secret secret_add(const char *value, size_t n)
{
	uint64_t hash = hash_of((const unsigned char *)value, n);
	struct value *v;

	if (!n)
		return (struct secret){ 0 };
	for (unsigned i = known.value_buckets ? known.value_at[bucket(hash, known.value_buckets)]
					      : 0;
	     i; i = known.values[i - 1].next) {
		v = &known.values[i - 1];
		if (v->hash == hash && v->len == n && !memcmp(v->text, value, n))
			return (struct secret){ .handle = i };
	}
	grow_values();
	v = &known.values[known.value_count];
	*v = (struct value){ .len = n, .hash = hash };
	v->text = xmalloc(n + 1);
	memcpy(v->text, value, n);
	v->text[n] = '\0';
	chain(known.value_at, known.value_buckets, hash, known.value_count++, &v->next);
	add_patterns(value, n);
	return (struct secret){ .handle = known.value_count };
}

unsigned secret_count(void) { return known.value_count; }

const char *secret_reveal(struct secret s)
{
	return s.handle && s.handle <= known.value_count ? known.values[s.handle - 1].text : "";
}

void secret_forget_all(void)
{
	for (unsigned i = 0; i < known.value_count; i++) {
		explicit_bzero(known.values[i].text, known.values[i].len);
		free(known.values[i].text);
	}
	for (unsigned i = 0; i < known.pattern_count; i++) {
		explicit_bzero(known.patterns[i].bytes, known.patterns[i].len);
		free(known.patterns[i].bytes);
	}
	free(known.values);
	free(known.patterns);
	free(known.value_at);
	free(known.pattern_at);
	memset(&known, 0, sizeof(known));
}

/* ---- searching ---- */

static size_t origin(const struct view *v, size_t i) { return v->from ? v->from[i] : v->base + i; }

static bool is_base64(unsigned char c) { return isalnum(c) || (c && strchr("+/-_", c)); }

static void mark(struct spans *spans, const struct view *v, size_t at, const struct pattern *p)
{
	size_t end = at + p->len;

	if (p->before && at && is_base64(v->bytes[at - 1]))
		at--;
	if (p->after && end < v->len && is_base64(v->bytes[end]))
		end++;
	if (spans->count == spans->room) {
		spans->room = spans->room ? spans->room * 2 : 16;
		spans->at = xrealloc(spans->at, spans->room * sizeof(*spans->at));
	}
	spans->at[spans->count++] = (struct span){ origin(v, at), origin(v, end) };
}

/* The patterns whose first window, of size w, hashes to h and that stand at `at`. */
static void look_up(const struct view *v, size_t at, unsigned w, uint64_t h, struct spans *spans)
{
	for (unsigned i = known.pattern_at[bucket(h, known.pattern_buckets)]; i;
	     i = known.patterns[i - 1].next) {
		const struct pattern *p = &known.patterns[i - 1];

		if (p->hash == h && p->window == w && p->len <= v->len - at &&
		    !memcmp(v->bytes + at, p->bytes, p->len))
			mark(spans, v, at, p);
	}
}

static void search_window(const struct view *v, unsigned w, struct spans *spans)
{
	size_t size = (size_t)WINDOW_MIN << w;
	uint64_t h, top = 1;

	if (v->len < size)
		return;
	h = hash_of(v->bytes, size);
	for (size_t i = 1; i < size; i++)
		top *= BASE;
	for (size_t at = 0;; at++) {
		look_up(v, at, w, h, spans);
		if (at + size == v->len || (spans->count && spans->any_will_do))
			return;
		h = (h - top * (v->bytes[at] + UINT64_C(1))) * BASE + v->bytes[at + size] + 1;
	}
}

/* All windows that begin at `at`, each the one before it and as much again. */
static void search_at(const struct view *v, size_t at, struct spans *spans)
{
	uint64_t h = 0;
	size_t done = 0;

	for (unsigned w = 0; w < WINDOWS; w++) {
		size_t size = (size_t)WINDOW_MIN << w;

		if (size > v->len - at)
			return;
		for (; done < size; done++)
			h = h * BASE + v->bytes[at + done] + 1;
		if (known.in_window[w])
			look_up(v, at, w, h, spans);
	}
}

static void search_view(const struct view *v, struct spans *spans)
{
	size_t hits = 0, most = 16 + v->len / 64;
	size_t end = v->len < WINDOW_MIN ? 0 : v->len - WINDOW_MIN + 1;

	for (size_t at = 0; at < end && hits < most; at++) {
		unsigned second;

		while (at < end && !known.first[v->bytes[at]])
			at++;
		if (at == end)
			break;
		second = v->bytes[at + 1];
		if (!(known.begins[v->bytes[at] << 5 | second >> 3] & 1 << (second & 7)))
			continue;
		hits++;
		search_at(v, at, spans);
		if (spans->count && spans->any_will_do)
			return;
	}
	if (hits < most)
		return;
	for (unsigned w = 0; w < WINDOWS; w++)
		if (known.in_window[w])
			search_window(v, w, spans);
}

/* ---- undoing escapes ---- */

/* False when there was nothing to undo. */
static bool undo(enum escape kind, const struct view *v, struct view *ret)
{
	size_t used, made;
	bool any = false;

	*ret = (struct view){ 0 };
	if (!memchr(v->bytes, escape_begins[kind], v->len) ||
	    (kind == ESCAPE_FORM && !known.spaces))
		return false;
	ret->bytes = xmalloc(v->len);
	ret->from = xmalloc((v->len + 1) * sizeof(*ret->from));
	for (size_t i = 0; i < v->len; i += used) {
		unsigned char c[4];

		used = escape_undo(kind, v->bytes + i, v->len - i, c, &made);
		any |= used > 0;
		if (!used) {
			used = made = 1;
			c[0] = v->bytes[i];
		}
		for (size_t k = 0; k < made; k++) {
			ret->bytes[ret->len] = c[k];
			ret->from[ret->len++] = origin(v, i);
		}
	}
	ret->from[ret->len] = origin(v, v->len);
	return any;
}

/* The text, each escape undone, and each once more: JSON within JSON is common. */
static void search_block(const char *text, size_t begin, size_t end, struct spans *spans)
{
	const struct view plain = { .bytes = (unsigned char *)text + begin, .len = end - begin,
				    .base = begin };

	search_view(&plain, spans);
	for (int outer = 0; outer < ESCAPES; outer++) {
		AUTO(view) struct view once;

		if (!undo((enum escape)outer, &plain, &once))
			continue;
		search_view(&once, spans);
		for (int inner = 0; inner < ESCAPES; inner++) {
			AUTO(view) struct view twice;

			if (undo((enum escape)inner, &once, &twice))
				search_view(&twice, spans);
		}
	}
}

/* Where a block may begin: not within an escape, if there is such a place near. */
static size_t calm_start(const char *text, size_t at, size_t most)
{
	size_t calm = 0, from = at;

	while (at && calm < ESCAPE_MAX && from - at < most) {
		at--;
		calm = strchr(escape_begins, text[at]) && text[at] ? 0 : calm + 1;
	}
	return at;
}

/* A text takes 27 times its size while it is searched: a long one goes in blocks,
 * each of which reaches into the next as far as a secret and its escapes may. */
static void search(const char *text, size_t n, struct spans *spans)
{
	size_t reach = known.longest * ESCAPE_MAX + 64;
	size_t block = reach > BLOCK ? reach : BLOCK;

	if (!n || !known.pattern_count)
		return;
	for (size_t at = 0; at < n; at += block) {
		size_t end = n - at > block + reach ? at + block + reach : n;

		search_block(text, calm_start(text, at, reach), end, spans);
		if (end == n || (spans->count && spans->any_will_do))
			return;
	}
}

static int by_start(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

bool secret_found(const char *text, size_t n)
{
	AUTO(spans) struct spans spans = { .any_will_do = true };

	search(text, n, &spans);
	return spans.count > 0;
}

static bool redact_once(struct str *text)
{
	AUTO(spans) struct spans spans = { 0 };
	struct str clean = { 0 };
	size_t at = 0;

	search(text->text, text->len, &spans);
	if (!spans.count)
		return false;
	qsort(spans.at, spans.count, sizeof(*spans.at), by_start);
	for (size_t i = 0; i < spans.count;) {
		struct span one = spans.at[i++];

		while (i < spans.count && spans.at[i].from < one.to) {
			if (spans.at[i].to > one.to)
				one.to = spans.at[i].to;
			i++;
		}
		str_addn(&clean, text->text + at, one.from - at);
		str_add(&clean, "***");
		at = one.to;
	}
	str_addn(&clean, text->text + at, text->len - at);
	explicit_bzero(text->text, text->len);
	str_release(text);
	*text = clean;
	return true;
}

/* Again, for a value with a '*' in it may come about where "***" meets its neighbours.
 * Each round makes the text shorter, so there is a last one. */
void secret_redact(struct str *text)
{
	while (redact_once(text))
		;
}
