#include "fuzz.h"
#include "replies.h"

static const char target[] =
	"{plugfest: target/1, name: fuzz, driver: spider, layer: {product: x, version: '1'}, "
	"backend: {provider: x}, connection: {endpoint: 'http://127.0.0.1:9/spider', "
	"username: admin, password: {env: FUZZ_PASSWORD}, connection_name: x}}";

/* What a CB-Spider may answer to any operation. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	/* Opening a session with a named connection asks nothing. */
	replies_fuzz(target, "", data, n);
	return 0;
}
