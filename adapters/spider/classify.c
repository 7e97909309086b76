#include "spider.h"

#include <ctype.h>
#include <string.h>

/* Matched against the message in lower case without blanks, first hit wins. */
static const struct { const char *text; enum err code; } pattern[] = {
	{ "alreadyexists", ERR_CONFLICT },
	{ "alreadyhavea", ERR_CONFLICT },
	{ "unsupportedmediatype", ERR_INVALID },
	{ "doesnotsupport", ERR_UNSUPPORTED },
	{ "notsupported", ERR_UNSUPPORTED },
	{ "unsupported", ERR_UNSUPPORTED },
	{ "notimplemented", ERR_UNSUPPORTED },
	{ "doesnotexist", ERR_NOT_FOUND },
	{ "notexist", ERR_NOT_FOUND },
	{ "notfound", ERR_NOT_FOUND },
	{ "failedtofind", ERR_NOT_FOUND },
	{ "failedtogetthevm", ERR_NOT_FOUND },
	{ "noresult", ERR_NOT_FOUND },
	{ "isundefined", ERR_NOT_FOUND },
	{ "throttl", ERR_THROTTLED },
	{ "ratelimit", ERR_THROTTLED },
	{ "requestlimitexceeded", ERR_THROTTLED },
	{ "toomanyrequests", ERR_THROTTLED },
	{ "quota", ERR_QUOTA },
	{ "limitexceeded", ERR_QUOTA },
	{ "overlimit", ERR_QUOTA },
	{ "insufficientcapacity", ERR_QUOTA },
	{ "resource_pool_exhausted", ERR_QUOTA },
	{ "resourceinsufficient", ERR_QUOTA },
	{ "creationlimit", ERR_QUOTA },
	{ "timeout", ERR_TIMEOUT },
	{ "inuse", ERR_CONFLICT },
	{ "isbeingused", ERR_CONFLICT },
	{ "isused", ERR_CONFLICT },
	{ "dependency", ERR_CONFLICT },
	{ "conflict", ERR_CONFLICT },
	{ "isalready", ERR_CONFLICT },
	{ "hasalreadybeen", ERR_CONFLICT },
	{ "status!", ERR_CONFLICT },
	{ "insuspendedstatus", ERR_CONFLICT },
	{ "instate", ERR_CONFLICT },
	{ "isempty", ERR_INVALID },
	{ "inputvalueisempty", ERR_INVALID },
	{ "unmarshaltypeerror", ERR_INVALID },
	{ "isnotavalid", ERR_INVALID },
	{ "invalid", ERR_INVALID },
	{ "code=400", ERR_INVALID },
};

enum err spider_classify(int status, const char *message, bool *guessed)
{
	char flat[512];
	size_t n = 0;

	*guessed = false;
	if (status == 401)
		return ERR_UNAUTHENTICATED;
	if (status == 403)
		return ERR_DENIED;
	if (status == 405 || status == 501)
		return ERR_UNSUPPORTED;
	if (status == 429)
		return ERR_THROTTLED;

	for (; *message && n < sizeof(flat) - 1; message++)
		if (!isspace((unsigned char)*message))
			flat[n++] = (char)tolower((unsigned char)*message);
	flat[n] = '\0';
	*guessed = true;
	for (size_t i = 0; i < sizeof(pattern) / sizeof(*pattern); i++)
		if (strstr(flat, pattern[i].text))
			return pattern[i].code;

	*guessed = status != 503;
	if (status == 404)
		return ERR_NOT_FOUND;
	if (status == 409)
		return ERR_CONFLICT;
	return status >= 400 && status < 500 ? ERR_INVALID : ERR_UNAVAILABLE;
}

static const struct { const char *word; enum state state; } vm_states[] = {
	{ "Creating", STATE_CREATING }, { "Running", STATE_RUNNING },
	{ "Suspending", STATE_STOPPING }, { "Suspended", STATE_STOPPED },
	{ "Resuming", STATE_STARTING }, { "Rebooting", STATE_REBOOTING },
	{ "Terminating", STATE_DELETING }, { "Terminated", STATE_GONE },
	{ "NotExist", STATE_GONE }, { "Failed", STATE_FAILED },
};

enum state spider_vm_state(const char *word)
{
	if (!word || !*word)
		return STATE_UNSTATED;
	for (size_t i = 0; i < sizeof(vm_states) / sizeof(*vm_states); i++)
		if (!strcmp(vm_states[i].word, word))
			return vm_states[i].state;
	return STATE_STRANGE;
}
