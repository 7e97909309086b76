/* What is decided, without a network: classes, states, times, versions. */
#include "openstack.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

void openstack_error_text(const json_t *doc, const char **type, const char **message)
{
	const char *key;
	json_t *value;

	*type = *message = "";
	json_object_foreach((json_t *)doc, key, value) {
		const char *text = json_text(value, "message"), *kind = json_text(value, "type");

		if (!text)
			continue;
		/* {"NeutronError":{"type",..}}, {"itemNotFound":{..}}, {"error":{"title",..}} */
		*type = kind ? kind : key;
		*message = text;
		return;
	}
	if (json_text(doc, "message"))
		*message = json_text(doc, "message");
}

enum err openstack_classify(int status, const char *type, const char *message, bool *guessed)
{
	*guessed = false;
	/* Nova writes "overLimit" for both a full account and too many requests. */
	if (status != 429 && (!strcmp(type, "OverQuota") || !strcmp(type, "overLimit")))
		return ERR_QUOTA;
	switch (status) {
	case 400:
		/* So Cinder, and Nova for it, refuse what a volume's state forbids. */
		*guessed = !strncmp(message, "Invalid volume: ", 16);
		return *guessed ? ERR_CONFLICT : ERR_INVALID;
	case 401:
		return ERR_UNAUTHENTICATED;
	case 403:
		/* Nova refuses over quota as a plain "forbidden". */
		*guessed = strstr(message, "uota") != NULL;
		return *guessed ? ERR_QUOTA : ERR_DENIED;
	case 404:
	case 410:
		return ERR_NOT_FOUND;
	case 405:
	case 501:
		return ERR_UNSUPPORTED;
	case 409:
		return ERR_CONFLICT;
	case 413:
		return ERR_QUOTA;
	case 429:
		return ERR_THROTTLED;
	default:
		return status >= 500 ? ERR_UNAVAILABLE :
		       status >= 400 ? ERR_INVALID : ERR_PROTOCOL;
	}
}

static const struct { const char *word; enum state state; } vm_states[] = {
	{ "ACTIVE", STATE_RUNNING }, { "BUILD", STATE_CREATING }, { "SHUTOFF", STATE_STOPPED },
	{ "REBOOT", STATE_REBOOTING }, { "HARD_REBOOT", STATE_REBOOTING },
	{ "SUSPENDED", STATE_SUSPENDED }, { "PAUSED", STATE_SUSPENDED },
	{ "ERROR", STATE_FAILED }, { "DELETED", STATE_GONE }, { "SOFT_DELETED", STATE_GONE },
	{ "SHELVED", STATE_STOPPED }, { "SHELVED_OFFLOADED", STATE_STOPPED },
	{ "RESIZE", STATE_STOPPING }, { "VERIFY_RESIZE", STATE_RUNNING },
	{ "REVERT_RESIZE", STATE_STARTING }, { "MIGRATING", STATE_RUNNING },
	{ "PASSWORD", STATE_RUNNING }, { "RESCUE", STATE_RUNNING }, { "REBUILD", STATE_CREATING },
	{ "UNKNOWN", STATE_UNSTATED },
};

static const struct { const char *task; enum state state; } vm_tasks[] = {
	{ "powering-off", STATE_STOPPING }, { "powering-on", STATE_STARTING },
	{ "suspending", STATE_SUSPENDING }, { "resuming", STATE_RESUMING },
	{ "deleting", STATE_DELETING }, { "rebooting", STATE_REBOOTING },
	{ "reboot_pending", STATE_REBOOTING }, { "reboot_started", STATE_REBOOTING },
};

enum state openstack_vm_state(const char *status, const char *task)
{
	if (!status || !*status)
		return STATE_UNSTATED;
	for (size_t i = 0; task && i < sizeof(vm_tasks) / sizeof(*vm_tasks); i++)
		if (!strcmp(vm_tasks[i].task, task))
			return vm_tasks[i].state;
	for (size_t i = 0; i < sizeof(vm_states) / sizeof(*vm_states); i++)
		if (!strcmp(vm_states[i].word, status))
			return vm_states[i].state;
	return STATE_STRANGE;
}

static const struct { const char *word; enum state state; } volume_states[] = {
	{ "available", STATE_AVAILABLE }, { "in-use", STATE_BOUND },
	{ "creating", STATE_CREATING }, { "downloading", STATE_CREATING },
	{ "deleting", STATE_DELETING }, { "reserved", STATE_CHANGING },
	{ "attaching", STATE_CHANGING }, { "detaching", STATE_CHANGING },
	{ "extending", STATE_CHANGING }, { "uploading", STATE_CHANGING },
	{ "retyping", STATE_CHANGING }, { "maintenance", STATE_CHANGING },
	{ "backing-up", STATE_CHANGING }, { "restoring-backup", STATE_CHANGING },
	{ "awaiting-transfer", STATE_CHANGING },
	{ "error", STATE_FAILED }, { "error_deleting", STATE_FAILED },
	{ "error_extending", STATE_FAILED }, { "error_restoring", STATE_FAILED },
	{ "error_backing-up", STATE_FAILED }, { "error_managing", STATE_FAILED },
};

enum state openstack_volume_state(const char *status)
{
	if (!status || !*status)
		return STATE_UNSTATED;
	for (size_t i = 0; i < sizeof(volume_states) / sizeof(*volume_states); i++)
		if (!strcmp(volume_states[i].word, status))
			return volume_states[i].state;
	return STATE_STRANGE;
}

int64_t openstack_time_us(const char *text)
{
	struct tm tm = { 0 };
	const char *rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;

	return rest ? (int64_t)timegm(&tm) * 1000000 : -1;
}

enum { RENEW_BEFORE_US = 60 * 1000000 };

bool openstack_token_over(int64_t age_us, int64_t life_us)
{
	return life_us > 0 && age_us >= life_us;
}

bool openstack_token_due(int64_t age_us, int64_t life_us)
{
	return openstack_token_over(age_us, life_us) ||
	       (life_us >= 2 * (int64_t)RENEW_BEFORE_US && age_us >= life_us - RENEW_BEFORE_US);
}

void openstack_microversion(const char *theirs, char *to, size_t room)
{
	unsigned major = 0, minor = 0;

	if (!theirs || sscanf(theirs, "%u.%u", &major, &minor) != 2 || major < 2) {
		str_copy(to, room, "");
		return;
	}
	if (major > 2 || minor > 35)
		minor = 35;
	snprintf(to, room, "2.%u", minor);
}
