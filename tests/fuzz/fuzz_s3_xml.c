#include "fuzz.h"

#include <string.h>

#include "adapters/s3/face.h"
#include "adapters/s3/s3.h"
#include "base/cleanup.h"

/* What either end of the S3 API may be sent; the first byte says as what it is read. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO(s3_list) struct s3_list l = { 0 };
	AUTO(s3_object) struct s3_object o = { 0 };
	AUTO(str_buf) struct str upload = { 0 };
	struct error err = { 0 };
	const char *body = (const char *)data + 1;
	struct face_part *parts = NULL;
	size_t count;
	int r = ERR_OK;

	if (!n--)
		return 0;
	switch (data[0]) {
	case 'l': r = s3_read_list(body, n, &l, &err); break;
	case 'v': r = s3_read_versions(body, n, &l, &err); break;
	case 'i': r = s3_read_initiate(body, n, &upload, &err); break;
	case 'c': r = s3_read_complete(body, n, &o, &err); break;
	case 'y': r = s3_read_copy(body, n, &o, &err); break;
	case 'e':
		r = s3_error(400, body, n, &err);
		PROMISE(r < 0);
		break;
	case 'p':
		PROMISE((face_read_complete(body, n, &parts, &count) == NULL) == (count > 0));
		for (size_t i = 1; i < count; i++)
			PROMISE(parts[i].number > parts[i - 1].number &&
				strlen(parts[i].etag) == 32);
		free(parts);
		return 0;
	default: return 0;
	}
	PROMISE(r == ERR_OK || (r < 0 && *err.text && (int)err.code == r));
	for (size_t i = 0; r == ERR_OK && i < l.count; i++)
		PROMISE(l.at[i].key && *l.at[i].key && strlen(l.at[i].key) <= S3_KEY_MAX);
	PROMISE(r < 0 || l.truncated == (l.next != NULL));
	PROMISE(r < 0 || !o.key || *o.etag);
	return 0;
}
