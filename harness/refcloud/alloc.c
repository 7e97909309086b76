/* What the cloud gives: addresses and keys. */
#include "refcloud/priv.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>
#include <unistd.h>

static void ip_text(uint32_t ip, char to[ADDR_LEN])
{
	struct in_addr in = { .s_addr = htonl(ip) };

	inet_ntop(AF_INET, &in, to, ADDR_LEN);
}

static bool held(struct refcloud *rc, const char *subnet, const char *ip)
{
	for (struct ref_entry *e = store_next(rc, KIND_VM, NULL); e; e = store_next(rc, KIND_VM, e))
		if (!strcmp(e->r.vm.subnet, subnet) && !strcmp(e->r.vm.private_ip, ip))
			return true;
	return false;
}

static struct ref_entry *subnet_entry(struct refcloud *rc, const char *vpc, const char *id)
{
	struct ref_entry *e;

	for (e = store_next(rc, KIND_SUBNET, NULL); e; e = store_next(rc, KIND_SUBNET, e))
		if (*id ? !strcmp(e->r.id, id) : !strcmp(e->r.parent, vpc))
			return e;
	return NULL;
}

/* From .4 up: the first few are the cloud's own (gateway, DHCP, DNS). */
int alloc_private_ip(struct refcloud *rc, const char *vpc, const char *subnet,
		     char to[ADDR_LEN], struct error *err)
{
	struct ref_entry *e = subnet_entry(rc, vpc, subnet);
	uint32_t net, hosts;
	unsigned bits;

	if (!e)
		return err_set(err, ERR_INVALID, "the network has no subnet to put a machine into");
	if (!cidr_parse(e->r.subnet.cidr, &net, &bits) || bits > 29)
		return err_set(err, ERR_INVALID, "subnet %s has no room for a machine",
			       e->r.subnet.cidr);
	hosts = (bits ? UINT32_C(1) << (32 - bits) : UINT32_MAX) - 5;
	net &= bits ? ~UINT32_C(0) << (32 - bits) : 0;
	for (uint32_t tries = 0; tries < hosts; tries++) {
		ip_text(net + 4 + e->next_host, to);
		if (++e->next_host == hosts) {
			e->next_host = 0;
			if (!e->wrapped) {
				e->wrapped = true;
				return ERR_OK;
			}
		}
		if (!e->wrapped || !held(rc, e->r.id, to))
			return ERR_OK;
	}
	return err_set(err, ERR_QUOTA, "no free address is left in subnet %s", e->r.subnet.cidr);
}

/* 127.64.0.0/10: loopback, so that a guest can listen there.  Each cloud of a machine
 * begins elsewhere; a strange listener makes it pass over an address, and give up
 * looking when there seems to be one on all of them. */
void alloc_public_ip(struct refcloud *rc, bool guest, char to[ADDR_LEN])
{
	enum { HOSTS = 1 << 22, TRIES = 64 };
	static uint32_t clouds;
	uint32_t host;

	if (!rc->next_public)
		rc->next_public = 1 + ((uint32_t)getpid() * 64 + clouds++) *
					      UINT32_C(2654435761) % HOSTS;
	for (int i = 0; i < TRIES; i++) {
		host = rc->next_public++ % HOSTS;
		/* No first or last of any /24: some tools take these for networks. */
		if ((host & 255) == 0 || (host & 255) == 255)
			continue;
		ip_text(UINT32_C(0x7f400000) + host, to);
		if (!guest || rc->no_guests || ref_guest_address_free(rc, to))
			return;
	}
	fprintf(stderr, "plugfest: the ports of guests are in use on every loopback address: those of "
		"the reference cloud cannot be reached\n");
	rc->no_guests = true;
}

static size_t ssh_string(unsigned char *to, const void *bytes, uint32_t n)
{
	uint32_t len = htonl(n);

	memcpy(to, &len, 4);
	memcpy(to + 4, bytes, n);
	return 4 + (size_t)n;
}

/* "SHA256:base64", without the padding. */
static void print_blob(const unsigned char *blob, size_t len, struct resource *r)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	char text[128];
	unsigned digest_len = 0;
	int coded;

	EVP_Digest(blob, len, digest, &digest_len, EVP_sha256(), NULL);
	coded = EVP_EncodeBlock((unsigned char *)text, digest, (int)digest_len);
	while (coded > 0 && text[coded - 1] == '=')
		text[--coded] = '\0';
	snprintf(r->keypair.fingerprint, sizeof(r->keypair.fingerprint), "SHA256:%.100s", text);
}

/* "ssh-ed25519 BASE64 name" and its fingerprint. */
static void describe(EVP_PKEY *key, const char *name, struct resource *r)
{
	unsigned char raw[32] = { 0 }, blob[64];
	char text[128];
	size_t n = sizeof(raw), len;

	EVP_PKEY_get_raw_public_key(key, raw, &n);
	len = ssh_string(blob, "ssh-ed25519", 11);
	len += ssh_string(blob + len, raw, sizeof(raw));
	EVP_EncodeBlock((unsigned char *)text, blob, (int)len);
	snprintf(r->keypair.public_key, sizeof(r->keypair.public_key), "ssh-ed25519 %s %s", text, name);
	print_blob(blob, len, r);
}

/* "TYPE BASE64 [comment]", where the bytes begin with the type again. */
int alloc_fingerprint(struct resource *r, struct error *err)
{
	static const char *const types[] = {
		"ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
		"ecdsa-sha2-nistp521",
	};
	const char *key = r->keypair.public_key, *body;
	unsigned char blob[sizeof(r->keypair.public_key)], head[40];
	size_t type = strcspn(key, " "), coded, pad = 0, i = 0, len;
	char text[sizeof(r->keypair.public_key)];
	int n;

	while (i < sizeof(types) / sizeof(*types) &&
	       (strlen(types[i]) != type || strncmp(types[i], key, type)))
		i++;
	if (i == sizeof(types) / sizeof(*types))
		return refuse(err, ERR_INVALID, "field:public_key", "the public key is of no known type");
	body = key + type + strspn(key + type, " ");
	coded = strcspn(body, " \n");
	snprintf(text, sizeof(text), "%.*s", (int)coded, body);
	while (pad < coded && pad < 2 && text[coded - 1 - pad] == '=')
		pad++;
	n = coded ? EVP_DecodeBlock(blob, (unsigned char *)text, (int)coded) : -1;
	len = ssh_string(head, types[i], (uint32_t)type);
	if (n < 0 || (size_t)n - pad <= len || memcmp(blob, head, len))
		return refuse(err, ERR_INVALID, "field:public_key", "the public key cannot be decoded");
	print_blob(blob, (size_t)n - pad, r);
	return ERR_OK;
}

char *alloc_keypair(const char *name, struct resource *r)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes, *pem = NULL;
	long n;

	if (key && bio && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1) {
		n = BIO_get_mem_data(bio, &bytes);
		pem = xstrndup(bytes, (size_t)n);
		describe(key, name, r);
	}
	BIO_free(bio);
	EVP_PKEY_free(key);
	return pem;
}
