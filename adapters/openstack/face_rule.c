#include "adapters/openstack/face.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"

/* A security group's rule as a request spells it. */

/* A number may come as text; null and absent are -1; -2: none that can be. */
static int port_of(const json_t *v)
{
	int64_t n = -2;

	if (!v || json_is_null(v) || (json_is_string(v) && !*json_string_value(v)))
		return -1;
	if (json_is_string(v))
		n = str_to_int(json_string_value(v), 65535);
	else if (json_is_integer(v))
		n = json_integer_value(v);
	return n >= 0 && n <= 65535 ? (int)n : -2;
}

static bool is_one_of(const char *word, const char *const *all)
{
	for (; word && *all; all++)
		if (!strcasecmp(word, *all))
			return true;
	return false;
}

static const char *const with_ports[] = {
	"tcp", "6", "udp", "17", "sctp", "132", "dccp", "33", "udplite", "136", NULL,
};
static const char *const of_icmp6[] = { "ipv6-icmp", "icmpv6", "58", NULL };

/* Names become small letters, and one of two; a number stays the text of it. */
static bool protocol_read(struct osf_call *c, const json_t *v, bool v6, char *to, size_t room)
{
	static const char *const names[] = {
		"tcp", "udp", "icmp", "icmpv6", "ipv6-icmp", "ah", "dccp", "egp", "esp", "gre",
		"igmp", "ipip", "ospf", "pgm", "rsvp", "sctp", "udplite", "vrrp",
	};
	bool known = false;

	*to = '\0';
	if (!v || json_is_null(v))
		return true;
	if (json_is_integer(v))
		snprintf(to, room, "%lld", (long long)json_integer_value(v));
	else
		str_copy(to, room, json_is_string(v) ? json_string_value(v) : "?");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names) && !known; i++) {
		known = !strcasecmp(to, names[i]);
		if (known)
			str_copy(to, room, names[i]);
	}
	if (!strcmp(to, "icmpv6") || (v6 && !strcmp(to, "icmp")))
		str_copy(to, room, "ipv6-icmp");
	if (!v6 && is_one_of(to, of_icmp6))
		osf_fail(c, 400, "SecurityGroupEthertypeConflictWithProtocol",
			 "Invalid ethertype IPv4 for protocol %s.", to);
	else if (!known && str_to_int(to, 255) < 0)
		osf_fail(c, 400, "SecurityGroupRuleInvalidProtocol",
			 "Security group rule protocol %s not supported. "
			 "Only protocol values [None, 'tcp', 'udp', 'icmp', ...] and integer "
			 "representations [0 to 255] are supported.",
			 to);
	else
		return true;
	return false;
}

static bool icmp_fits(struct osf_call *c, const struct osf_rule *u)
{
	if (u->from < 0)
		osf_fail(c, 400, "SecurityGroupMissingIcmpType",
			 "ICMP code (port-range-max) %d is provided but ICMP type "
			 "(port-range-min) is missing.", u->to);
	else if (u->from > 255 || u->to > 255)
		osf_fail(c, 400, "SecurityGroupInvalidIcmpValue",
			 "Invalid value for ICMP type or code: it must be 0 to 255.");
	else
		return true;
	return false;
}

static bool ports_fit(struct osf_call *c, struct osf_rule *u)
{
	static const char *const icmp4[] = { "icmp", "1", NULL }, *const whole[] = { "tcp", "udp", NULL };

	if (u->from == -2 || u->to == -2)
		osf_fail(c, 400, "SecurityGroupInvalidPortValue", "Invalid value for port.");
	else if (u->from < 0 && u->to < 0)
		return true;
	else if (!u->protocol)
		osf_fail(c, 400, "SecurityGroupProtocolRequiredWithPorts",
			 "Must also specify protocol if port range is given.");
	else if (is_one_of(u->protocol, icmp4) || is_one_of(u->protocol, of_icmp6))
		return icmp_fits(c, u);
	else if (!is_one_of(u->protocol, with_ports))
		osf_fail(c, 400, "SecurityGroupInvalidProtocolForPort",
			 "Invalid protocol %s for port range.", u->protocol);
	else if (u->from == 0 || u->to == 0)
		osf_fail(c, 400, "SecurityGroupInvalidPortValue", "Invalid value for port 0");
	else if (u->from < 0 || u->from > u->to)
		osf_fail(c, 400, "SecurityGroupInvalidPortRange",
			 "For TCP/UDP protocols, port_range_min must be <= port_range_max");
	else {
		/* All ports are no range of ports to it. */
		if (u->from == 1 && u->to == 65535 && is_one_of(u->protocol, whole))
			u->from = u->to = -1;
		return true;
	}
	return false;
}

/* Fills in room with the range of the model's spelling; false: answered. */
static bool cidr_read(struct osf_call *c, const char *asked, bool v6, char room[ADDR_LEN])
{
	struct in6_addr in;
	char host[ADDR_LEN], net_text[INET_ADDRSTRLEN];
	uint32_t net;
	unsigned bits;
	bool is_v6;
	struct in_addr low;

	str_copy(host, sizeof(host), asked);
	host[strcspn(host, "/")] = '\0';
	is_v6 = inet_pton(AF_INET6, host, &in) == 1;
	if (!str_copy(room, ADDR_LEN - 3, asked))
		*room = '\0';
	if (!strchr(room, '/'))
		memcpy(room + strlen(room), "/32", 4);
	if (!is_v6 && !cidr_parse(room, &net, &bits)) {
		osf_fail(c, 400, "InvalidCIDR",
			 "Invalid CIDR %.60s given as IP prefix.", asked);
		return false;
	}
	if (is_v6 != v6) {
		osf_fail(c, 400, "SecurityGroupRuleParameterConflict",
			 "Conflicting value ethertype %s for CIDR %.60s", v6 ? "IPv6" : "IPv4", asked);
		return false;
	}
	if (is_v6)
		return str_copy(room, ADDR_LEN, asked);
	low.s_addr = htonl(bits ? net & ~UINT32_C(0) << (32 - bits) : 0);
	inet_ntop(AF_INET, &low, net_text, sizeof(net_text));
	snprintf(room, ADDR_LEN, "%s/%u", net_text, bits);
	return true;
}

/* Directions are words, ethertypes whatever their case. */
static bool words_fit(struct osf_call *c, const char *direction, const char *ethertype)
{
	if (strcmp(direction, "ingress") && strcmp(direction, "egress"))
		osf_fail(c, 400, "HTTPBadRequest", "Invalid input for direction. Reason: '%.60s' is not "
			 "in ['ingress', 'egress'].", direction);
	else if (strcasecmp(ethertype, "IPv4") && strcasecmp(ethertype, "IPv6"))
		osf_fail(c, 400, "SecurityGroupRuleInvalidEtherType",
			 "Security group rule for ethertype '%.60s' not supported. Allowed values are "
			 "['IPv4', 'IPv6'].", ethertype);
	else
		return true;
	return false;
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
	if (cidr && !*cidr)
		cidr = NULL;
	if (!body || !words_fit(c, direction, ethertype ? ethertype : "IPv4"))
		return false;
	*ret = (struct osf_rule){
		.direction = strcmp(direction, "ingress") ? "egress" : "ingress",
		.ethertype = v6 ? "IPv6" : "IPv4", .group = json_text(body, "remote_group_id"),
		.from = port_of(json_object_get(body, "port_range_min")),
		.to = port_of(json_object_get(body, "port_range_max")),
	};
	if (!protocol_read(c, json_object_get(body, "protocol"), v6, ret->protocol_room,
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
