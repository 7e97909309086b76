/* The drivers that this program was linked with, by name. */
#include <stdlib.h>
#include <string.h>

#include "cloud/driver.h"

extern const struct driver *const __start_drivers[], *const __stop_drivers[];

static const struct driver *sorted[64];
static size_t count;

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct driver *const *)a)->name,
		      (*(const struct driver *const *)b)->name);
}

static void gather(void)
{
	if (count)
		return;
	for (const struct driver *const *d = __start_drivers; d < __stop_drivers; d++)
		if (count < sizeof(sorted) / sizeof(*sorted) && (*d)->abi == DRIVER_ABI)
			sorted[count++] = *d;
	qsort(sorted, count, sizeof(*sorted), by_name);
}

const struct driver *driver_at(size_t i)
{
	gather();
	return i < count ? sorted[i] : NULL;
}

const struct driver *driver_by_name(const char *name)
{
	const struct driver *d;

	for (size_t i = 0; (d = driver_at(i)); i++)
		if (!strcmp(d->name, name))
			return d;
	return NULL;
}
