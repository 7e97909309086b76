/* Names: what the dialect says of them, for every kind alike. */
#include "tc/alike.h"

#include "base/str.h"
#include "tc/private.h"

const char *tc_name_of_length(struct tc *t, enum kind kind, unsigned characters,
			      char to[NAME_LEN])
{
	size_t n;

	tc_name(t, kind, to);
	for (n = strlen(to); n < characters && n < NAME_LEN - 1; n++)
		to[n] = (char)(n % 10 == 9 ? '-' : 'a' + (int)(n % 26));
	/* A name may not end in a dash everywhere. */
	if (n && to[n - 1] == '-')
		to[n - 1] = 'z';
	to[n] = '\0';
	return to;
}

unsigned tc_longest_name(const struct tc *t, enum kind kind)
{
	unsigned longest = t->dialect->name_longest ? t->dialect->name_longest : 100;
	unsigned room = t->dialect->name_is_id & KIND_BIT(kind) ? ID_MAX : NAME_LEN;

	return longest < room ? longest : room - 1;
}

CO_FN void tc_check_name_kept(struct tc *t, const char *req, struct resource *want)
{
	struct resource made, seen;

	if (!tc_stimulus(t, req, "create one of that name", tc_create(t, want, &made), AT))
		return;
	CHECK_TEXT(t, req, "its name in the answer to the create", want->name, made.name);
	if (!tc_stimulus(t, req, "read it", tc_get(t, &made, &seen), AT))
		return;
	CHECK_TEXT(t, req, "its name reads back", want->name, seen.name);
	tc_check_named_once(t, req, want);
}

CO_FN void tc_check_name_refused(struct tc *t, const char *req, const char *what,
				 struct resource *want)
{
	struct resource made;
	int r = *want->name ? tc_create(t, want, &made) : tc_create_unnamed(t, want, &made);

	CHECK_REFUSED(t, req, what, r, ERR_INVALID);
	if (*want->name)
		tc_check_none_named(t, req, want);
}

CO_FN void tc_check_unicode_name(struct tc *t, const char *req, struct resource *want)
{
	/* Hangul, Latin with marks, Greek: two and three bytes each. */
	static const char letters[] = "-\xea\xb0\x80\xeb\x82\x98-\xc3\xa9\xc3\xb1-\xce\xa9";
	size_t n;

	if (!*want->name)
		tc_name(t, want->kind, want->name);
	n = strlen(want->name);
	str_copy(want->name + n, sizeof(want->name) - n, letters);
	if (t->dialect->names_unicode & KIND_BIT(want->kind))
		tc_check_name_kept(t, req, want);
	else
		tc_check_name_refused(t, req, "create one with letters outside ASCII in its name", want);
}
