#include <ctype.h>

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

static CO_FN void list(struct tc *t)
{
	AUTO(resource_list) struct resource_list regions = { 0 };
	AUTO(resource_list) struct resource_list all = { 0 };
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
	check_all(t, &all, "each has a unit", "a unit", "unit", is_there);
	check_all(t, &all, "each has an amount", "a decimal number", "amount", is_amount);
	check_all(t, &all, "each says for which spec it is", "a spec", "spec", is_there);
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
	.purpose = "Check that the prices of a region are complete and each is listed once.",
	.verifies = REQS("MCI-META-02"),
	.if_claimed = CAN(PRICE) | CAN(REGION),
	.severity = SEV_MINOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 10 },
	.timeout_s = 240,
	.run = list,
};
