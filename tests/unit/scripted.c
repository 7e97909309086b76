#include "scripted.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "journal/emit.h"

struct scripted sut;
struct scripted_world world;

static uint64_t *acked;

/* ---- the cloud ---- */

static int nobody(struct error *err) { return err_set(err, ERR_NETWORK, "scripted: silence"); }

static int unanswered(enum err code, struct error *err)
{
	err_set(err, code, "scripted");
	err->sent = true;
	return code;
}

static int fake_create(struct cloud *c, const struct resource *want, struct resource *ret,
		       struct error *err)
{
	struct resource *r;

	(void)c;
	if (sut.silent)
		return nobody(err);
	sut.durable_at_create = *acked;
	if (sut.create_takes_ms && co_sleep(sut.create_takes_ms) < 0)
		return err_set(err, ERR_TIMEOUT, "scripted");
	if (want->kind == sut.turned_down) {
		sut.turned_down = KIND_COUNT;
		return err_set(err, ERR_QUOTA, "scripted");
	}
	if (want->kind == sut.lost) {
		sut.lost = KIND_COUNT;
		sut.made[want->kind]++;
		return unanswered(ERR_TIMEOUT, err);
	}
	if (sut.create_happens) {
		r = resource_list_add(&sut.held);
		*r = *want;
		snprintf(r->id, sizeof(r->id), "%s-%u", kind_info(want->kind)->name,
			 ++sut.made[want->kind]);
		if (sut.create_answers == ERR_OK)
			*ret = *r;
	}
	if (sut.create_answers == ERR_OK && sut.answers_id)
		str_copy(ret->id, sizeof(ret->id), sut.answers_id);
	if (sut.create_answers == ERR_OK && sut.answers_name)
		str_copy(ret->name, sizeof(ret->name), sut.answers_name);
	if (sut.create_answers == ERR_OK)
		return ERR_OK;
	(void)unanswered(sut.create_answers, err);
	err->resent = sut.resent;
	return err->code;
}

static int fake_get(struct cloud *c, const struct ref *ref, struct resource *ret, struct error *err)
{
	const struct resource *r = resource_list_find(&sut.held, ref->id);

	(void)c;
	if (sut.silent)
		return nobody(err);
	if (!r)
		return err_set(err, ERR_NOT_FOUND, "no such thing");
	*ret = *r;
	return ERR_OK;
}

static int list_kind(enum kind kind, struct resource_list *ret, struct error *err)
{
	sut.asked++;
	if (sut.silent)
		return nobody(err);
	if (sut.lists_before_shown-- > 0)
		return ERR_OK;
	for (size_t i = 0; i < sut.held.count; i++)
		if (sut.held.at[i].kind == kind)
			*resource_list_add(ret) = sut.held.at[i];
	return ERR_OK;
}

#define LIST(name_, kind_)                                                              \
	static int name_(struct cloud *c, const char *parent, struct resource_list *ret, \
			 struct error *err)                                             \
	{                                                                               \
		(void)c, (void)parent;                                                  \
		return list_kind(kind_, ret, err);                                      \
	}
LIST(list_keypairs, KIND_KEYPAIR)
LIST(list_subnets, KIND_SUBNET)
LIST(list_sgs, KIND_SG)
LIST(list_disks, KIND_DISK)

static int list_vpcs(struct cloud *c, const char *parent, struct resource_list *ret,
		     struct error *err)
{
	(void)c, (void)parent;
	return sut.behind ? ERR_OK : list_kind(KIND_VPC, ret, err);
}

static int stray_vpcs(struct cloud *c, enum kind kind, struct resource_list *ret, struct error *err)
{
	int r = sut.behind ? list_kind(kind, ret, err) : ERR_OK;

	(void)c;
	for (size_t i = 0; sut.behind_without_id && i < ret->count; i++)
		ret->at[i].id[0] = '\0';
	return r;
}

static int list_tags(struct cloud *c, const char *parent, struct resource_list *ret,
		     struct error *err)
{
	(void)c;
	if (!parent || strcmp(parent, "vpc/v-1"))
		return err_set(err, ERR_INVALID, "tags are listed by what bears them");
	return list_kind(KIND_TAG, ret, err);
}

static int fake_destroy(struct cloud *c, const struct ref *ref, struct error *err)
{
	const struct resource *r = resource_list_find(&sut.held, ref->id);

	(void)c;
	if (sut.silent)
		return nobody(err);
	if (sut.destroy_takes_ms && co_sleep(sut.destroy_takes_ms) < 0)
		return err_set(err, ERR_CANCELLED, "scripted");
	if (ref->kind == KIND_KEYPAIR && sut.forbids)
		return err_set(err, ERR_DENIED, "not yours to delete");
	if (ref->kind == sut.refused && sut.refusals-- > 0)
		return err_set(err, ERR_CONFLICT, "in use");
	if (!r || r->kind != ref->kind)
		return err_set(err, ERR_NOT_FOUND, "no such thing");
	if (r->kind == KIND_DISK && r->state == STATE_BOUND)
		return err_set(err, ERR_CONFLICT, "in use by a VM");
	str_copy(sut.deleted[sut.deletes++], ID_MAX, ref->id);
	*(struct resource *)r = sut.held.at[--sut.held.count];
	return ERR_OK;
}

static int fake_detach(struct cloud *c, const struct ref *ref, enum action action,
		       const struct resource *object, struct error *err)
{
	struct resource *r = (struct resource *)resource_list_find(&sut.held, ref->id);

	(void)c;
	if (!r || action != ACT_DETACH || !object || strcmp(object->id, r->disk.vm))
		return err_set(err, ERR_CONFLICT, "not attached to that");
	r->state = STATE_AVAILABLE;
	r->disk.vm[0] = '\0';
	sut.detaches++;
	return ERR_OK;
}

static int fake_open(struct cloud *c, struct error *err) { (void)c, (void)err; return ERR_OK; }
static void fake_close(struct cloud *c) { (void)c; }

#define OPS(name_, list_, ...)                                                  \
	static const struct kind_ops name_ = {                                  \
		.create = fake_create, .get = fake_get, .list = list_,          \
		.destroy = fake_destroy, __VA_ARGS__                            \
	}
OPS(keypairs, list_keypairs, .act = NULL);
OPS(vpcs, list_vpcs, .strays = stray_vpcs);
OPS(subnets, list_subnets, .act = NULL);
OPS(sgs, list_sgs, .act = NULL);
OPS(disks, list_disks, .act = fake_detach);
OPS(tags, list_tags, .act = NULL);

static const struct dialect dialect = { .source = "this test" };
static const struct setting_info settings[] = { { 0 } };

DRIVER(scripted) {
	.name = "scripted", .abi = DRIVER_ABI, .title = "scripted", .scope = "native-api",
	.settings = settings, .dialect = &dialect, .open = fake_open, .close = fake_close,
	.ops = { [KIND_KEYPAIR] = &keypairs, [KIND_VPC] = &vpcs, [KIND_SUBNET] = &subnets,
		 [KIND_SG] = &sgs, [KIND_DISK] = &disks, [KIND_TAG] = &tags },
};

/* ---- the supervisor ---- */

static void acknowledge(int fd)
{
	struct { struct frame_head head; uint64_t events; } __attribute__((packed)) ack = {
		.head = { .length = sizeof(uint64_t), .type = FRAME_ACK } };
	struct frame_head head;
	char skip[4096];

	while (recv(fd, &head, sizeof(head), MSG_WAITALL) == sizeof(head)) {
		for (uint32_t left = head.length; left;) {
			ssize_t n = recv(fd, skip, left < sizeof(skip) ? left : sizeof(skip), 0);

			if (n <= 0)
				_exit(1);
			left -= (uint32_t)n;
		}
		*acked = ack.events += head.type != FRAME_SAY && head.type != FRAME_DONE &&
				       head.type != FRAME_SYNC;
		if (send(fd, &ack, sizeof(ack), MSG_NOSIGNAL) < 0)
			_exit(0);
	}
	_exit(0);
}

/* ---- the test ---- */

static int begin(void *test)
{
	void (*fn)(void);
	struct error err;

	memcpy(&fn, test, sizeof(fn));
	ck_assert_int_eq(cloud_open(co_loop(), &world.cfg, NULL, &world.cloud, &err), ERR_OK);
	world.p = (struct tc_private){ .row = 1, .attempt = 1, .target = "t",
				       .ledger = { .target = "t", .row = 1 } };
	tc_init(&world.t, &world.p, world.cloud, NULL);
	fn();
	tc_release(&world.t);
	cloud_close(world.cloud);
	return ERR_OK;
}

void inside(void (*fn)(void))
{
	struct loop *loop = loop_new();
	int pair[2], status;
	pid_t child;

	memset(&sut, 0, sizeof(sut));
	sut.create_happens = true;
	sut.refused = sut.turned_down = sut.lost = KIND_COUNT;
	world.cfg = (struct cloud_config){ .file = "t", .name = "t", .driver = "scripted",
					   .cidr_pool = "10.0.0.0/16", .delete_deadline_s = 5,
					   .time_scale = 0.02 };
	for (int k = 0; k < KIND_COUNT; k++)
		world.cfg.settle_s[k] = 5;
	acked = mmap(NULL, sizeof(*acked), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	child = fork();
	if (!child) {
		close(pair[0]);
		acknowledge(pair[1]);
	}
	close(pair[1]);
	emit_open(loop, pair[0], NULL, NULL);
	co_detach(co_spawn(loop, "test", begin, &fn));
	loop_run(loop);
	emit_close();
	close(pair[0]);
	waitpid(child, &status, 0);
	loop_free(loop);
	resource_list_cleanup(&sut.held);
}

struct resource wanted(enum kind kind, const char *name)
{
	struct resource r;

	resource_init(&r, kind);
	str_copy(r.name, sizeof(r.name), name);
	return r;
}

void somebody_elses(enum kind kind, const char *name, const char *id)
{
	struct resource *r = resource_list_add(&sut.held);

	*r = wanted(kind, name);
	str_copy(r->id, sizeof(r->id), id);
}

unsigned held_of(enum kind kind)
{
	unsigned n = 0;

	for (size_t i = 0; i < sut.held.count; i++)
		n += sut.held.at[i].kind == kind;
	return n;
}
