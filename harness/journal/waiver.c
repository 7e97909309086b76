#include "journal/waiver.h"

#include <string.h>

#include "base/str.h"

bool waiver_is_day(const char *text)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int n[3] = { 0 }, part = 0;
	bool leap;

	if (strlen(text) != 10)
		return false;
	for (int i = 0; i < 10; i++) {
		if (i == 4 || i == 7) {
			if (text[i] != '-')
				return false;
			part++;
		} else if (text[i] < '0' || text[i] > '9') {
			return false;
		} else {
			n[part] = n[part] * 10 + text[i] - '0';
		}
	}
	leap = (n[0] % 4 == 0 && n[0] % 100 != 0) || n[0] % 400 == 0;
	return n[1] >= 1 && n[1] <= 12 && n[2] >= 1 && n[2] <= days[n[1] - 1] &&
	       (leap || n[1] != 2 || n[2] < 29);
}

enum waiver_state waiver_on(const char *granted, const char *expires, const char *day)
{
	/* Such days compare as texts. */
	if (strncmp(day, granted, 10) < 0)
		return WAIVER_EARLY;
	return strncmp(day, expires, 10) > 0 ? WAIVER_EXPIRED : WAIVER_IN_FORCE;
}

bool waiver_covers(const char *const *cases, const char *target, const char *profile,
		   const char *of_case, const char *of_target, const char *of_profile)
{
	if (*target && !str_glob(target, of_target))
		return false;
	if (*profile && !str_glob(profile, of_profile))
		return false;
	for (; *cases; cases++)
		if (str_glob(*cases, of_case))
			return true;
	return false;
}
