#include "fuzz.h"
#include "replies.h"

/* What a CB-Spider may answer to any operation. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	replies_fuzz("{plugfest: target/1, name: fuzz, driver: spider, layer: {product: x, version: '1'}, "
		     "backend: {provider: x}, connection: {endpoint: 'http://127.0.0.1:9/spider', "
		     "username: admin, password: {env: FUZZ_PASSWORD}, connection_name: x}}",
		     "200\n{\"ConfigName\":\"x\"}%%\n200\n{\"ConfigName\":\"x\"}", data, n);
	return 0;
}
