#include "tc/testcase.h"

/* Made for this suite; nobody has its private half. */
#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPnMjS7xIJM+wp4E+WpilucigVmOOo7akZgn1dcOFfzt"
#define SHA256 "SHA256:69v3Lcx8Uve6Zn58QlYBJhLFW+UPetLHnh2jVTthWlc"
#define MD5 "b6:42:51:9a:49:93:f9:64:fa:f0:01:1e:c4:26:dc:72"

/*
 * Who brings a key of his own keeps its private half at home.  A cloud that puts
 * another key in its place locks him out of every machine made with it.
 */
static CO_FN void import(struct tc *t)
{
	struct resource want, kp, seen;
	const char *print;

	resource_init(&want, KIND_KEYPAIR);
	str_copy(want.keypair.public_key, sizeof(want.keypair.public_key), KEY " plugfest");
	CALL(t, "MCI-KEY-04", "import a public key", tc_create(t, &want, &kp));
	CALL(t, "MCI-KEY-04", "read the key pair", tc_get(t, &kp, &seen));
	CHECK_TEXT(t, "MCI-KEY-04", "its name reads back", want.name, seen.name);
	print = seen.keypair.fingerprint;
	CHECK(t, "MCI-KEY-04", "its fingerprint is that of the given key",
	      !strcmp(print, SHA256) || !strcmp(print, MD5) || !strcmp(print, "MD5:" MD5),
	      SHA256 " or " MD5, *print ? print : "(absent)");
	if (*seen.keypair.public_key)
		CHECK(t, "MCI-KEY-04", "its public key is the given one",
		      !strncmp(seen.keypair.public_key, KEY, strlen(KEY)), KEY,
		      seen.keypair.public_key);
	tc_check_listed(t, "MCI-KEY-04", &kp, true);
}

TESTCASE(keypair_import) {
	.id = "compute.keypair.import",
	.title = "An imported key pair is the key that was given",
	.purpose = "Check that a key pair made from a public key reads back with that key's fingerprint.",
	.verifies = REQS("MCI-KEY-04"),
	.if_claimed = CAN(KEYPAIR) | CAN(KEYPAIR_IMPORT),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 14 },
	.timeout_s = 240,
	.run = import,
};
