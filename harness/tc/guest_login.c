/* The data plane in a case: whom a VM lets in by login. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "base/clock.h"
#include "tc/guest.h"
#include "tc/private.h"

enum { LOOK_MS = 1000, HALF = 32 };

/* ---- keys of our own ---- */

/* The public half as OpenSSH writes it: RFC 8709 and the form of RFC 4253. */
static void public_line(const unsigned char half[HALF], char to[PUBLIC_KEY_LEN])
{
	static const unsigned char head[] = "\0\0\0\013ssh-ed25519\0\0\0\040";
	unsigned char blob[sizeof(head) - 1 + HALF], text[sizeof(blob) * 2];

	memcpy(blob, head, sizeof(head) - 1);
	memcpy(blob + sizeof(head) - 1, half, HALF);
	EVP_EncodeBlock(text, blob, (int)sizeof(blob));
	snprintf(to, PUBLIC_KEY_LEN, "ssh-ed25519 %s plugfest", (const char *)text);
}

struct secret tc_own_key(char public[PUBLIC_KEY_LEN])
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	BIO *bio = BIO_new(BIO_s_mem());
	struct secret ret = { 0 };
	unsigned char half[HALF];
	size_t n = sizeof(half);
	char *pem;
	long len;

	*public = '\0';
	if (key && bio && EVP_PKEY_get_raw_public_key(key, half, &n) == 1 &&
	    PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1 &&
	    (len = BIO_get_mem_data(bio, &pem)) > 0) {
		ret = secret_add(pem, (size_t)len);
		public_line(half, public);
		OPENSSL_cleanse(pem, (size_t)len);
	}
	BIO_free(bio);
	EVP_PKEY_free(key);
	return ret;
}

/* ---- VMs ---- */

CO_FN int tc_login_vm(struct tc *t, struct tc_site *site, const struct resource *keypair,
		      struct secret key, struct tc_guest **ret)
{
	site->keypair = *keypair;
	/* A driver that keeps a private key back leaves nothing to log in with. */
	if (!secret_present(key))
		return err_set(&t->err, ERR_PROTOCOL, "the answer to creating key pair %s has no private "
			       "key to log in with", keypair->name);
	t->p->login = key;
	return tc_guest_vm(t, site, ret);
}

static CO_FN bool login(struct tc *t, const char *what, struct resource *want,
			struct secret key, struct tc_login *ret)
{
	if (!tc_stimulus(t, "MCI-KEY-02", "make a network and a group that opens the port of logins",
			 tc_login_site(t, &ret->site), AT))
		return false;
	if (!tc_stimulus(t, "MCI-KEY-02", what, tc_create(t, want, &ret->keypair), AT))
		return false;
	ret->key = secret_present(key) ? key : ret->keypair.keypair.private_key;
	return tc_stimulus(t, "MCI-KEY-02", "create a VM with it and wait until it runs",
			   tc_login_vm(t, &ret->site, &ret->keypair, ret->key, &ret->guest), AT);
}

CO_FN bool tc_login_generated(struct tc *t, struct tc_login *ret)
{
	struct resource want;

	resource_init(&want, KIND_KEYPAIR);
	return login(t, "have a key pair generated", &want, (struct secret){ 0 }, ret);
}

CO_FN bool tc_login_imported(struct tc *t, const char *public, struct secret key,
			     struct tc_login *ret)
{
	struct resource want;

	resource_init(&want, KIND_KEYPAIR);
	str_copy(want.keypair.public_key, sizeof(want.keypair.public_key), public);
	return login(t, "import a public key", &want, key, ret);
}

CO_FN bool tc_strange_key(struct tc *t, const char *what, const char *name, struct secret *ret)
{
	struct resource want, made;

	resource_init(&want, KIND_KEYPAIR);
	str_copy(want.name, sizeof(want.name), name ? name : "");
	if (!tc_stimulus(t, "MCI-KEY-02", what, tc_create(t, &want, &made), AT))
		return false;
	*ret = made.keypair.private_key;
	return tc_check(t, "MCI-KEY-02", "the answer to it has a private key", secret_present(*ret),
			"a private key", secret_present(*ret) ? "one" : "none", AT);
}

/* ---- looking ---- */

struct try {
	int64_t since_us;
	unsigned count;
	int r;
	struct guest_who who;
};

/* Another machine than before, or none: worth another look.  The rest is not the VM's. */
static bool says_who(int r)
{
	return r == ERR_OK || r == ERR_UNAUTHENTICATED || r == ERR_NETWORK || r == ERR_PROTOCOL ||
	       r == ERR_UNAVAILABLE || r == ERR_TIMEOUT;
}

static int64_t tried_ms(const struct try *y) { return (clock_mono_us() - y->since_us) / 1000; }

static CO_FN void once(struct tc *t, struct tc_guest *g, struct try *y)
{
	y->count++;
	y->r = guest_who(g->way, guest_control_port(&t->cfg->guest), &y->who, &t->err);
}

static CO_FN bool again(struct tc *t, const struct try *y, int64_t limit_s)
{
	return y->r != ERR_CANCELLED && y->r != ERR_HARNESS &&
	       tried_ms(y) < cloud_scaled_ms(t->cloud, limit_s * 1000) &&
	       co_sleep(cloud_scaled_ms(t->cloud, LOOK_MS)) == ERR_OK;
}

static void seen_text(const struct tc *t, const struct try *y, char to[700])
{
	if (y->r == ERR_OK)
		snprintf(to, 700, "let in by VM %s (%s) after %lld ms", y->who.name, y->who.id,
			 (long long)tried_ms(y));
	else
		snprintf(to, 700, "%s after %lld ms and %u tries: %s", y->r == ERR_NETWORK ?
			 "nobody answers" : err_name((enum err)y->r), (long long)tried_ms(y), y->count,
			 t->err.text);
}

static bool judge(struct tc *t, const char *req, const char *what, const struct try *y, bool ok,
		  const char *want)
{
	struct wait_log log = { .polls = y->count, .same = y->count > 2 ? y->count - 2 : 0,
				.ms = tried_ms(y) };
	char seen[700];

	tc_journal_wait(t, what, &log);
	if (!says_who(y->r))
		return tc_stimulus(t, req, what, y->r, AT);
	seen_text(t, y, seen);
	return tc_check(t, req, what, ok, want, seen, AT);
}

static bool is_in(const struct tc_guest *g, const struct try *y)
{
	return y->r == ERR_OK && tc_guest_is(&y->who, &g->vm);
}

/* A key that comes late into a VM that has just booted is waited for. */
CO_FN bool tc_check_login(struct tc *t, const char *req, const char *what, struct tc_guest *g,
			  struct secret key)
{
	struct try y = { .since_us = clock_mono_us(), .r = tc_guest_by_key(t, g, key) };
	char want[NAME_LEN + ID_MAX + 40];
	struct co_hold hold;

	if (y.r < 0)
		return tc_stimulus(t, req, what, y.r, AT);
	co_deadline_hold(&hold);
	do
		once(t, g, &y);
	while (!is_in(g, &y) && again(t, &y, t->cfg->guest.boot_s));
	co_deadline_resume(&hold);
	snprintf(want, sizeof(want), "let in by VM %s (%s)", g->vm.name, g->vm.id);
	return judge(t, req, what, &y, is_in(g, &y), want);
}

/* One refusal is an answer, and a server may shut out who asks for more of them; silence is
 * none. */
CO_FN bool tc_check_no_login(struct tc *t, const char *req, const char *what, struct tc_guest *g,
			     struct secret key)
{
	struct secret own = g->key;
	struct try y = { .since_us = clock_mono_us(), .r = tc_guest_by_key(t, g, key) };
	struct co_hold hold;
	bool ok;

	if (y.r < 0)
		return tc_stimulus(t, req, what, y.r, AT);
	co_deadline_hold(&hold);
	do
		once(t, g, &y);
	while (y.r != ERR_OK && y.r != ERR_UNAUTHENTICATED &&
	       again(t, &y, t->cfg->guest.rule_lag_s));
	co_deadline_resume(&hold);
	ok = judge(t, req, what, &y, y.r == ERR_UNAUTHENTICATED, "the login is refused");
	tc_guest_by_key(t, g, own);
	return ok;
}
