#include "fuzz.h"
#include "replies.h"

static const char target[] =
	"{plugfest: target/1, name: fuzz, driver: openstack, layer: {product: x, version: '1'}, "
	"backend: {provider: x}, connection: {endpoint: 'http://127.0.0.1:9/v3', username: u, "
	"password: {env: FUZZ_PASSWORD}, project_name: p}}";

#define AT(path) "\"endpoints\":[{\"interface\":\"public\",\"url\":\"http://127.0.0.1:9/" path "\"}]"

static const char opening[] =
	"201\nx-subject-token: gAAAAAfuzztoken\n"
	"{\"token\":{\"expires_at\":\"2099-01-01T00:00:00.000000Z\",\"project\":{\"id\":\"p1\"},"
	"\"catalog\":[{\"type\":\"compute\"," AT("c") "},{\"type\":\"network\"," AT("n") "},"
	"{\"type\":\"image\"," AT("i") "},{\"type\":\"volumev3\"," AT("v") "}]}}"
	"%%\n200\n{\"version\":{\"version\":\"2.90\"}}";

/* What the services of an OpenStack may answer to any operation. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	replies_fuzz(target, opening, data, n);
	return 0;
}
