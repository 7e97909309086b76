#include "adapters/openstack/face.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"

/* A security group's rule as a request spells it. */

/* A number may come as text; null and absent are -1; -2: neither. */
static int port_of(const json_t *v)
{
	if (!v || json_is_null(v))
		return -1;
	if (json_is_string(v))
		return *json_string_value(v) ?
			       (int)(str_to_int(json_string_value(v), 65535) < 0 ?
					     -2 :
					     str_to_int(json_string_value(v), 65535)) :
			       -1;
	return json_is_integer(v) && json_integer_value(v) >= 0 && json_integer_value(v) <= 65535 ?
	       (int)json_integer_value(v) : -2;
}

static bool protocol_read(struct osf_call *c, const json_t *v, char *to, size_t room)
{
	static const char *const names[] = {
		"tcp", "udp", "icmp", "icmpv6", "ipv6-icmp", "ah", "dccp", "egp", "esp", "gre",
		"igmp", "ipip", "ospf", "pgm", "rsvp", "sctp", "udplite", "vrrp",
	};
	static const struct { const char *number, *name; } known[] = {
		{ "1", "icmp" }, { "6", "tcp" }, { "17", "udp" }, { "any", "" },
	};

	*to = '\0';
	if (!v || json_is_null(v))
		return true;
	if (json_is_integer(v))
		snprintf(to, room, "%lld", (long long)json_integer_value(v));
	else
		str_copy(to, room, json_is_string(v) ? json_string_value(v) : "?");
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcasecmp(to, known[i].number))
			str_copy(to, room, known[i].name);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcasecmp(to, names[i])) {
			str_copy(to, room, names[i]);
			return true;
		}
	if (!*to || str_to_int(to, 255) >= 0)
		return true;
	osf_fail(c, 400, "SecurityGroupRuleInvalidProtocol",
		 "Security group rule protocol %s not supported. "
		 "Only protocol values [None, 'tcp', 'udp', 'icmp', ...] and integer "
		 "representations [0 to 255] are supported.",
		 to);
	return false;
}

static bool word_in(struct osf_call *c, const char *key, const char *word, const char *a,
		    const char *b)
{
	if (!strcasecmp(word, a) || !strcasecmp(word, b))
		return true;
	osf_fail(c, 400, "HTTPBadRequest",
		 "Invalid input for %s. Reason: '%.60s' is not in ['%s', '%s'].", key, word, a, b);
	return false;
}

static bool ports_fit(struct osf_call *c, const struct osf_rule *u)
{
	bool icmp = u->protocol && !strncmp(u->protocol, "icmp", 4);

	if (u->from == -2 || u->to == -2)
		osf_fail(c, 400, "HTTPBadRequest",
			 "Invalid input for %s. Reason: it is not a valid port number.",
			 u->from == -2 ? "port_range_min" : "port_range_max");
	else if (!u->protocol && (u->from >= 0 || u->to >= 0))
		osf_fail(c, 400, "SecurityGroupProtocolRequiredWithPorts",
			 "Must also specify protocol if port range is given.");
	else if (!icmp && (u->from < 0) != (u->to < 0))
		osf_fail(c, 400, "SecurityGroupInvalidPortRange",
			 "For TCP/UDP protocols, port_range_min must be <= port_range_max");
	else if (!icmp && u->from > u->to)
		osf_fail(c, 400, "SecurityGroupInvalidPortRange",
			 "For TCP/UDP protocols, port_range_min must be <= port_range_max");
	else
		return true;
	return false;
}

/* Fills in room with the range of the model's spelling; false: answered. */
static bool cidr_read(struct osf_call *c, const char *asked, bool v6, char room[ADDR_LEN])
{
	struct in6_addr in;
	char host[ADDR_LEN], net_text[INET_ADDRSTRLEN];
	uint32_t net;
	unsigned bits;
	struct in_addr low;

	str_copy(host, sizeof(host), asked);
	host[strcspn(host, "/")] = '\0';
	if (v6 && inet_pton(AF_INET6, host, &in) == 1)
		return str_copy(room, ADDR_LEN, asked);
	if (!str_copy(room, ADDR_LEN - 3, asked))
		*room = '\0';
	if (!strchr(room, '/'))
		memcpy(room + strlen(room), "/32", 4);
	if (v6 || !cidr_parse(room, &net, &bits)) {
		osf_fail(c, 400, "HTTPBadRequest",
			 "Invalid input for remote_ip_prefix. Reason: '%.60s' is not a "
			 "valid IP subnet.",
			 asked);
		return false;
	}
	low.s_addr = htonl(bits ? net & ~UINT32_C(0) << (32 - bits) : 0);
	inet_ntop(AF_INET, &low, net_text, sizeof(net_text));
	snprintf(room, ADDR_LEN, "%s/%u", net_text, bits);
	return true;
}

bool osf_rule_read(struct osf_call *c, const json_t **ret_body, struct osf_rule *ret)
{
	static const char *const attrs[] = {
		"s!security_group_id",
		"s!direction",
		"S ethertype",
		"* protocol",
		"* port_range_min",
		"* port_range_max",
		"S remote_ip_prefix",
		"S remote_group_id",
		"S remote_address_group_id",
		"S description",
		"s tenant_id",
		"s project_id",
		NULL,
	};
	const json_t *body = osf_body(c, "security_group_rule", attrs);
	const char *cidr = json_text(body, "remote_ip_prefix"),
		   *ethertype = json_text(body, "ethertype");
	const char *direction = json_text(body, "direction");
	bool v6 = ethertype && !strcasecmp(ethertype, "IPv6");

	*ret_body = body;
	if (!body || !word_in(c, "direction", direction, "ingress", "egress") ||
	    !word_in(c, "ethertype", ethertype ? ethertype : "IPv4", "IPv4", "IPv6"))
		return false;
	*ret = (struct osf_rule){
		.direction = strcasecmp(direction, "ingress") ? "egress" : "ingress",
		.ethertype = v6 ? "IPv6" : "IPv4", .group = json_text(body, "remote_group_id"),
		.from = port_of(json_object_get(body, "port_range_min")),
		.to = port_of(json_object_get(body, "port_range_max")),
	};
	if (!protocol_read(c, json_object_get(body, "protocol"), ret->protocol_room,
			   sizeof(ret->protocol_room)))
		return false;
	ret->protocol = *ret->protocol_room ? ret->protocol_room : NULL;
	if (!ports_fit(c, ret) || (cidr && !cidr_read(c, cidr, v6, ret->cidr_room)))
		return false;
	ret->cidr = cidr ? ret->cidr_room : NULL;
	if (!ret->cidr || !ret->group)
		return true;
	osf_fail(c, 400, "SecurityGroupRemoteGroupAndRemoteIpPrefix",
		 "Only remote_ip_prefix or remote_group_id may be provided.");
	return false;
}
