/* What every tenant finds: regions, zones, images, specs, the public network. */
#include "refcloud/priv.h"

#include <string.h>

static const char *const regions[] = {
	"default", "mercury", "venus", "mars", "jupiter", "saturn", "uranus", "neptune",
};

static const struct { const char *id, *os, *arch; int gb; } images[] = {
	{ "mock-vmimage-01", "Ubuntu 18.04", "x86_64", 35 },
	{ "mock-vmimage-02", "CentOS 8", "arm64", 40 },
	{ "mock-vmimage-03", "Windows Server 2019", "x86_64", 50 },
	{ "mock-vmimage-04", "Ubuntu 22.04", "arm64", 35 },
	{ "mock-vmimage-05", "Amazon Linux 2", "x86_64", 30 },
	{ "guest-echo", "Plugfest Guest 1", "x86_64", 1 },
	{ "guest-ledger", "Plugfest Guest 1", "x86_64", 1 },
};

static const struct { const char *id; int vcpu, mem_mib; } specs[] = {
	{ "mock-vmspec-01", 4, 32768 },
	{ "mock-vmspec-02", 4, 32768 },
	{ "mock-vmspec-03", 8, 62464 },
	{ "mock-vmspec-04", 8, 1024 },
};

#define EACH(a) size_t i = 0; i < sizeof(a) / sizeof(*(a)); i++

static void start(struct resource *r, enum kind k, const char *id)
{
	resource_init(r, k);
	str_copy(r->id, sizeof(r->id), id);
	str_copy(r->name, sizeof(r->name), id);
}

static void zones_of(struct refcloud *rc, const char *region)
{
	/* Mixed on purpose; a machine is put into the first, which is always there. */
	static const char *const status[] = { "Available", "Available", "Unavailable" };
	struct resource r;
	char id[ID_MAX];

	for (EACH(status)) {
		snprintf(id, sizeof(id), "%s-z%zu", region, i + 1);
		start(&r, KIND_ZONE, id);
		str_copy(r.parent, sizeof(r.parent), region);
		str_copy(r.zone.status, sizeof(r.zone.status), status[i]);
		store_add(rc, NULL, &r);
	}
}

/* A price per vCPU and hour, dearer from region to region, so that all differ. */
static void prices_of(struct refcloud *rc, size_t region)
{
	struct resource r;
	char id[ID_MAX];

	for (EACH(specs)) {
		snprintf(id, sizeof(id), "%s/%s", regions[region], specs[i].id);
		start(&r, KIND_PRICE, id);
		str_copy(r.parent, sizeof(r.parent), regions[region]);
		str_copy(r.price.spec, sizeof(r.price.spec), specs[i].id);
		str_copy(r.price.currency, sizeof(r.price.currency), "USD");
		str_copy(r.price.unit, sizeof(r.price.unit), "Hour");
		snprintf(r.price.amount, sizeof(r.price.amount), "%d.%03d",
			 specs[i].vcpu * (60 + (int)region) / 1000,
			 specs[i].vcpu * (60 + (int)region) % 1000);
		store_add(rc, NULL, &r);
	}
}

void data_fill(struct refcloud *rc)
{
	struct resource r;

	for (EACH(regions)) {
		start(&r, KIND_REGION, regions[i]);
		str_copy(r.region.title, sizeof(r.region.title), regions[i]);
		store_add(rc, NULL, &r);
		zones_of(rc, regions[i]);
		prices_of(rc, i);
	}
	for (EACH(images)) {
		start(&r, KIND_IMAGE, images[i].id);
		str_copy(r.image.os, sizeof(r.image.os), images[i].os);
		str_copy(r.image.arch, sizeof(r.image.arch), images[i].arch);
		str_copy(r.image.status, sizeof(r.image.status), "Available");
		r.image.min_disk_gb = images[i].gb;
		store_add(rc, NULL, &r);
	}
	for (EACH(specs)) {
		start(&r, KIND_SPEC, specs[i].id);
		r.spec.vcpu = specs[i].vcpu;
		r.spec.mem_mib = specs[i].mem_mib;
		store_add(rc, NULL, &r);
	}
	start(&r, KIND_VPC, "");
	str_copy(r.name, sizeof(r.name), "public");
	str_copy(r.vpc.cidr, sizeof(r.vpc.cidr), "127.64.0.0/10");
	store_add(rc, NULL, &r)->external = true;
}

/* "p" and eight more, as our own names look: a sweep that goes by the looks
 * of a name alone deletes these, and is caught. */
static void look_alike(struct refcloud *rc, struct resource *r, enum kind k, const char *tail)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	char name[10] = "p";
	uint64_t noise = store_noise(&rc->id_state);

	for (int i = 1; i < 9; i++, noise /= 36)
		name[i] = letters[noise % 36];
	resource_init(r, k);
	snprintf(r->name, sizeof(r->name), "%s-%s", name, tail);
}

void data_foreign(struct refcloud *rc, struct ref_tenant *t)
{
	struct resource r;
	struct ref_entry *kp, *vpc, *subnet, *sg, *vm, *disk;
	struct error err;

	look_alike(rc, &r, KIND_KEYPAIR, "kp");
	char *private_key = alloc_keypair(r.name, &r);
	kp = store_add(rc, t, &r);
	kp->private_key = private_key;

	look_alike(rc, &r, KIND_VPC, "vpc");
	str_copy(r.vpc.cidr, ADDR_LEN, "172.30.0.0/16");
	vpc = store_add(rc, t, &r);

	look_alike(rc, &r, KIND_SUBNET, "sn");
	str_copy(r.parent, ID_MAX, vpc->r.id);
	str_copy(r.subnet.cidr, ADDR_LEN, "172.30.1.0/24");
	str_copy(r.subnet.zone, sizeof(r.subnet.zone), "default-z1");
	subnet = store_add(rc, t, &r);

	look_alike(rc, &r, KIND_SG, "sg");
	str_copy(r.parent, ID_MAX, vpc->r.id);
	r.sg.rule_count = 1;
	r.sg.rules[0] = (struct rule){ .direction = "inbound", .protocol = "tcp",
					 .from = 22, .to = 22, .cidr = "0.0.0.0/0" };
	sg = store_add(rc, t, &r);

	look_alike(rc, &r, KIND_VM, "vm");
	r.state = STATE_RUNNING;
	str_copy(r.vm.image, ID_MAX, images[0].id);
	str_copy(r.vm.spec, ID_MAX, specs[0].id);
	str_copy(r.vm.vpc, ID_MAX, vpc->r.id);
	str_copy(r.vm.subnet, ID_MAX, subnet->r.id);
	str_copy(r.vm.keypair, ID_MAX, kp->r.id);
	str_copy(r.vm.sgs[0], ID_MAX, sg->r.id);
	str_copy(r.vm.zone, sizeof(r.vm.zone), "default-z1");
	alloc_private_ip(rc, vpc->r.id, subnet->r.id, r.vm.private_ip, &err);
	alloc_public_ip(rc, false, r.vm.public_ip);
	vm = store_add(rc, t, &r);
	str_copy(vm->own_ip, ADDR_LEN, r.vm.public_ip);

	look_alike(rc, &r, KIND_DISK, "disk");
	r.state = STATE_AVAILABLE;
	r.disk.size_gb = 10;
	str_copy(r.disk.type, sizeof(r.disk.type), "SSD");
	str_copy(r.disk.zone, sizeof(r.disk.zone), "default-z1");
	disk = store_add(rc, t, &r);

	kp->foreign = vpc->foreign = subnet->foreign = sg->foreign = vm->foreign = true;
	disk->foreign = true;
}
