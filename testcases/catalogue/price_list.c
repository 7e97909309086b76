#include <ctype.h>
#include <strings.h>

#include "region.h"

/*
 * Where to run is decided by the price.  One without its currency or unit, or
 * that is listed twice, cannot be compared with that of another cloud.
 */
static bool is_currency(const char *s)
{
	return isupper((unsigned char)s[0]) && isupper((unsigned char)s[1]) &&
	       isupper((unsigned char)s[2]) && !s[3];
}

static bool is_amount(const char *s)
{
	size_t whole = strspn(s, "0123456789");

	if (!whole)
		return false;
	s += whole;
	return !*s || (*s == '.' && s[1] && !s[1 + strspn(s + 1, "0123456789")]);
}

/* The first that does not hold, so that the report can show it. */
static void check_all(struct tc *t, const struct resource_list *all, const char *what,
		      const char *wanted, const char *field, bool (*good)(const char *))
{
	char text[200] = "";
	size_t i = 0;

	for (; i < all->count; i++) {
		resource_get_text(&all->at[i], field, text, sizeof(text));
		if (!good(text))
			break;
	}
	CHECK(t, "MCI-META-02", what, i == all->count, wanted,
	      i == all->count ? wanted : *text ? text : "(absent)");
}

static bool costs(const char *s) { return s[strspn(s, "0.")] != '\0'; }

static bool is_there(const char *s) { return *s != '\0'; }

static bool is_time(const char *word, size_t n)
{
	static const char *const times[] = {
		"h", "hr", "hrs", "hour", "hours", "hourly", "s", "sec", "second", "seconds", "min",
		"minute", "minutes", "d", "day", "days", "daily", "week", "weeks", "weekly", "mo", "mon",
		"month", "months", "monthly", "y", "yr", "year", "years", "yearly", "annual", "annually",
	};

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
		if (strlen(times[i]) == n && !strncasecmp(times[i], word, n))
			return true;
	return false;
}

/* "Hour", "1 Hour", "Hrs", "INSTANCE_HOUR": providers say it each in its own way, and one of
 * its words is a time. Of other alphabets nobody here can tell. */
static bool is_unit(const char *s)
{
	for (const char *at = s; *at; at += *at != '\0') {
		const char *from = at;

		while (isalpha((unsigned char)*at))
			at++;
		if (*at & 0x80 || is_time(from, (size_t)(at - from)))
			return true;
	}
	return false;
}

/* One spec may have many prices (by zone, by system); all of them being of one means that
 * they name another's. */
static void check_specs(struct tc *t, const struct resource_list *prices,
			const struct resource_list *specs)
{
	const char *first = prices->at[0].price.spec;
	bool others = false;

	for (size_t i = 1; i < prices->count; i++)
		others = others || strcmp(prices->at[i].price.spec, first) != 0;
	if (prices->count > 1 && specs->count > 1)
		CHECK(t, "MCI-META-02", "they are not all of one spec", others, "two specs or more",
		      others ? "two specs or more" : *first ? first : "(absent)");
}

static CO_FN void list(struct tc *t)
{
	AUTO(resource_list) struct resource_list regions = { 0 };
	AUTO(resource_list) struct resource_list all = { 0 }, specs = { 0 };
	const char *region;
	size_t twice = 0, dear = 0;
	char amount[60];

	CALL(t, "MCI-META-02", "list the regions", tc_list(t, KIND_REGION, NULL, &regions));
	REQUIRE(t, "MCI-META-02", "there is a region", regions.count > 0, "one at least", "none");
	region = region_of(t, &regions)->id;
	CALL(t, "MCI-META-02", "list the prices of a region", tc_list(t, KIND_PRICE, region, &all));
	REQUIRE(t, "MCI-META-02", "there are prices", all.count > 0, "one at least", "none");
	CHECK_TEXT(t, "MCI-META-02", "they say of which region they are", region, all.at[0].parent);
	check_all(t, &all, "each has a currency", "three letters (ISO 4217)", "currency", is_currency);
	check_all(t, &all, "each has a unit", "a length of time, as \"Hour\"", "unit", is_unit);
	check_all(t, &all, "each has an amount", "a decimal number", "amount", is_amount);
	check_all(t, &all, "each says for which spec it is", "a spec", "spec", is_there);
	CALL(t, "MCI-META-02", "list the specs", tc_list(t, KIND_SPEC, NULL, &specs));
	check_specs(t, &all, &specs);
	for (size_t i = 0; i < all.count; i++)
		dear += resource_get_text(&all.at[i], "amount", amount, sizeof(amount)) && costs(amount);
	CHECK(t, "MCI-META-02", "something is not free", dear > 0, "an amount above zero",
	      dear ? "an amount above zero" : "all zero");
	for (size_t i = 0; i < all.count; i++)
		twice += resource_list_count_id(&all, all.at[i].id) > 1;
	CHECK_INT(t, "MCI-META-02", "how many are listed more than once", 0, (int64_t)twice);
}

TESTCASE(price_list) {
	.id = "catalogue.price.list",
	.title = "Prices are listed with currency, unit, amount and spec",
	.purpose = "Check that the prices of a region are complete, by a time, of more than one spec, "
		   "and each listed once.",
	.verifies = REQS("MCI-META-02"),
	.needs = CAN(SPEC),
	.if_claimed = CAN(PRICE) | CAN(REGION),
	.severity = SEV_MINOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 20 },
	.timeout_s = 240,
	.run = list,
};
